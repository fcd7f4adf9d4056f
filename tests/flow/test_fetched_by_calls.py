"""A function that goes over the queryset it is given leaves its rows in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import analyse, write

CODE = """\
from django.db import models


class Shop(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    shop = models.ForeignKey(Shop, models.CASCADE)
    title = models.CharField(max_length=20)


def listed(books):
    BODY


def counts():
    for shop in Shop.objects.all():
        books = Book.objects.filter(shop__name=shop.name)
        listed(GIVEN)
        print(len(books))
"""


@pytest.mark.parametrize(
    ("body", "given", "is_there"),
    [
        ("return [book.title for book in books]", "books", True),
        ("for book in books:\n        print(book.title)", "books", True),
        ("return [book.title for book in books]", "books.order_by('title')", False),
        ("return [book.title for book in books.filter(title='')]", "books", False),
        ("if given():\n        return [book.title for book in books]", "books", False),
        ("return books", "books", False),
    ],
)
def test_rows_that_a_call_fetched(tmp_path: Path, body: str, given: str, *, is_there: bool) -> None:
    code = CODE.replace("BODY", body).replace("GIVEN", given)
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": code}
    found = analyse(write(tmp_path, files)).findings
    line = next(at for at, text in enumerate(code.split("\n"), 1) if "len(books)" in text)
    assert (line not in [finding.line for finding in found]) is is_there
