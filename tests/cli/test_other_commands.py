"""Do the commands that need no project answer, and fast?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from djcheck import __version__
from djcheck.cli.main import COMMANDS, main
from djcheck.rulebook import rulebook

Capture = pytest.CaptureFixture[str]


def test_version(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"djcheck {__version__}\n"


def test_version_loads_no_analyser() -> None:
    program = "import sys; from djcheck.cli.main import main; main(['--version']); print(*sorted(sys.modules))"
    loaded = set(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.split())
    assert "click" in loaded
    assert not loaded & {"libcst", "astroid", "rich", "yaml", "msgspec", "pathspec", "django", "djcheck.config"}


def test_help_names_every_command(capsys: Capture) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {command} " in out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: Capture) -> None:
    assert main([command, "-h"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: djcheck {command} ")


class TestRules:
    def test_table(self, capsys: Capture) -> None:
        assert main(["rules"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in lines] == list(rulebook())
        assert ["DJC101", "missing-select-related", "warning"] in [line.split()[:3] for line in lines]

    def test_json_holds_everything(self, capsys: Capture) -> None:
        assert main(["rules", "--format", "json"]) == 0
        rules = {rule["code"]: rule for rule in json.loads(capsys.readouterr().out)}
        assert list(rules) == list(rulebook())
        assert rules["DJC304"]["severity"] == "error"
        assert rules["DJC304"]["escalation"]["unknown-taint"].startswith("Can a user")


class TestExplain:
    @pytest.mark.parametrize("word", ["DJC101", "djc101", "missing-select-related", "Missing-Select-Related"])
    def test_by_code_or_name(self, word: str, capsys: Capture) -> None:
        assert main(["explain", word]) == 0
        out = capsys.readouterr().out
        rule = rulebook()["DJC101"]
        assert out.startswith("DJC101 missing-select-related\n\n")
        for part in (rule.summary, rule.rationale.strip(), "Severity: warning", "Principle: query-efficiency"):
            assert part in out
        assert "Faulty:\n\n    for book in Book.objects.all():\n" in out
        assert all(reference.url in out for reference in rule.references)

    @pytest.mark.parametrize(
        ("word", "hint"), [("DJC1011", "did you mean DJC101"), ("mising-select", "missing-select"), ("?", "lists them")]
    )
    def test_an_unknown_word(self, word: str, hint: str, capsys: Capture) -> None:
        assert main(["explain", word]) == 2
        assert hint in capsys.readouterr().err


class TestConfig:
    def test_shows_values_and_where_they_come_from(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("pyproject.toml").write_text('[tool.djcheck]\nselect = ["DJC1"]\ninclude-tests = true\nfailon = 1\n')
        assert main(["config"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert 'select = ["DJC1"]  # pyproject.toml:2' in lines
        assert "include-tests = true  # pyproject.toml:3" in lines
        assert 'fail-on = "warning"  # default' in lines
        assert "settings-module = not set  # default" in lines
        assert "# pyproject.toml:4: failon is not known" in lines

    def test_refuses_a_wrong_type(self, tmp_path: Path, capsys: Capture) -> None:
        (tmp_path / "djcheck.toml").write_text("include-tests = 1\n")
        assert main(["config", str(tmp_path)]) == 2
        assert "djcheck.toml: include-tests: Expected `bool`, got `int`" in capsys.readouterr().err
