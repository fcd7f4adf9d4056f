"""Every format's report on tests/reporters/projects/shop: `python -m tests.reporters.write_snapshots` writes them anew.

Look at what has changed before committing it: that is what the snapshots are for.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import get_args

from msgspec.structs import replace

from djcheck import __version__
from djcheck.config import Format
from djcheck.domain.finding import CitedLine, Decision, Edit, Finding, Fix, Report, Status, Verdict
from djcheck.reporters.formats import reporter
from djcheck.reporters.lines import lines_of
from djcheck.reporters.style import Style
from tests.analysing import analyse

HERE = Path(__file__).parent
PROJECT = HERE / "projects" / "shop"
FOLDER = HERE / "snapshots"
SUFFIXES = {"text": "txt", "sarif": "sarif", "github": "txt", "junit": "xml", "html": "html"}


def snapshots() -> dict[str, str]:
    """File name to text of every format, without what differs from machine to machine and release to release."""
    report = sample()
    before = Path.cwd()
    os.chdir(PROJECT)
    try:
        written = {name: reporter(name)(report, lines_of, Style()).decode() for name in get_args(Format)}
    finally:
        os.chdir(before)
    written["sarif"] = with_rules_found(written["sarif"])
    return {f"{name}.{SUFFIXES.get(name, 'json')}": neutral(text) for name, text in written.items()}


def sample() -> Report:
    """What djcheck says of the project, and beside it what the agent and the fixer might add."""
    report = analyse(PROJECT)
    return replace(report, findings=tuple(map(_with_more, report.findings)), statistics={})


def _with_more(finding: Finding) -> Finding:
    if finding.symbol == "catalog.views.renamed":
        cited = (CitedLine("catalog/views.py", 26),)
        reason = "`names` holds three names at most"
        verdict = Verdict(Decision.DISMISSED, 0.9, reason, cited, "some-model", "simple", 12, False)
        return replace(finding, status=Status.DISMISSED, verdict=verdict)
    if finding.symbol == "catalog.models.Book.imprint":
        edit = Edit("catalog/views.py", 12, 61, 12, 61, '.select_related("author__publisher")')
        return replace(finding, fix=Fix("Join `author__publisher`", (edit,)))
    return finding


def with_rules_found(text: str) -> str:
    """SARIF lists all rules; the snapshot is to change only with those that it has findings of."""
    document = json.loads(text)
    (run,) = document["runs"]
    found = {result["ruleId"] for result in run["results"]}
    driver = run["tool"]["driver"]
    driver["rules"] = [rule for rule in driver["rules"] if rule["id"] in found]
    for result in run["results"]:
        del result["ruleIndex"]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def neutral(text: str) -> str:
    return text.replace(PROJECT.as_uri(), "file:///shop").replace(__version__, "VERSION")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    written = snapshots()
    for file in FOLDER.iterdir():
        if file.name not in written:
            file.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
