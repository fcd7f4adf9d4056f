"""Which findings are shown, and whether they fail the gate."""

from __future__ import annotations

from collections.abc import Iterable

from djcheck.config import Ambiguous, FailOn
from djcheck.domain.finding import Finding, Severity


def shown(findings: Iterable[Finding], ambiguous: Ambiguous) -> tuple[Finding, ...]:
    """The findings to report, in order of place: without the open ones where these are to be hidden."""
    kept = (finding for finding in findings if not (finding.status.is_open and ambiguous == "hide"))
    return tuple(sorted(kept, key=lambda finding: finding.order))


def fails(findings: Iterable[Finding], fail_on: FailOn, ambiguous: Ambiguous) -> bool:
    """Whether one of `findings` is bad and sure enough: an open one counts only where the user wants it to."""
    if fail_on == "never":
        return False
    level = Severity(fail_on)
    return any(
        finding.severity.reaches(level)
        and (finding.status.is_proven or (finding.status.is_open and ambiguous == "fail"))
        for finding in findings
    )
