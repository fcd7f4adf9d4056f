"""Counting to learn whether there are any."""

from shop.models import Author, Book


def more_than_none():
    return Book.objects.filter(in_print=True).count() > 0  # expect: DJC206


def none():
    if Book.objects.count() == 0:  # expect: DJC206
        return "empty"
    return ""


def at_least_one(author: Author):
    if author.owned.count() >= 1:  # miss: DJC206
        return "some"
    return ""


def as_a_truth():
    if Book.objects.filter(pages=3).count():  # expect: DJC206
        return "some"
    return ""


def not_any():
    return not Book.objects.filter(pages=4).count()  # expect: DJC206
