from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.records.kept_project import KeptProject

BOOKSHOP = Path(__file__).parents[2] / "sample_projects/bookshop"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptProject:
    """The sample project in a directory of its own, with a cache, and run so often that evaluation has been noted."""
    shutil.copytree(BOOKSHOP, tmp_path / "bookshop")
    monkeypatch.chdir(tmp_path / "bookshop")
    found = KeptProject(tmp_path / "cache")
    found.check()
    with Path("catalog/views.py").open("a") as views:
        views.write("# The next run finds what a run before it evaluated, and nothing else declared: it notes.\n")
    found.check()
    return found
