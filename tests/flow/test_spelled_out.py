"""Containers that loops over literals fill hold as many items as the code spells out; those filled from rows do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import analyse, write

CODE = """\
from django.db import models


class Note(models.Model):
    kind = models.CharField(max_length=20)




def counted(notes):
FILLING
    for name in names:
        print(Note.objects.filter(kind=name).count())


def everything():
    counted(Note.objects.all())
"""
OF_LITERALS = {
    "dictionary": """\
    names = {}
    for kind in ("paid", "open"):
        names[kind] = 1
""",
    "set": """\
    names = set()
    for kind in ("paid", "open"):
        if kind:
            names.add(kind)
    if not names:
        names.update(("paid", "open"))
""",
}
OF_ROWS = {
    "dictionary": """\
    names = {}
    for note in notes:
        names[note.kind] = 1
""",
    "set": """\
    names = set(["paid"])
    names.update(note.kind for note in notes)
""",
    "list in a loop": """\
    names = []
    for note in notes:
        for word in ("paid", "open"):
            names.append(word + note.kind)
""",
    "dictionary in a loop": """\
    names = {}
    for note in notes:
        for word in ("paid", "open"):
            names[word + note.kind] = 1
""",
}


@pytest.mark.parametrize("filling", OF_LITERALS.values(), ids=OF_LITERALS)
def test_as_many_as_the_code_says(tmp_path: Path, filling: str) -> None:
    assert told(tmp_path, filling) == []


@pytest.mark.parametrize("filling", OF_ROWS.values(), ids=OF_ROWS)
def test_as_many_as_there_are_rows(tmp_path: Path, filling: str) -> None:
    assert told(tmp_path, filling) == ["DJC103"]


def told(root: Path, filling: str) -> list[str]:
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": CODE.replace("FILLING\n", filling)}
    return [finding.rule for finding in analyse(write(root, files)).findings if finding.rule != "DJC202"]
