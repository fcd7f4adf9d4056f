"""Columns left out and then read per row."""

from shop.models import Author, Book


def left_out_by_only():
    for book in Book.objects.only("title"):
        print(book.blurb)  # expect: DJC106


def left_out_by_defer():
    return [book.blurb for book in Book.objects.defer("blurb", "pages")]  # expect: DJC106


def behind_a_method(book: Book):
    return book.pages  # expect: DJC106


def through_a_call():
    return [behind_a_method(book) for book in Book.objects.only("title")]


def left_out_key():
    for book in Book.objects.only("title"):
        print(book.author_id)  # expect: DJC106


def chained():
    for author in Author.objects.filter(name="x").only("id").order_by("id"):
        print(author.name)  # expect: DJC106
