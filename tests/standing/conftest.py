from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.standing.standing_project import StandingProject

BOOKSHOP = Path(__file__).parents[2] / "sample_projects/bookshop"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandingProject:
    """The sample project in a directory of its own, evaluated once."""
    shutil.copytree(BOOKSHOP, tmp_path / "bookshop")
    monkeypatch.chdir(tmp_path / "bookshop")
    found = StandingProject()
    found.check()
    return found
