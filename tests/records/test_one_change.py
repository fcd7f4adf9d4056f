"""After one change, on the command line: is the report that of a cold run, and how little was evaluated for it?"""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.flow import entries
from tests.changing import change, put
from tests.records.kept_project import KeptProject

MORE = (
    "from catalog.models import Book\n\n\ndef names():\n    return [book.author.name for book in Book.objects.all()]\n"
)
# What is changed: the file, some text of it (None: the whole file), what stands there afterwards (None: no such file),
# and how many functions, templates and declarations may be evaluated for it at most (None: all are).
CHANGES = {
    "a remark": ("catalog/views.py", "def author_list(request):\n", "def author_list(request):  # all of them\n", 0),
    "a view's body": ("catalog/reports.py", "book.author", "book.publisher", 30),
    "a statement": ("catalog/reports.py", "    for ", "    new = 1\n    for ", 60),
    "lines moved": ("catalog/reports.py", "\ndef ", "\n\n\ndef ", 0),
    "a method of a model": ("catalog/models.py", "return f", "new = 1\n        return f", 120),
    "a field": ("catalog/models.py", "word = models.CharField(", "word = models.TextField(", None),
    "a new field": ("reviews/models.py", "class Meta:", "new = models.TextField()\n\n    class Meta:", None),
    "a related name": ("authors/models.py", 'related_name="pupils"', 'related_name="learners"', None),
    "a manager": ("catalog/models.py", '.select_related("category")', ".all()", 60),
    "a mixin": ("catalog/list_views.py", 'select_related("author", "publisher")', 'select_related("author")', 60),
    "a template": ("templates/catalog/authors.html", "{{ book.title }}", "{{ book.category.name }}", 30),
    "an included template": ("templates/catalog/_book.html", "item.title", "item.category.name", 60),
    "a setting": ("bookshop/settings.py", 'BASE_DIR / "jinja2"', 'BASE_DIR / "other"', None),
    "a removed function": ("catalog/reports.py", "def ", "class Gone: ...\n\n\ndef ", None),
    "a new file": ("catalog/more.py", None, MORE, None),
    "a removed file": ("catalog/feeds.py", None, None, None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_one_change(project: KeptProject, name: str) -> None:
    file, old, new, most = CHANGES[name]
    change(file, old, new)
    project.check()
    assert (project.evaluated is None) == (most is None)
    assert most is None or int(project.evaluated or 0) <= most


def test_two_processes(project: KeptProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "FEW", 20)
    for relation, evaluated in (("author", None), ("publisher", 700), ("category", 10), ("series", 10)):
        put("catalog/more.py", MORE.replace("book.author", f"book.{relation}"))
        project.check(jobs=2)
        assert (project.evaluated is None) == (evaluated is None)
        assert evaluated is None or int(project.evaluated or 0) <= evaluated


def test_first_run_notes_nothing(project: KeptProject, tmp_path: Path) -> None:
    fresh = KeptProject(tmp_path / "other cache")
    fresh.check()
    assert fresh.evaluated is None


def test_what_does_not_settle(project: KeptProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither what is noted nor a new evaluation comes to an end, all is evaluated without noting."""
    monkeypatch.setattr("djcheck.flow.standing.MOST_TURNS", 0)
    text = Path("catalog/reports.py").read_text()
    put("catalog/reports.py", text.replace("book.author", "book.publisher", 1))
    project.check()
    assert project.evaluated is None
