"""What djcheck reports about its own input: files, comments, configuration, baselines (DJC0xx)."""

from __future__ import annotations

from collections.abc import Mapping

from djcheck.domain.finding import Finding, Status
from djcheck.rulebook import Rule


def finding(
    rule: Rule, facts: Mapping[str, object], path: str, line: int, column: int = 1, end_column: int = 1
) -> Finding:
    """A certain finding of one of djcheck's own rules, in the rule's words, on one line."""
    return Finding(
        rule=rule.code,
        name=rule.name,
        severity=rule.severity,
        status=Status.CERTAIN,
        message=rule.say(facts),
        help=rule.advise(facts),
        path=path,
        line=line,
        column=column,
        end_line=line,
        end_column=end_column,
    )
