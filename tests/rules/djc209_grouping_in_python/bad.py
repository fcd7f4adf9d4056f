"""Rows counted by a column in Python."""

from collections import Counter, defaultdict

from shop.models import Book


def counted_by_column():
    return Counter(book.pages for book in Book.objects.all())  # expect: DJC209


def counted_by_flag():
    return Counter(book.in_print for book in Book.objects.filter(pages=1))  # expect: DJC209


def counted_up():
    counts = defaultdict(int)
    for book in Book.objects.all():  # expect: DJC209
        counts[book.author_id] += 1
    return counts
