"""All rows fetched to use one."""

from shop.models import Book


def first_of_all():
    return list(Book.objects.order_by("price"))[0]  # expect: DJC208


def last_of_all():
    books = list(Book.objects.order_by("price"))
    return books[-1]  # expect: DJC208
