"""Is every format's report on the sample project the one that was looked at and kept?"""

from __future__ import annotations

import json

import pytest

from djcheck.domain.finding import Report
from tests.reporters.write_snapshots import FOLDER, sample, snapshots


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return snapshots()


def kept() -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(FOLDER.iterdir())}


def test_there_is_one_for_each_format(written: dict[str, str]) -> None:
    assert set(written) == set(kept())


@pytest.mark.parametrize("name", kept())
def test_the_report_is_the_one_that_was_kept(written: dict[str, str], name: str) -> None:
    assert written[name] == kept()[name], "if this is meant, run: python -m tests.reporters.write_snapshots"


def test_the_sample_has_something_of_everything() -> None:
    report: Report = sample()
    assert {str(finding.status) for finding in report.findings} == {"certain", "ambiguous", "dismissed"}
    assert any(finding.fix for finding in report.findings)
    assert any(finding.is_security for finding in report.findings)
    assert report.outline.apps["catalog/templates/catalog/books.html"] == "catalog"


def test_gitlab_can_tell_the_findings_apart(written: dict[str, str]) -> None:
    marks = [issue["fingerprint"] for issue in json.loads(written["gitlab.json"])]
    assert len(marks) == len(set(marks)) > 3
