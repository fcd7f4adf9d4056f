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


MEMO = (
    CODE.partition("def counts")[0]
    + """
_default = None
_newest = None


def default_author():
    global _default
    if _default is None:
        _default = Author.objects.first()
    return _default


def newest_author():
    global _newest
    if _newest and _newest.pk:
        if is_fresh(_newest):
            return _newest
    _newest = Author.objects.latest("pk")
    return _newest


def any_author():
    _newest = Author.objects.earliest("pk")
    return _newest


def shown():
    return [(book, default_author(), newest_author(), any_author()) for book in Book.objects.all()]
"""
)


def test_what_outlasts_the_function_is_asked_for_once(tmp_path: Path) -> None:
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": MEMO}
    [found] = analyse(write(tmp_path, files)).findings
    assert "Author.objects.earliest" in found.message


TRIED = (
    CODE.partition("def counts")[0]
    + """
known = {}


def found(name):
    try:
        LOOKED_UP
        author = Author.objects.get(name=name)
        known[name] = author
        return author
    except Author.DoesNotExist:
        return None


def shown(names):
    return [found(book.title) for book in Book.objects.all()]
"""
)


@pytest.mark.parametrize("looked_up", ["if name in known:\n            return known[name]", "print(name)"])
def test_what_is_kept_while_something_is_tried(tmp_path: Path, looked_up: str) -> None:
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": TRIED.replace("LOOKED_UP", looked_up)}
    found = analyse(write(tmp_path, files)).findings
    assert [finding.rule for finding in found] == (["DJC103"] if "print" in looked_up else [])
