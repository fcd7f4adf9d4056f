"""`getattr(book, "listed", False)`: what a model lacks is only there where somebody puts it on the row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import analyse, write

MODELS = """\
from django.db import models
from django.db.models import Value


class Shop(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    shop = models.ForeignKey(Shop, models.CASCADE)
    sold = models.BooleanField(default=False)

    def shown(self):
        BODY


def books():
    return [book.shown() for book in ROWS]
"""
STATEMENT = "if getattr(self, 'NAME', False):\n            return self.shop.name\n        return ''"
EXPRESSION = "return self.shop.name if getattr(self, 'NAME', None) else ''"


@pytest.mark.parametrize("body", [STATEMENT, EXPRESSION])
@pytest.mark.parametrize(
    ("name", "rows", "is_told"),
    [
        ("listed", "Book.objects.all()", False),
        ("listed", "Book.objects.annotate(listed=Value(True))", True),
        ("sold", "Book.objects.all()", True),
    ],
)
def test_what_is_done_with_it(tmp_path: Path, body: str, name: str, rows: str, *, is_told: bool) -> None:
    code = MODELS.replace("BODY", body.replace("NAME", name)).replace("ROWS", rows)
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": code}
    found = analyse(write(tmp_path, files)).findings
    assert {finding.relation for finding in found} == ({"shop"} if is_told else set())


def test_what_is_done_without_it(tmp_path: Path) -> None:
    body = "if getattr(self, 'listed', False):\n            return ''\n        return self.shop.name"
    code = MODELS.replace("BODY", body).replace("ROWS", "Book.objects.all()")
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": code}
    assert {finding.relation for finding in analyse(write(tmp_path, files)).findings} == {"shop"}


FALLBACK = """\
from django.db import models
from django.db.models import Prefetch


class Book(models.Model):
    def shown(self):
        listed = getattr(self, "_listed", DEFAULT)
        if listed:
            return listed[0]
        return self.note_set.latest("id")


class Note(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)


def books():
    return [book.shown() for book in Book.objects.prefetch_related(Prefetch("note_set", to_attr="NAME"))]
"""


@pytest.mark.parametrize("default", ["None", "[]", "()"])
@pytest.mark.parametrize(("name", "is_told"), [("_listed", False), ("others", True)])
def test_the_fallback_for_a_list_that_was_prefetched(tmp_path: Path, name: str, default: str, *, is_told: bool) -> None:
    code = FALLBACK.replace("NAME", name).replace("DEFAULT", default)
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": code}
    assert [finding.rule for finding in analyse(write(tmp_path, files)).findings] == (["DJC103"] if is_told else [])


BACK = """\
from django.db import models
from django.db.models import Prefetch


class Book(models.Model):
    title = models.CharField(max_length=20)

    def notes(self):
        return getattr(self, "_notes", self.note_set.filter(text=""))


class Note(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    text = models.CharField(max_length=20)


class Cover(models.Model):
    book = models.OneToOneField(Book, models.CASCADE, related_name="cover")


def covers():
    books = Book.objects.select_related("cover").prefetch_related(Prefetch("note_set", to_attr="_notes"))
    return [note.text for book in books for note in book.cover.book.notes()]


def others():
    return [note.text for cover in Cover.objects.select_related("book") for note in cover.book.notes()]
"""


def test_what_the_row_at_the_other_end_may_have_brought(tmp_path: Path) -> None:
    """`book.cover.book` is the book itself, with the list that was prefetched into it."""
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": BACK}
    found = analyse(write(tmp_path, files)).findings
    assert [
        (finding.rule, step.line) for finding in found for step in finding.related if step.role.value == "origin"
    ] == [("DJC103", 27)]
