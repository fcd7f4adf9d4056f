"""After a change, is the result with a cache a cold run's to the byte?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from djcheck.cache.store import Store
from djcheck.domain.finding import Report
from tests.analysing import analyse_here

SAMPLES = Path(__file__).parents[2] / "sample_projects"

# What is changed: the file, some text of it and what stands there afterwards.
CHANGES = {
    "the body of a view": ("catalog/views.py", 'return render(request, "catalog/authors.html"', "return (request"),
    "lines moved": ("catalog/views.py", "\ndef author_list(", "\n\n# A remark.\ndef author_list("),
    "a field": (
        "catalog/models.py",
        "class Tag(models.Model):\n",
        "class Tag(models.Model):\n    x = models.TextField()\n",
    ),
    "a related name": ("authors/models.py", 'related_name="pupils"', 'related_name="learners"'),
    "a manager": ("catalog/models.py", "class EagerBookManager(models.Manager):", "class EagerBookManager(object):"),
    "a mixin": ("catalog/models.py", "class Stamped(models.Model):\n", "class Stamped(models.Model):\n    y = 1\n"),
    "a template": ("templates/catalog/authors.html", "{%", "{# new #}{%"),
    "a setting": ("bookshop/settings.py", 'BASE_DIR / "jinja2"', 'BASE_DIR / "other"'),
    "a file added": (
        "catalog/more.py",
        "",
        "from catalog.models import Book\nnames = [b.author.name for b in Book.objects.all()]\n",
    ),
    "a file removed": ("catalog/feeds.py", None, None),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = shutil.copytree(SAMPLES / "bookshop", tmp_path / "bookshop")
    monkeypatch.chdir(root)
    return root


def same_as_cold(report: Report) -> bool:
    return replace(report, statistics={}) == replace(analyse_here(None), statistics={})


def apply(root: Path, change: str) -> None:
    name, old, new = CHANGES[change]
    path = root / name
    if old is None or new is None:
        path.unlink()
        return
    text = path.read_text() if path.exists() else ""
    assert old in text, change
    path.write_text(text.replace(old, new, 1))


def test_change_upon_change(project: Path, store: Store) -> None:
    analyse_here(store)
    for change in CHANGES:
        apply(project, change)
        assert same_as_cold(analyse_here(store)), change


def test_a_change_taken_back(project: Path, tmp_path: Path, store: Store) -> None:
    analyse_here(store)
    whole = {path: path.read_bytes() for path in project.rglob("*.py")}
    for change in ("a field", "lines moved", "a file removed"):
        apply(project, change)
        analyse_here(store)
    for path, content in whole.items():
        path.write_bytes(content + b"\n")
    assert same_as_cold(analyse_here(store))
