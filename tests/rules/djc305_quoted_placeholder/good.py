"""Placeholders as they should be, and per cent signs that are none."""

from django.db import connection

from shop.models import Book


def in_raw(title):
    return Book.objects.raw("SELECT * FROM shop_book WHERE title = %s AND blurb <> ''", [title])


def like(title):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shop_book WHERE title LIKE %s AND blurb LIKE '%%x'", [f"%{title}%"])


def without_parameters():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shop_book WHERE title LIKE '%s'")


def between_two_texts(title):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'it''s' || %s || 'x'", [title])


def after_a_comment(title):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            -- the shop's books
            SELECT * FROM shop_book /* don't ask */ WHERE title = %s AND blurb = 'x'
            """,
            [title],
        )
