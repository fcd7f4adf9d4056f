"""A report as GitHub Actions' workflow commands, which become annotations on the changed files.

How commands are written: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands; the
escapes are those of actions/toolkit (packages/core/src/command.ts), the limit is that of its docs/problem-matchers.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from djcheck.domain.finding import Finding, Report, Severity
from djcheck.reporters.harmless import harmless
from djcheck.reporters.lines import LinesOf
from djcheck.reporters.style import Style
from djcheck.reporters.words import sureness, trace

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
SHOWN = 10  # annotations of each kind that GitHub shows for one step


def render(report: Report, lines_of: LinesOf, style: Style) -> bytes:
    """One command a line; the worst and surest come first, since GitHub shows only the first ten of each kind."""
    findings = sorted((each for each in report.findings if each.is_in_sight), key=_rank)
    text = "\n".join([*_notice(findings), *map(_annotation, findings), ""])
    return text.encode(errors="backslashreplace")


def _rank(finding: Finding) -> tuple[int, bool]:
    return list(Severity).index(finding.severity), not finding.status.is_proven


def _notice(findings: Sequence[Finding]) -> Iterator[str]:
    """How many there are in all where not all are shown. It comes first, or it would not be shown itself."""
    counts = Counter(finding.severity for finding in findings)
    if not findings:
        yield "djcheck: no findings"
    if any(count > SHOWN for count in counts.values()):
        kinds = ", ".join(f"{counts[severity]} of severity {severity}" for severity in Severity if counts[severity])
        yield _command("notice", {"title": "djcheck"}, f"{kinds}. GitHub shows {SHOWN} of each; the log has all.")


def _annotation(finding: Finding) -> str:
    place = {"file": finding.path, "line": str(finding.line), "endLine": str(finding.end_line)}
    if finding.line == finding.end_line:  # GitHub takes columns only within one line
        place |= {"col": str(finding.column), "endColumn": str(finding.end_column)}
    sure = "" if finding.status.is_proven else f" ({finding.status})"
    steps = ["How it comes about:", *trace(finding)] if finding.related else []
    said = [finding.message, finding.help, *sureness(finding), *steps]
    title = f"{finding.rule} {finding.name}{sure}"
    message = "\n".join(harmless(line) for line in said if line)
    return _command(COMMANDS[finding.severity], {"title": title, **place}, message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
