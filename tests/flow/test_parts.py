"""A large project is evaluated in two parts: whole packages of about the same size, by any number of processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck import pipeline
from djcheck.analysis import index_of
from djcheck.config import Config
from djcheck.domain.finding import Report
from djcheck.flow.entries import package_of, parts
from djcheck.index.project import ProjectIndex
from djcheck.index.thirdparty import InstalledPackages
from djcheck.reading import read_all
from djcheck.sources.contents import contents_of
from tests.analysing import write

MODELS = """
    from django.db import models

    class Author(models.Model):
        name = models.TextField()

    class Book(models.Model):
        author = models.ForeignKey(Author, on_delete=models.CASCADE)
"""
TITLES = """
    from {app}.models import Book

    def author_of(book):
        return book.author.name
"""
VIEWS = """
from {before}.titles import author_of
from {app}.models import Book
"""
VIEW = """
def names_{at}(request):
    return [author_of(book) for book in Book.objects.all()]
"""


def project(root: Path, views: int) -> Path:
    """Four apps, each with that many views; each calls a function of the app before it."""
    apps = [f"app{at}" for at in range(4)]
    for app, before in zip(apps, [apps[-1], *apps], strict=False):
        views_of = VIEWS.format(app=app, before=before) + "".join(VIEW.format(at=at) for at in range(views))
        titles = TITLES.format(app=app)
        files = {"__init__.py": "", "models.py": MODELS, "titles.py": titles, "views.py": views_of}
        write(root, {f"{app}/{name}": text for name, text in files.items()})
    return root


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project(tmp_path, 155))
    return tmp_path


def indexed(root: Path) -> ProjectIndex:
    config = Config(root=root)
    files = pipeline.files_of([Path()], config).files
    reading = read_all(files, contents_of(files), jobs=1, store=None, progress=lambda *_: None)
    return index_of(reading, InstalledPackages([]), config)


def test_packages_are_dealt_out_whole_and_evenly(large: Path) -> None:
    index = indexed(large)
    first, second = parts(index)
    packages = [{package_of(entry, index) for entry in part} for part in (first, second)]
    assert packages == [{"app0", "app2"}, {"app1", "app3"}]
    assert len(first) + len(second) == 4 * 156


def test_a_small_project_is_evaluated_in_one_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project(tmp_path, 20))
    first, second = parts(indexed(tmp_path))
    assert (len(first), second) == (4 * 21, [])


def test_the_report_is_the_same_for_any_number_of_processes(large: Path) -> None:
    def checked(jobs: int) -> Report:
        return pipeline.check([Path()], Config(root=large), jobs=jobs, progress=lambda *_: None)

    one, two = checked(1), checked(2)
    assert {finding.path for finding in one.findings} == {f"app{at}/titles.py" for at in range(4)}
    assert one.findings == two.findings
    assert one.marks == two.marks
