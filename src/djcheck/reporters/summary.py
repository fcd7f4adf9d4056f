"""How many findings of which kind a report holds."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from djcheck.domain.finding import Report


class Summary(Struct, frozen=True):
    """The figures at the foot of every report; `by_rule` is in order of code.

    `known` and `gone` compare with a baseline or an earlier revision: how many findings are not shown since they were
    there before, and how many were there and are no longer.
    """

    files: int
    lines: int
    findings: int
    certain: int
    ambiguous: int
    unreadable: int
    known: int
    gone: int
    by_rule: dict[str, int]


def summarise(report: Report) -> Summary:
    """Count. A confirmed finding counts as certain, one the agent was uncertain about as ambiguous."""
    rules = Counter(finding.rule for finding in report.findings)
    return Summary(
        files=report.files,
        lines=report.lines,
        findings=len(report.findings),
        certain=sum(finding.status.is_proven for finding in report.findings),
        ambiguous=sum(finding.status.is_open for finding in report.findings),
        unreadable=report.unreadable,
        known=len(report.known),
        gone=report.gone,
        by_rule=dict(sorted(rules.items())),
    )
