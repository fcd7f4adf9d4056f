"""Which findings fail the gate, and which are shown at all?"""

from __future__ import annotations

import pytest

from djcheck.config import Ambiguous, FailOn
from djcheck.domain.finding import Severity, Status
from djcheck.triage import gate
from tests.building import ambiguous, finding


@pytest.mark.parametrize(
    ("severity", "fail_on", "fails"),
    [
        ("error", "error", True),
        ("warning", "error", False),
        ("warning", "warning", True),
        ("note", "warning", False),
        ("note", "note", True),
        ("error", "never", False),
    ],
)
def test_severity_against_the_level(severity: str, fail_on: FailOn, fails: bool) -> None:
    assert gate.fails([finding(severity=Severity(severity))], fail_on, "report") is fails


@pytest.mark.parametrize(
    ("status", "choice", "fails"),
    [
        ("certain", "report", True),
        ("confirmed", "report", True),
        ("dismissed", "fail", False),
        ("ambiguous", "report", False),
        ("ambiguous", "hide", False),
        ("ambiguous", "fail", True),
        ("uncertain", "report", False),
        ("uncertain", "fail", True),
    ],
)
def test_status_against_the_choice(status: str, choice: Ambiguous, fails: bool) -> None:
    assert gate.fails([finding(status=Status(status))], "warning", choice) is fails


def test_hidden_are_only_the_open_ones() -> None:
    found = [ambiguous(line=1), finding(line=2), finding(line=3, status=Status.UNCERTAIN)]
    assert [each.line for each in gate.shown(found, "hide")] == [2]
    assert [each.line for each in gate.shown(found, "report")] == [1, 2, 3]


def test_shown_in_order_of_path_line_column_and_code() -> None:
    found = [
        finding(path="b.py", line=1),
        finding(path="a.py", line=9),
        finding(path="a.py", line=2, column=8),
        finding(path="a.py", line=2, column=3, rule="DJC103"),
        finding(path="a.py", line=2, column=3),
    ]
    assert [(each.path, each.line, each.column, each.rule) for each in gate.shown(found, "report")] == [
        ("a.py", 2, 3, "DJC101"),
        ("a.py", 2, 3, "DJC103"),
        ("a.py", 2, 8, "DJC101"),
        ("a.py", 9, 11, "DJC101"),
        ("b.py", 1, 11, "DJC101"),
    ]
