"""Findings and reports for tests, made in one line."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from djcheck.domain.finding import Ambiguity, CitedLine, Decision, Finding, Related, Report, Severity, Status, Verdict
from djcheck.domain.trace import Role

BASE = Finding(
    rule="DJC101",
    name="missing-select-related",
    severity=Severity.WARNING,
    status=Status.CERTAIN,
    message="`book.author` runs one query for each row",
    help="Join it in the queryset at shop/views.py:1.",
    path="shop/views.py",
    line=3,
    column=11,
    end_line=3,
    end_column=22,
)


def finding(**changes: Any) -> Finding:
    """The base finding with some fields changed."""
    return replace(BASE, **changes)


def ambiguous(**changes: Any) -> Finding:
    """The same, not certain."""
    doubt = Ambiguity("unknown-origin", "Where do the rows come from?")
    return finding(**{"status": Status.AMBIGUOUS, "ambiguity": doubt, **changes})


def judged(decision: Decision) -> Finding:
    """The same, with the agent's verdict."""
    lines = (CitedLine("shop/models.py", 3), CitedLine("shop/views.py", 4))
    verdict = Verdict(decision, 0.9, "the queryset has no join", lines, "some-model", "simple", 12, False)
    return ambiguous(status=Status(decision), verdict=verdict)


def step(line: int, role: Role, message: str = "", path: str = "shop/views.py") -> Related:
    """One step of a trace."""
    return Related(path=path, line=line, column=1, end_line=line, end_column=5, role=role, message=message)


def report(*findings: Finding, **changes: Any) -> Report:
    """A report of three files."""
    return replace(Report(files=3, lines=120, unreadable=0, findings=findings), **changes)
