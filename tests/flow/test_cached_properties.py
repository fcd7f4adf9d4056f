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


ANNOTATED = """\
from django.db import models
from django.db.models import Count, Prefetch
from django.utils.functional import cached_property


class Room(models.Model):
    name = models.CharField(max_length=20)


class ShelfQuerySet(models.QuerySet):
    def counted(self):
        return self.annotate(many=Count("tags"))


class Shelf(models.Model):
    room = models.ForeignKey(Room, models.CASCADE, related_name="shelves")
    objects = ShelfQuerySet.as_manager()

    @cached_property
    def many(self):
        return self.tags.count()


class Tag(models.Model):
    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="tags")


def shown():
    return ROWS
"""
OF_ROOMS = "[shelf.many for room in Room.objects.prefetch_related(LOADED) for shelf in room.SHELVES]"


@pytest.mark.parametrize(
    ("rows", "is_told"),
    [
        ("[shelf.many for shelf in Shelf.objects.counted()]", False),
        ("[shelf.many for shelf in Shelf.objects.all()]", True),
        ("[shelf.many for shelf in Shelf.objects.alias(many=Count('tags'))]", True),
        (OF_ROOMS.replace("LOADED", "Prefetch('shelves', Shelf.objects.counted())"), False),
        (OF_ROOMS.replace("LOADED", "Prefetch('shelves', Shelf.objects.counted(), to_attr='full')"), False),
        (OF_ROOMS.replace("LOADED", "'shelves'"), True),
    ],
)
def test_an_annotation_of_its_name_hides_it(tmp_path: Path, rows: str, *, is_told: bool) -> None:
    code = ANNOTATED.replace("ROWS", rows.replace("SHELVES", "full" if "to_attr" in rows else "shelves.all()"))
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": code}
    found = analyse(write(tmp_path, files)).findings
    assert [finding.rule for finding in found] == (["DJC102"] if is_told else [])
