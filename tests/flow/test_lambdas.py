"""Lambdas handed to a function: the same one, where it sees something else, does something else."""

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

    def label(self):
        return made(lambda: self.shop.name)


def made(of):
    return of()


def first():
    return [book.label() for book in Book.objects.FIRST]


def second():
    return [book.label() for book in Book.objects.SECOND]
"""


@pytest.mark.parametrize("rows", [("select_related('shop')", "all()"), ("all()", "select_related('shop')")])
def test_what_it_sees_decides(tmp_path: Path, rows: tuple[str, str]) -> None:
    code = CODE.replace("FIRST", rows[0]).replace("SECOND", rows[1])
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": code}
    (finding,) = analyse(write(tmp_path, files)).findings
    line = next(at for at, text in enumerate(code.split("\n"), 1) if "Book.objects.all()" in text)
    assert (finding.rule, finding.relation) == ("DJC101", "shop")
    assert [step.line for step in finding.related if step.role.value == "origin"] == [line]
