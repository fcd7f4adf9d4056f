"""`isinstance(row, Book)` where not all bases of the row's class can be read: a class outside extends none of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import analyse, write

CODE = """\
from django.db import models
from elsewhere.models import Stamped


class Author(models.Model):
    name = models.CharField(max_length=20)


class Work(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)


class Book(Work):
    pass


class Note(BASE):
    author = models.ForeignKey(Author, models.CASCADE)


def shown(row):
    if isinstance(row, KIND):
        return row.author.name
    return ""


def notes():
    return [shown(row) for row in Note.objects.all()]
"""


@pytest.mark.parametrize(
    ("base", "kind", "is_told"),
    [
        ("Stamped", "Book", False),
        ("Stamped", "Note", True),
        ("Stamped", "Stamped", True),
        ("made_by(Work)", "Work", True),
        ("models.Model", "Book", False),
    ],
)
def test_what_is_read_of_one_kind(tmp_path: Path, base: str, kind: str, *, is_told: bool) -> None:
    files = {"manage.py": "", "shop/__init__.py": ""}
    files["shop/models.py"] = CODE.replace("BASE", base).replace("KIND", kind)
    found = analyse(write(tmp_path, files)).findings
    assert {finding.relation for finding in found} == ({"author"} if is_told else set())
