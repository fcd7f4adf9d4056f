"""Rows sorted in Python by a column."""

from operator import attrgetter

from shop.models import Book


def by_a_column():
    return sorted(Book.objects.all(), key=lambda book: book.price)  # expect: DJC205


def backwards():
    return sorted(Book.objects.filter(in_print=True), key=lambda book: book.pages, reverse=True)  # expect: DJC205


def by_attrgetter():
    return sorted(Book.objects.all(), key=attrgetter("title"))  # expect: DJC205
