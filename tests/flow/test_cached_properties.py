"""A queryset that a `cached_property` gave keeps its rows; that of a plain property is another each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.domain.trace import Role
from tests.analysing import analyse, write

CODE = """\
from django.db import models
from django.utils.functional import cached_property


class Shelf(models.Model):
    @DECORATOR
    def good(self):
        return self.tags.filter(name="good")


class Tag(models.Model):
    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=20)


def shown():
    for shelf in Shelf.objects.all():
        if shelf.good:
            for tag in shelf.good:
                print(tag.pk)
"""
TESTED, READ = 18, 19


@pytest.mark.parametrize(("decorator", "lines"), [("cached_property", [TESTED]), ("property", [TESTED, READ])])
def test_the_second_read(tmp_path: Path, decorator: str, lines: list[int]) -> None:
    code = CODE.replace("DECORATOR", decorator)
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": code}
    [found] = analyse(write(tmp_path, files)).findings
    assert [step.line for step in found.related if step.role is Role.ACCESS] == lines
