"""Does every rule tell exactly what the marks of its example projects promise, and is no part of a rule missing?"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from djcheck.detectors.catalogue import detectors
from djcheck.domain.finding import Status
from djcheck.rulebook import rulebook
from tests.analysing import RELATED, analyse, told
from tests.sample_projects.markers import Mark, read_marks

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROJECT = HERE / "project"
# What djcheck itself reports needs no rows: tested with the configuration, the ignores and bad input.
OWN = {"DJC001", "DJC002", "DJC003", "DJC004", "DJC005"}
STEMS = sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name.startswith("djc"))
BAD = sorted(path for stem in STEMS for path in (HERE / stem).glob("bad*"))
GOOD = sorted(path for stem in STEMS for path in (HERE / stem).glob("good*"))


def label(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


def laid_out(case: Path, root: Path) -> Path:
    """The example in a Django project: a file as a module of the app `shop`, a folder as files beside it."""
    shutil.copytree(PROJECT, root / "project", ignore=shutil.ignore_patterns("__pycache__"))
    if case.is_dir():
        shutil.copytree(case, root / "project", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(case, root / "project" / "shop" / case.name)
    return root / "project"


def as_told(mark: Mark) -> tuple[str, int, str, str]:
    return mark.path, mark.line, mark.code, mark.relation if mark.code in RELATED else ""


@pytest.mark.parametrize("case", BAD, ids=label)
def test_bad(case: Path, tmp_path: Path) -> None:
    root = laid_out(case, tmp_path)
    marks = read_marks(root)
    wanted = {as_told(mark) for mark in marks if mark.kind == "expect"}
    known_false = {as_told(mark) for mark in marks if mark.kind == "false"}
    findings = analyse(root).findings
    found = Counter(told(each) for each in findings)
    assert set(found) - known_false == wanted
    assert known_false <= set(found), "a known false alarm is gone: take its mark away"
    assert [told(each) for each in findings if each.status is not Status.CERTAIN and told(each) in wanted] == []
    missed = {as_told(mark) for mark in marks if mark.kind == "miss"}
    assert not missed & set(found), "a known miss is found: mark it so"


@pytest.mark.parametrize("case", GOOD, ids=label)
def test_good(case: Path, tmp_path: Path) -> None:
    root = laid_out(case, tmp_path)
    marks = read_marks(root)
    found = {told(each) for each in analyse(root).findings}
    assert found == {as_told(mark) for mark in marks if mark.kind == "false"}


def test_known_gaps_are_few() -> None:
    kinds = Counter(mark.kind for stem in STEMS for mark in read_marks(HERE / stem))
    assert kinds["miss"] <= 10
    assert kinds["false"] <= 5


@pytest.mark.parametrize("code", sorted(rulebook()))
def test_every_rule_has_all_its_parts(code: str) -> None:
    [declaration] = (ROOT / "rules").glob(f"{code.lower()}_*.yaml")
    stem = declaration.stem
    assert (ROOT / "docs" / "rules" / f"{stem}.md").is_file()
    if code in OWN:
        return
    assert code in {detector.code for detector in detectors()}
    assert len(list((ROOT / "src" / "djcheck" / "detectors").glob(f"*/{stem}.py"))) == 1
    bad = [mark for mark in read_marks(HERE / stem) if mark.kind == "expect" and mark.code == code]
    assert bad, f"no bad example under tests/rules/{stem}"
    assert list((HERE / stem).glob("good*")), f"no good example under tests/rules/{stem}"
