"""A session's reports are those of a run that starts from nothing, whatever was changed before."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from djcheck import pipeline
from djcheck.config import load
from djcheck.domain.finding import Report
from djcheck.session import Session

BOOKSHOP = Path(__file__).parents[1] / "sample_projects/bookshop"
# One change after another: (file, what to replace, by what).
CHANGES = [
    ("catalog/reports.py", "book.author", "book.publisher"),
    ("catalog/reports.py", "def ", "\n\ndef "),
    ("authors/models.py", "models.ForeignKey", "models.OneToOneField"),
    ("catalog/models.py", "class Meta:", "class Meta: pass\n    class Was:"),
    ("templates/catalog/authors.html", "author", "writer"),
    ("bookshop/settings.py", "INSTALLED_APPS", "WERE_APPS"),
    ("bookshop/urls.py", "path(", "re_path("),
    ("catalog/views.py", "import", "impart"),
    ("catalog/prefetching.py", "book", "😀"),
]


def quiet(stage: str, done: int, total: int) -> None:
    """Progress for nobody."""


def anew(unsaved: Mapping[str, str]) -> Report:
    return pipeline.check([Path()], load([Path()]), jobs=1, progress=quiet, unsaved=unsaved)


def bare(report: Report) -> Report:
    """The report without fixes, which a session seeks in unsaved files alone, and without times."""
    return replace(report, findings=tuple(replace(each, fix=None) for each in report.findings), statistics={})


@pytest.fixture
def bookshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(BOOKSHOP, tmp_path / "bookshop")
    monkeypatch.chdir(tmp_path / "bookshop")
    return tmp_path / "bookshop"


def test_one_change_at_a_time(bookshop: Path) -> None:
    session = Session([Path()], jobs=1)
    reports = [session.check(load([Path()]), progress=quiet)]
    assert bare(reports[0]) == bare(anew({}))
    for file, old, new in CHANGES:
        text = (bookshop / file).read_text()
        assert old in text
        unsaved = {file: text.replace(old, new)}
        reports.append(session.check(load([Path()]), progress=quiet, unsaved=unsaved))
        whole = anew(unsaved)
        assert bare(reports[-1]) == bare(whole), file
        fixes = {each: each.fix for each in reports[-1].findings if each.path == file}
        assert fixes == {each: each.fix for each in whole.findings if each.path == file}
    assert len({report.findings for report in map(bare, reports)}) > 6
    assert bare(session.check(load([Path()]), progress=quiet)) == bare(reports[0])


def test_changes_on_the_disk_are_seen_when_the_session_looks_again(bookshop: Path) -> None:
    session = Session([Path()], jobs=1)
    before = session.check(load([Path()]), progress=quiet)
    (bookshop / "catalog/reports.py").unlink()
    (bookshop / "catalog/more.py").write_text((bookshop / "catalog/labels.py").read_text())
    assert bare(session.check(load([Path()]), progress=quiet)) == bare(before)
    session.look_again()
    assert bare(session.check(load([Path()]), progress=quiet)) == bare(anew({})) != bare(before)


def test_what_changes_no_code_is_not_evaluated(bookshop: Path) -> None:
    stages: list[str] = []

    def note(stage: str, done: int, total: int) -> None:
        stages.append(stage)

    session = Session([Path()], jobs=1)
    text = (bookshop / "catalog/reports.py").read_text()
    session.check(load([Path()]), progress=note, unsaved={"catalog/reports.py": text})
    assert "evaluate" in stages
    stages.clear()
    first, _, rest = text.partition("\n")
    unsaved = {"catalog/reports.py": f"{first}  # djcheck: ignore-file[DJC101] known\n{rest}"}
    report = session.check(load([Path()]), progress=note, unsaved=unsaved)
    assert "evaluate" not in stages
    assert bare(report) == bare(anew(unsaved))
    assert not any(each.rule == "DJC101" for each in report.findings if each.path == "catalog/reports.py")


def test_an_interrupted_check_does_no_harm(bookshop: Path) -> None:
    class Enough(Exception):
        """Somebody does not want to wait."""

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "evaluate":
            raise Enough

    session = Session([Path()], jobs=1)
    text = (bookshop / "authors/models.py").read_text().replace("ForeignKey", "OneToOneField")
    for unsaved in ({}, {"authors/models.py": text}):
        with pytest.raises(Enough):
            session.check(load([Path()]), progress=stop, unsaved=unsaved)
        assert bare(session.check(load([Path()]), progress=quiet, unsaved=unsaved)) == bare(anew(unsaved))
