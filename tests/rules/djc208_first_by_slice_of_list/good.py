"""One row asked for, or all of them used."""

from shop.models import Book


def first():
    return Book.objects.order_by("price").first()


def by_index():
    return Book.objects.order_by("price")[0]


def all_used():
    books = list(Book.objects.order_by("price"))
    return books[0], len(books), books


def plain(numbers):
    return list(numbers)[0]
