"""After one change: are the fixes those of a run without a cache, and which ones were sought?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from djcheck.domain.finding import Finding, Fix
from djcheck.fixes.fixer import Fixer
from tests.analysing import write
from tests.fixes.conftest import MODELS
from tests.records.kept_project import reported

FILES = {
    "requirements.txt": "django==6.1\n",
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
    "shop/notes.py": """
        from .models import Note

        def open_notes():
            return Note.objects.order_by("pk")

        def names():
            return [note.author.name for note in open_notes()]
    """,
    "shop/tags.py": """
        from .models import Note

        def words():
            return [[tag.word for tag in note.tags.all()] for note in Note.objects.filter(printed=True)]
    """,
    "shop/other.py": """
        def texts(shelf):
            return []

        def save(shelf):
            return None
    """,
}
# What is changed (file, text, text instead), and in which files the findings lie whose fixes are sought then.
CHANGES: dict[str, tuple[str, str, str, set[str]]] = {
    "a remark": ("shop/other.py", "return []", "return []  # none", set()),
    "what nobody looks for": ("shop/other.py", "return []", "return list(shelf)", set()),
    "what may be asked of the rows": (
        *("shop/other.py", "return []", 'return [note.text for note in shelf.open_notes().only("text")]'),
        {"shop/notes.py"},
    ),
    "lines moved": ("shop/tags.py", "\n", "\n# Tags of notes.\n", {"shop/tags.py"}),
    "a name looked for": ("shop/tags.py", "return [[", "return [] or [[", {"shop/tags.py"}),
    "a function that writes": (
        "shop/other.py",
        "return None",
        "shelf.author.save()",
        {"shop/notes.py", "shop/tags.py"},
    ),
    "another model's text": ("shop/models.py", "print(self.text)", "print(self.text, self)", set()),
    "requirements": ("requirements.txt", "6.1", "4.2", {"shop/notes.py", "shop/tags.py"}),
    "a field": (
        "shop/models.py",
        "word = ",
        "size = models.IntegerField()\n    word = ",
        {"shop/notes.py", "shop/tags.py"},
    ),
}


@pytest.fixture
def sought(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The paths of findings whose fixes were sought since it was emptied."""
    found: set[str] = set()
    fix: Callable[..., Fix | None] = Fixer.fix

    def noted(fixer: Fixer, findings: list[Finding]) -> Fix | None:
        found.update(finding.path for finding in findings)
        return fix(fixer, findings)

    monkeypatch.setattr(Fixer, "fix", noted)
    return found


@pytest.mark.parametrize("change", CHANGES)
def test_one_change(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sought: set[str]) -> None:
    file, old, new, expected = CHANGES[change]
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(write(tmp_path / "project", FILES))
    with_cache = "--cache-dir", str(tmp_path / "cache"), "--jobs", "1"
    reported(*with_cache)
    text = Path(file).read_text()
    assert old in text
    Path(file).write_text(text.replace(old, new, 1))
    sought.clear()
    found = reported(*with_cache)
    assert sought == expected
    assert found == reported("--no-cache", "--jobs", "1")
