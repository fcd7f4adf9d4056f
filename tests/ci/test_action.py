"""Is the GitHub Action valid, and do its scripts do what it promises, whatever stands in the inputs and the project?"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.gate.histories import History

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
BIN = Path(sys.executable).parent
# GitHub's own program cannot run here: this one notes what it was asked, and knows of one comment or of none.
GH = """\
#!/bin/sh
echo "$@" >> "$GH_CALLS"
case "$*" in *--jq*) printf '%s' "$GH_COMMENTS" ;; esac
exit "${GH_STATUS:-0}"
"""


@dataclass
class Job:
    """A workflow's job on a clone; `outputs` and `summary` are what the steps have written for GitHub."""

    clone: Path
    temp: Path
    inputs: Mapping[str, str]
    environment: Mapping[str, str]
    log: str = ""
    status: int = 0

    def run(self) -> Job:
        """Run the steps in order until one fails, but for other actions and for the installation."""
        for step in ACTION["runs"]["steps"]:
            if "run" in step and step["name"] != "Install djcheck" and self._applies(step.get("if", "")):
                self._step(step)
                if self.status:
                    break
        return self

    def _applies(self, condition: str) -> bool:
        return all(self.value(name) == wanted for name, wanted in re.findall(r"([\w.-]+) == '(\w+)'", condition))

    def _step(self, step: Any) -> None:
        script = self.temp / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        variables = {name: self.expanded(value) for name, value in step["env"].items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.clone,
            env={**os.environ, **self.environment, **variables},
            capture_output=True,
            text=True,
        )
        self.log += done.stdout + done.stderr
        self.status = done.returncode

    def expanded(self, text: str) -> str:
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: self.value(match[1]), text)

    def value(self, name: str) -> str:
        area, _, rest = name.partition(".")
        if area == "inputs":
            return self.inputs.get(rest, self.expanded(str(ACTION["inputs"][rest]["default"])))
        known = {
            "github.action_path": str(ROOT),
            "github.event_name": "pull_request",
            "github.event.pull_request.number": "7",
            "github.repository": "somebody/shop",
            "github.token": "secret",
            "runner.temp": str(self.temp),
            "steps.analyse.outputs.status": self.outputs.get("status", ""),
            "steps.analyse.outputs.sarif": self.outputs.get("sarif", ""),
        }
        return known[name]

    @property
    def outputs(self) -> dict[str, str]:
        lines = Path(self.environment["GITHUB_OUTPUT"]).read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return Path(self.environment["GITHUB_STEP_SUMMARY"]).read_text()

    @property
    def calls(self) -> list[str]:
        return Path(self.environment["GH_CALLS"]).read_text().splitlines()


@pytest.fixture
def history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> History:
    return History(tmp_path / "origin", capsys)


