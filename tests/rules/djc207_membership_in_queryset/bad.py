"""All rows fetched to look for one."""

from shop.models import Book


def object_in_rows(book: Book):
    return book in Book.objects.filter(in_print=True)  # expect: DJC207


def value_in_column(title):
    if title in Book.objects.values_list("title", flat=True):  # expect: DJC207
        return "known"
    return "new"


def not_in_column(title):
    return title not in Book.objects.values_list("title", flat=True)  # expect: DJC207
