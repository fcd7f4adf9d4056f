"""The page: what its template needs to know of each finding, and the template filled."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from djcheck import __version__
from djcheck.domain.finding import Finding, Related, Report, Severity, Status
from djcheck.reporters.harmless import harmless
from djcheck.reporters.html.drawing import Links, Picture, by_name, overview, picture
from djcheck.reporters.html.excerpt import CodeLine, excerpt
from djcheck.reporters.lines import LinesOf
from djcheck.reporters.style import Style
from djcheck.reporters.summary import summarise

FOLDER = Path(__file__).parent
NO_APP = "(none)"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the trace with its code."""

    related: Related
    code: tuple[CodeLine, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding with all that is drawn of it."""

    finding: Finding
    app: str
    code: tuple[CodeLine, ...]
    steps: tuple[Step, ...]
    picture: Picture | None


def render(report: Report, lines_of: LinesOf, style: Style) -> bytes:
    """The whole page; every status is in it, and its filters choose."""
    links = by_name(report.outline.links)
    entries = [_entry(finding, report.outline.apps, links, lines_of) for finding in report.findings]
    script, looks = _text("script.js"), _text("style.css")
    page = _environment().get_template("report.html.jinja")
    text = page.render(
        version=__version__,
        summary=summarise(report),
        severities={severity: sum(each.severity is severity for each in report.findings) for severity in Severity},
        names={finding.rule: finding.name for finding in report.findings},
        entries=entries,
        overview=overview(report.findings, links),
        choices={
            "rule": sorted({entry.finding.rule for entry in entries}),
            "app": sorted({entry.app for entry in entries}),
            "status": [status for status in Status if any(each.finding.status is status for each in entries)],
        },
        troubles=report.troubles,
        statistics=report.statistics if style.statistics else {},
        script=script,
        style=looks,
        script_hash=_hash(script),
        style_hash=_hash(looks),
    )
    return text.encode(errors="replace")


def _entry(finding: Finding, apps: dict[str, str], links: Links, lines_of: LinesOf) -> Entry:
    return Entry(
        finding,
        apps.get(finding.path) or NO_APP,
        tuple(excerpt(lines_of(finding.path), finding)),
        tuple(Step(step, tuple(excerpt(lines_of(step.path), step))) for step in finding.related),
        picture(finding, links),
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["prose"] = prose
    environment.filters["harmless"] = harmless
    return environment


def prose(text: str) -> Iterator[tuple[bool, str]]:
    """The parts of a text, each with whether it is code, which stands between backticks."""
    parts = harmless(text).split("`")
    if len(parts) % 2 == 0:  # an odd backtick encloses nothing
        parts[-2:] = ["`".join(parts[-2:])]
    for number, part in enumerate(parts):
        if part:
            yield number % 2 == 1, part


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The mark by which the page's policy admits this script or style, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
