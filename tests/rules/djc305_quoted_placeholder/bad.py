"""Placeholders between quotes."""

from django.db import connection

from shop.models import Book


def in_raw(title):
    return Book.objects.raw("SELECT * FROM shop_book WHERE title = '%s'", [title])  # expect: DJC305


def at_a_cursor(title):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shop_book WHERE title LIKE '%%%s%%'", [title])  # expect: DJC305


def named(title):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shop_book WHERE title = '%(title)s'", {"title": title})  # expect: DJC305
