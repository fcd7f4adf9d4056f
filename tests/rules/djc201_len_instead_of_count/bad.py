"""Rows fetched only to be counted."""

from shop.models import Author, Book


def length():
    return len(Book.objects.filter(in_print=True))  # expect: DJC201


def length_of_a_variable():
    books = Book.objects.filter(in_print=True)
    return {"number": len(books)}  # expect: DJC201


def length_of_a_list():
    return len(list(Book.objects.all()))  # expect: DJC201


def of_a_related_manager(author: Author):
    print(len(Book.objects.filter(author=author)))  # expect: DJC201
