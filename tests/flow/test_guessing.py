"""Rows of which only the use is known are guessed, never for certain, and no longer where callers tell better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from djcheck.domain.finding import Status
from tests.analysing import analyse, write

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    "shop/__init__.py": "",
    "shop/settings.py": 'INSTALLED_APPS = ["shop"]\n',
    "shop/models.py": (
        "from django.db import models\n\n\n"
        "class Author(models.Model):\n    name = models.TextField()\n\n\n"
        "class Book(models.Model):\n    title = models.TextField()\n"
        "    author = models.ForeignKey(Author, models.CASCADE)\n\n\n"
        "class Song(models.Model):\n    length = models.IntegerField()\n"
        "    author = models.ForeignKey(Author, models.CASCADE)\n"
    ),
}
IMPORTS = "from django.db.models import QuerySet\nfrom elsewhere import find\nfrom shop.models import Book, Song\n\n\n"


def ambiguous(root: Path, code: str) -> list[tuple[str, str]]:
    write(root, FILES | {"shop/work.py": IMPORTS + code})
    findings = analyse(root).findings
    assert all(finding.status is Status.AMBIGUOUS for finding in findings)
    return [(finding.relation or "", finding.ambiguity.reason) for finding in findings if finding.ambiguity]


@pytest.mark.parametrize(
    "code",
    [
        "def names(books):\n    for book in books:\n        print(book.author.name)\n",
        "def names(found):\n    return [(each.title, each.author.name) for each in found]\n",
        "def names():\n    for book in find():\n        print(book.author.name)\n",
        "def names(books: QuerySet[Book]):\n    for one in books:\n        print(one.author.name)\n",
    ],
    ids=["named as the model", "attributes of one model only", "unknown call", "annotation"],
)
def test_guessed(tmp_path: Path, code: str) -> None:
    assert ambiguous(tmp_path, code) == [("author", "unknown-origin")]


@pytest.mark.parametrize(
    "code",
    [
        "def names(found):\n    for each in found:\n        print(each.author.name)\n",
        "def names(books):\n    for book in books.select_related('author'):\n        print(book.author.name)\n",
        "def names(books):\n    for book in books:\n        print(book.author_id, book.pages)\n",
        "def names(books):\n    for book in books:\n        print(book.author, book.unheard_of)\n",
        "def names(books):\n    return [book for book in books if book.title]\n",
    ],
    ids=["two models have it", "told to be loaded", "no relation", "an attribute of no model", "work in Python"],
)
def test_not_guessed(tmp_path: Path, code: str) -> None:
    assert ambiguous(tmp_path, code) == []


def test_callers_tell_better(tmp_path: Path) -> None:
    code = "def names(books: QuerySet[Book]):\n    for one in books:\n        print(one.author.name)\n"
    caller = "\n\ndef all_names():\n    names(Book.objects.select_related('author'))\n"
    assert ambiguous(tmp_path, code + caller) == []


def test_method_that_nobody_could_read(tmp_path: Path) -> None:
    code = "def names():\n    for book in Book.objects.in_print():\n        print(book.author.name)\n"
    assert ambiguous(tmp_path, code) == [("author", "unresolved-base")]


CLONED = """\
class BookQuerySet(models.QuerySet):
    def signed(self):
        return self._clone()

    def of_their_kind(self):
        clone = self._clone()
        clone._iterable_class = Kinds
        return clone


class Shelved(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    objects = BookQuerySet.as_manager()
"""


@pytest.mark.parametrize(("method", "found"), [("signed", {"DJC101", "DJC103"}), ("of_their_kind", {"DJC103"})])
def test_cloned_querysets(tmp_path: Path, method: str, found: set[str]) -> None:
    """A clone has the same rows, but not where an iterable class makes others of them: the query alone is certain."""
    code = (
        "def names(keys: list[int]):\n    for key in keys:\n"
        f"        for one in Shelved.objects.filter(pk__gt=key).{method}():\n            print(one.author.name)\n"
    )
    models = FILES["shop/models.py"] + "\n\n" + CLONED
    write(tmp_path, FILES | {"shop/models.py": models, "shop/work.py": f"from shop.models import Shelved\n\n\n{code}"})
    assert {each.rule for each in analyse(tmp_path).findings if each.status is Status.CERTAIN} == found


def test_behind_a_call(tmp_path: Path) -> None:
    """Related rows of an object that is only guessed are no surer where another function goes through them."""
    code = (
        "def outer(author):\n    inner(author)\n    print(author.prizes.count())\n\n\n"
        "def inner(given):\n    for each in given.prizes.all():\n        print(each.city.name)\n"
    )
    models = FILES["shop/models.py"] + (
        "\n\nclass City(models.Model):\n    name = models.TextField()\n\n\n"
        "class Prize(models.Model):\n    city = models.ForeignKey(City, models.CASCADE)\n"
        "    winner = models.ForeignKey(Author, models.CASCADE, related_name='prizes')\n"
    )
    write(tmp_path, FILES | {"shop/models.py": models, "shop/work.py": code})
    assert [(each.relation, each.status) for each in analyse(tmp_path).findings] == [("city", Status.AMBIGUOUS)]
