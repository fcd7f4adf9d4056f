"""A report for GitLab's Code Quality: the fields that GitLab reads, and those of Code Climate for other readers.

GitLab's: https://docs.gitlab.com/ci/testing/code_quality/. Code Climate's, which GitLab passes over:
https://github.com/codeclimate/platform/blob/master/spec/analyzers/SPEC.md#data-types
"""

from __future__ import annotations

from msgspec import Struct

from djcheck.domain.finding import Finding, Related, Report, Severity
from djcheck.reporters.documents import as_json
from djcheck.reporters.lines import LinesOf
from djcheck.reporters.style import Style
from djcheck.reporters.words import sureness, trace

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}


class Lines(Struct, frozen=True):
    begin: int
    end: int


class Location(Struct, frozen=True):
    path: str
    lines: Lines


class Content(Struct, frozen=True):
    body: str


class Issue(Struct, frozen=True):
    """One finding; `fingerprint` tells findings apart in one report and knows them again in the next."""

    description: str
    check_name: str
    fingerprint: str
    severity: str
    location: Location
    type: str
    categories: tuple[str, ...]
    content: Content
    other_locations: tuple[Location, ...]


def render(report: Report, lines_of: LinesOf, style: Style) -> bytes:
    """A JSON array, without what the agent dismissed unless it is about raw SQL."""
    return as_json([_issue(finding) for finding in report.findings if finding.is_in_sight])


def _issue(finding: Finding) -> Issue:
    sure = list(sureness(finding))
    steps = [*(["How it comes about:"] if finding.related else []), *trace(finding)]
    return Issue(
        description=" ".join(map(_sentence, [f"{finding.rule}: {finding.message}", *sure])),
        check_name=finding.name,
        fingerprint=finding.fingerprint,
        severity=SEVERITIES[finding.severity],
        location=_location(finding),
        type="issue",
        categories=("Security",) if finding.is_security else ("Performance",),
        content=Content("\n\n".join(part for part in [finding.message, finding.help, *sure, *steps] if part)),
        other_locations=tuple(map(_location, finding.related)),
    )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _location(place: Finding | Related) -> Location:
    return Location(place.path, Lines(place.line, place.end_line))
