"""Rows fetched only to learn whether there are any."""

from shop.models import Book


def tested():
    if Book.objects.filter(in_print=True):  # expect: DJC203
        return "some"
    return "none"


def tested_not():
    if not Book.objects.filter(pages=0):  # expect: DJC203
        return "none"
    return "some"


def tested_variable():
    books = Book.objects.filter(price=0)
    if books:  # expect: DJC203
        return "free"
    return ""


def as_a_flag():
    return bool(Book.objects.filter(pages=1))  # expect: DJC203


def in_an_expression(flag):
    return "some" if flag and Book.objects.all() else "none"  # expect: DJC203


def with_any():
    return any(Book.objects.filter(pages=2))  # miss: DJC203
