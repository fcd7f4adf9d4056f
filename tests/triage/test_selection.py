"""Does a per-path ignore hold exactly where its pattern says?"""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.config import Config
from djcheck.rulebook import rulebook
from djcheck.triage.selection import Selection

RULE = rulebook()["DJC103"]


@pytest.mark.parametrize(
    ("pattern", "path", "wanted"),
    [
        ("scripts/", "scripts/load.py", False),
        ("scripts/", "shop/scripts/load.py", False),
        ("/scripts/", "shop/scripts/load.py", True),
        ("*/legacy_*.py", "shop/legacy_views.py", False),
        ("*/legacy_*.py", "shop/views.py", True),
        ("scripts/", "../elsewhere/scripts/load.py", True),
    ],
)
def test_patterns_are_gitignores_relative_to_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, path: str, wanted: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    selection = Selection(Config(root=tmp_path, per_path_ignores={pattern: ("DJC1",)}))
    assert selection.wants(path, RULE) is wanted
    assert selection.wants(path, rulebook()["DJC301"])


def test_the_working_directory_may_lie_below_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    selection = Selection(Config(root=tmp_path, per_path_ignores={"/shop/scripts/": ("query-in-loop",)}))
    assert not selection.wants("scripts/load.py", RULE)
    assert selection.wants("views.py", RULE)
    assert not selection.wants("../shop/scripts/load.py", RULE)


def test_what_is_not_selected_is_not_wanted_anywhere() -> None:
    assert not Selection(Config(select=("DJC2",))).wants("shop/views.py", RULE)
