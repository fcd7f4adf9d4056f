from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.config import load
from djcheck.domain.finding import Fix
from djcheck.fixes import fixer
from djcheck.pipeline import check

BOOKSHOP = Path(__file__).parents[2] / "sample_projects/bookshop"


def fixes(jobs: int) -> list[Fix | None]:
    report = check([Path()], load([Path()]), jobs=jobs, progress=lambda *_: None)
    return [finding.fix for finding in report.findings]


def test_fixes_do_not_depend_on_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BOOKSHOP)
    whole = fixes(jobs=1)
    monkeypatch.setattr(fixer, "FEW", 3)
    assert fixes(jobs=2) == fixes(jobs=1) == whole
    assert any(whole)
    assert not all(whole)
