"""Groups that the database makes, or that keep their rows."""

from collections import Counter, defaultdict

from django.db.models import Count

from shop.models import Book


def in_the_database():
    return Book.objects.values("pages").annotate(number=Count("pk"))


def rows_kept():
    groups = defaultdict(list)
    for book in Book.objects.all():
        groups[book.author_id].append(book)
    return groups


def words():
    return Counter(word for book in Book.objects.all() for word in book.title.split())


def plain(numbers):
    return Counter(numbers)
