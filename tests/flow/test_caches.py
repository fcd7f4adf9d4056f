"""Queries behind a look into a cache: what a miss runs is doubtful, what a miss gives is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.domain.finding import Status
from tests.analysing import analyse, write

CODE = """\
from django.core.cache import cache, caches
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)


def counts():
    for author in Author.objects.all():
        found = {cache}.get(author.pk)
        if found is None:
            found = Book.objects.filter(author=author).count()
            {cache}.set(author.pk, found)
        print(found)
"""


@pytest.mark.parametrize("cache", ["cache", "caches['books']"])
def test_a_miss_is_doubtful(tmp_path: Path, cache: str) -> None:
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": CODE.replace("{cache}", cache)}
    [found] = analyse(write(tmp_path, files)).findings
    assert (found.rule, found.status) == ("DJC103", Status.AMBIGUOUS)
    assert found.ambiguity is not None
    assert found.ambiguity.reason == "maybe-cached"


def test_what_another_function_gave_is_no_cache(tmp_path: Path) -> None:
    code = CODE.replace("{cache}", "store").replace("from django.core.cache import cache, caches", "import store")
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": code}
    [found] = analyse(write(tmp_path, files)).findings
    assert (found.rule, found.status) == ("DJC103", Status.CERTAIN)
