"""Rows fetched and then thrown away."""

from shop.models import Book


def by_a_flag():
    return [book for book in Book.objects.all() if book.in_print]  # expect: DJC204


def by_a_value(price):
    return [book.title for book in Book.objects.all() if book.price == price]  # expect: DJC204


def by_two():
    return [book for book in Book.objects.all() if book.in_print and book.pages > 100]  # expect: DJC204


def by_filter():
    return list(filter(lambda book: book.in_print, Book.objects.all()))  # expect: DJC204
