"""Are the pre-commit hook and the GitLab job valid, and do the GitLab job's scripts do what they promise?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.gate.histories import History

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "docs" / "ci" / "djcheck.gitlab-ci.yml"
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "check",
    [
        ["pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"],
        ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", str(TEMPLATE)],
    ],
    ids=lambda check: check[0],
)
def test_form(check: list[str]) -> None:
    done = subprocess.run([BIN / check[0], *check[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("shop/views.py", True),
        ("shop/templates/shop/book.html", True),
        ("shop/jinja2/book.jinja", True),
        ("mails/order.txt", True),
        ("pyproject.toml", True),
        ("djcheck-baseline.jsonl", True),
        ("static/site.css", False),
        ("README.md", False),
    ],
)
def test_the_hook_starts_where_something_it_reads_has_changed(name: str, starts: bool) -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert bool(re.search(hook["files"], name)) is starts


@pytest.mark.parametrize(("base", "status"), [("", 1), ("main", 0)])
def test_the_gitlab_job(tmp_path: Path, capsys: pytest.CaptureFixture[str], base: str, status: int) -> None:
    history = History(tmp_path / "shop", capsys)
    job = yaml.safe_load(TEMPLATE.read_text())["djcheck"]
    install, *commands = job["script"]
    assert "pip install" in install
    variables = {name: value.replace("$CI_PROJECT_DIR", str(history.root)) for name, value in job["variables"].items()}
    given = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    environment = {**os.environ, **variables, **given}
    done = [subprocess.run(["bash", "-c", each], cwd=history.root, env=environment) for each in commands]
    assert [each.returncode for each in done] == [0, status]
    report = json.loads((history.root / job["artifacts"]["reports"]["codequality"]).read_text())
    assert len(report) == 2
    assert (history.root / ".djcheck_cache").is_dir()


def examples() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)


@pytest.mark.parametrize(
    ("number", "check"),
    [
        (0, ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"]),
        (1, ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
        (2, ["pre-commit", "validate-config"]),
    ],
    ids=["github", "gitlab", "pre-commit"],
)
def test_the_examples_of_the_docs(tmp_path: Path, number: int, check: list[str]) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(examples()[number])
    done = subprocess.run([BIN / check[0], *check[1:], str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_documented_inputs_are_those_of_the_action() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    page = (ROOT / "docs" / "ci.md").read_text()
    table = re.findall(r"^\| `([a-z-]+)` \|(?: `([^|`]*)`)? \|", page.partition("| input |")[2], re.MULTILINE)
    assert dict(table) == {
        name: value["default"].strip() for name, value in action["inputs"].items() if name != "token"
    }
    workflow = yaml.safe_load(examples()[0])
    assert set(workflow["jobs"]["djcheck"]["steps"][1]["with"]) <= set(action["inputs"])
