"""After one change: is the outcome that of a run from nothing, and how little was evaluated for it?"""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from djcheck import pipeline
from djcheck.analysis import Memory
from djcheck.config import load
from djcheck.domain.finding import Report
from tests.changing import change, put
from tests.standing.standing_project import StandingProject, quiet

MORE = (
    "from catalog.models import Book\n\n\ndef names():\n    return [book.author.name for book in Book.objects.all()]\n"
)
# What is changed: the file, some text of it (None: the whole file), what stands there afterwards (None: no such file),
# and how many functions, templates and declarations may be evaluated for it at most. The whole project has 690.
CHANGES = {
    "a remark": ("catalog/views.py", "def author_list(request):\n", "def author_list(request):  # all of them\n", 0),
    "a view's body": ("catalog/reports.py", "book.author", "book.publisher", 30),
    "lines moved": ("catalog/reports.py", "\ndef ", "\n\n\ndef ", 100),
    "a field": ("catalog/models.py", "word = models.CharField(", "word = models.TextField(", 45),
    "a new field": ("reviews/models.py", "class Meta:", "new = models.TextField()\n\n    class Meta:", 80),
    "a key's null": (
        "catalog/models.py",
        "Publisher, on_delete=models.SET_NULL, null=True",
        "Publisher, models.CASCADE",
        380,
    ),
    "a related name": ("authors/models.py", 'related_name="pupils"', 'related_name="learners"', 240),
    "a manager": ("catalog/models.py", '.select_related("category")', ".all()", 32),
    "a mixin": ("catalog/list_views.py", 'select_related("author", "publisher")', 'select_related("author")', 12),
    "a template": ("templates/catalog/authors.html", "{{ book.title }}", "{{ book.category.name }}", 12),
    "an included template": ("templates/catalog/_book.html", "item.title", "item.category.name", 30),
    "a new template": ("templates/catalog/new.html", None, "{{ book.author.name }}", 0),
    "a setting": ("bookshop/settings.py", 'BASE_DIR / "jinja2"', 'BASE_DIR / "other"', 690),
    "a setting that concerns nobody": ("bookshop/settings.py", "INSTALLED_APPS", "USE_TZ = True\nINSTALLED_APPS", 0),
    "a route": ("bookshop/urls.py", "path(", "re_path(", 6),
    "a new file": ("catalog/more.py", None, MORE, 2),
    "a removed file": ("catalog/feeds.py", None, None, 36),
}


@pytest.mark.parametrize("name", CHANGES)
def test_one_change(project: StandingProject, name: str) -> None:
    file, old, new, most = CHANGES[name]
    before = change(file, old, new)
    project.check()
    assert project.evaluated <= most
    put(file, before)
    project.check()
    assert project.evaluated <= most


def test_command_line_that_watches(project: StandingProject) -> None:
    memory = Memory(lasting=True)
    for most in (700, 30, 30):
        report = pipeline.check([Path()], load([Path()]), jobs=1, progress=quiet, memory=memory)
        assert memory.evaluated <= most
        assert bare(report) == bare(pipeline.check([Path()], load([Path()]), jobs=1, progress=quiet))
        put("catalog/reports.py", Path("catalog/reports.py").read_text().replace("book.author", "book.publisher", 1))


def test_calls_nested_too_deep(project: StandingProject) -> None:
    """What an object holds is asked for where no further call is followed."""
    steps = "".join(f"def step{at}(text):\n    return step{at + 1}(text)\n\n\n" for at in range(24))
    node = "class Node:\n    def __init__(self, text):\n        self.text = text\n\n\n"
    put("catalog/parser.py", f"{steps}def step24(text):\n    return Node(text).text\n\n\n{node}")
    project.check()
    assert project.evaluated < 60


def bare(report: Report) -> Report:
    """The report without times."""
    return replace(report, statistics={})


def test_nothing_changed(project: StandingProject) -> None:
    project.check()
    assert project.evaluated == 0


def test_what_does_not_settle(project: StandingProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no replay comes to an end, everything is evaluated as if nothing were kept."""
    put("catalog/reports.py", Path("catalog/reports.py").read_text().replace("book.author", "book.publisher", 1))
    with monkeypatch.context() as patch:
        patch.setattr("djcheck.flow.standing.MOST_TURNS", 0)
        project.check()
        assert project.evaluated == 0  # none of what is kept
    put("catalog/reports.py", Path("catalog/reports.py").read_text().replace("book.publisher", "book.author", 1))
    project.check()
    assert project.evaluated > 30