def job(history: History, tmp_path: Path, inputs: Mapping[str, str] | None = None, **variables: str) -> Job:
    clone, temp, programs = tmp_path / "clone", tmp_path / "temp", tmp_path / "programs"
    subprocess.run(["git", "clone", "--quiet", str(history.root), str(clone)], check=True)
    temp.mkdir()
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    files = {name: str(temp / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GH_CALLS")}
    for file in files.values():
        Path(file).touch()
    path = os.pathsep.join((str(programs), str(BIN), os.environ["PATH"]))
    return Job(clone, temp, inputs or {}, {**files, "PATH": path, **variables})


def test_the_schema_and_the_linter_have_no_objection() -> None:
    for command in (
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"],
        [BIN / "zizmor", "--offline", "--no-progress", "--quiet", "action.yml"],
    ):
        done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_no_script_contains_an_expression() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_no_objection_to_the_scripts() -> None:
    for step in ACTION["runs"]["steps"]:
        if "run" in step:
            done = subprocess.run(
                ["shellcheck", "--shell=bash", "-"], input=step["run"], capture_output=True, text=True
            )
            assert done.stdout == ""


def test_findings_are_annotated_reported_and_fail_the_job(history: History, tmp_path: Path) -> None:
    done = job(history, tmp_path).run()
    assert done.status == 1
    assert done.outputs["status"] == "1"
    results = json.loads(Path(done.outputs["sarif"]).read_text())["runs"][0]["results"]
    assert [each["ruleId"] for each in results] == ["DJC101", "DJC101"]
    assert done.log.count("::warning ") == 2
    assert "file=shop/views.py" in done.log
    assert done.summary.startswith("### djcheck\n\n    shop/models.py:11")
    assert done.calls == []


def test_only_what_a_branch_brings(history: History, tmp_path: Path) -> None:
    history.git("checkout", "--quiet", "-b", "topic")
    done = job(history, tmp_path, {"diff-base": "origin/main"}).run()
    assert (done.status, done.log.count("::warning ")) == (0, 0)
    # Code scanning compares branches itself, and must be told of everything.
    assert len(json.loads(Path(done.outputs["sarif"]).read_text())["runs"][0]["results"]) == 2


def test_without_findings(history: History, tmp_path: Path) -> None:
    done = job(history, tmp_path, {"arguments": "--select\nDJC3\n", "comment": "true", "annotate": "false"}).run()
    assert (done.status, done.outputs["status"]) == (0, "0")
    assert (done.temp / "djcheck" / "summary.md").read_text() == "<!-- djcheck -->\n### djcheck: 0 findings\n\n"


def test_the_summary_is_commented_once_and_then_kept_up_to_date(history: History, tmp_path: Path) -> None:
    done = job(history, tmp_path, {"comment": "true"}).run()
    summary = done.temp / "djcheck" / "summary.md"
    assert done.calls[1:] == [
        f"api --silent --method POST repos/somebody/shop/issues/7/comments --field body=@{summary}"
    ]
    lines = summary.read_text().splitlines()
    assert lines[:3] == ["<!-- djcheck -->", "### djcheck: 2 findings", ""]
    assert lines[4].startswith("    shop/views.py:9:22: warning DJC101 missing-select-related: ")


def test_an_earlier_comment_is_replaced(history: History, tmp_path: Path) -> None:
    done = job(history, tmp_path, {"comment": "true"}, GH_COMMENTS="55\n56").run()
    assert "--method PATCH repos/somebody/shop/issues/comments/55 " in done.calls[1]


def test_a_token_that_may_not_comment_is_a_warning(history: History, tmp_path: Path) -> None:
    done = job(history, tmp_path, {"comment": "true"}, GH_STATUS="1").run()
    assert "::warning title=djcheck::The summary was not commented" in done.log
    assert done.status == 1


def test_a_run_that_cannot_be_done_fails_with_its_status(history: History, tmp_path: Path) -> None:
    done = job(history, tmp_path, {"paths": "nowhere", "comment": "true"}).run()
    assert done.status == 2
    assert "nowhere" in done.log
    assert done.calls == []


def test_inputs_and_code_are_never_run_nor_read_as_markdown(history: History, tmp_path: Path) -> None:
    history.replace("shop/views.py", "book.author.name", 'book.author.name, "```@everyone $(touch c)"')
    history.commit()
    inputs = {"paths": ".\n$(touch a)", "arguments": "`touch b`\n; touch b", "diff-base": '"; touch b; "'}
    assert job(history, tmp_path, inputs).run().status == 2
    shutil.rmtree(tmp_path / "clone")
    shutil.rmtree(tmp_path / "temp")
    shutil.rmtree(tmp_path / "programs")
    done = job(history, tmp_path, {"comment": "true"}).run()
    assert not [path for path in done.clone.iterdir() if path.name in ("a", "b", "c")]
    written = done.summary.splitlines()[2:] + (done.temp / "djcheck" / "summary.md").read_text().splitlines()[3:]
    assert written
    assert all(line.startswith("    ") for line in written)
