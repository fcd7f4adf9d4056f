"""Is a run answered from the last one's result just where nothing that it rests on has changed?"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from djcheck import pipeline
from djcheck.cache.store import Store
from djcheck.config import load
from djcheck.domain.finding import Report
from tests.analysing import analyse_here, write

SHOP = {
    "manage.py": "",
    "shop/__init__.py": "",
    "shop/models.py": """
        from django.db import models
        from shapes import Labelled

        class Author(models.Model):
            name = models.CharField(max_length=20)

        class Book(Labelled):
            author = models.ForeignKey(Author, models.CASCADE)
        """,
    "shop/views.py": """
        from django.shortcuts import render
        from shop.models import Book

        def names(request):
            return render(request, "shop/names.html", {"books": Book.objects.all()})
        """,
    "shop/templates/shop/names.html": "{% for book in books %}{{ book.author.name }}{% endfor %}",
    ".venv/lib/python3.11/site-packages/shapes.py": """
        from django.db import models

        class Labelled(models.Model):
            class Meta:
                abstract = True
        """,
}
Analyse = Callable[[], Report]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write(tmp_path / "project", SHOP)
    monkeypatch.chdir(root)
    return root


def without_times(report: Report) -> Report:
    return replace(report, statistics={})


def is_recalled(report: Report) -> bool:
    return "evaluate" not in report.statistics


def test_an_unchanged_project_is_answered_from_the_last_run(project: Path, store: Store) -> None:
    first, second = analyse_here(store), analyse_here(store)
    assert [finding.rule for finding in first.findings] == ["DJC101"]
    assert not is_recalled(first)
    assert is_recalled(second)
    assert without_times(second) == without_times(first)


def test_a_clone_is_answered_too(project: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(project / ".venv")
    first = analyse_here(store)
    clone = shutil.copytree(project, project.parent / "clone")
    monkeypatch.chdir(clone)
    second = analyse_here(store)
    assert is_recalled(second)
    assert without_times(second) == without_times(first)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shop/views.py", "from shop.models import Book\n"),
        ("shop/templates/shop/names.html", "{% for book in books %}{{ book.id }}{% endfor %}"),
        ("shop/more.py", "from shop.models import Book\nauthors = [book.author.name for book in Book.objects.all()]\n"),
        ("shop/models.py", None),
        ("djcheck.toml", 'ignore = ["DJC101"]'),
        ("djcheck.toml", 'colour = "red"'),
        (".gitignore", "views.py"),
        (".venv/lib/python3.11/site-packages/shapes.py", "class Labelled: pass\n"),
        (".venv/lib/python3.11/site-packages/other-1.0.dist-info", ""),
    ],
)
def test_whatever_changes_is_seen(project: Path, store: Store, name: str, content: str | None) -> None:
    analyse_here(store)
    if content is None:
        (project / name).unlink()
    else:
        write(project, {name: content})
    after = analyse_here(store)
    assert not is_recalled(after)
    assert without_times(after) == without_times(analyse_here(None))
    assert is_recalled(analyse_here(store))


def test_what_an_editor_holds_counts(project: Path, store: Store) -> None:
    analyse_here(store)
    told = pipeline.check(
        [Path()],
        load([Path()]),
        jobs=1,
        progress=lambda *_: None,
        store=store,
        unsaved={"shop/templates/shop/names.html": ""},
    )
    assert told.findings == ()


def test_what_djcheck_failed_at_is_not_kept(project: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("djcheck.flow.evaluator.Evaluator.enter", fail)
        config = load([Path()])
        broken = pipeline.check([Path()], config, jobs=1, progress=lambda *_: None, store=store)
        assert broken.troubles
    assert without_times(analyse_here(store)) == without_times(analyse_here(None))
