"""Is every line of the configuration that has no effect reported where it stands?"""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.config import load, override
from djcheck.rulebook import rulebook
from djcheck.triage import configuration

TEXT = """\
[tool.djcheck]
select = ["DJC1", "DJC9"]
ignore = ["querry-in-loop"]
failon = "error"

[tool.djcheck.per-path-ignores]
"scripts/" = ["DJC101", "X1"]
"""


def test_keys_and_selectors_without_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text(TEXT)
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    found = list(configuration.findings(load([Path()]), rulebook()))
    assert [(each.rule, each.path, each.line, each.message) for each in found] == [
        ("DJC003", "../pyproject.toml", 4, "`failon` has no effect: djcheck has no such setting"),
        ("DJC003", "../pyproject.toml", 2, "`DJC9` has no effect: `select` names a rule that does not exist"),
        ("DJC003", "../pyproject.toml", 3, "`querry-in-loop` has no effect: `ignore` names a rule that does not exist"),
        ("DJC003", "../pyproject.toml", 6, "`X1` has no effect: `per-path-ignores` names a rule that does not exist"),
    ]


def test_subjects_that_can_name_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "djcheck.toml").write_text(
        """\
        [per-app-ignores]
        shop = ["DJC1"]
        "apps.shop" = ["DJC1"]
        [per-model-ignores]
        "shop.Book" = ["DJC1"]
        Book = ["DJC1"]
        [per-relation-ignores]
        "shop.Book.author" = ["DJC9"]
        "Book.author" = ["DJC1"]
        """.replace("        ", "")
    )
    monkeypatch.chdir(tmp_path)
    assert [(each.line, each.message) for each in configuration.findings(load([Path()]), rulebook())] == [
        (1, "`apps.shop` has no effect: `per-app-ignores` wants names such as shop"),
        (4, "`Book` has no effect: `per-model-ignores` wants names such as shop.Book"),
        (7, "`DJC9` has no effect: `per-relation-ignores` names a rule that does not exist"),
        (7, "`Book.author` has no effect: `per-relation-ignores` wants names such as shop.Book.author"),
    ]


def test_what_the_command_line_replaced_is_not_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "djcheck.toml").write_text('select = ["DJC9"]\n')
    config = override(load([tmp_path]), {"select": ("--select", ("DJC1",))})
    assert list(configuration.findings(config, rulebook())) == []
