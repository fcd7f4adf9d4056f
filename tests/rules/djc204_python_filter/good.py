"""Filters of the database, and those it cannot make."""

from shop.models import Book


def in_the_database(price):
    return list(Book.objects.filter(in_print=True, price=price))


def own_function():
    return [book for book in Book.objects.all() if is_fine(book)]


def is_fine(book):
    return len(book.title) % 7 == 3


def rows_needed_too():
    books = list(Book.objects.all())
    return books, [book for book in books if book.in_print]


def both_halves():
    books = Book.objects.all()
    return [book for book in books if book.in_print], [book for book in books if not book.in_print]


def prefetched(author):
    return [book for book in author.owned.all() if book.in_print]
