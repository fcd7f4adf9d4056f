"""A report as JSON, in the form that docs/schema/findings.schema.json describes."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from djcheck import __version__
from djcheck.domain.finding import Finding, Report
from djcheck.reporters.documents import as_json
from djcheck.reporters.lines import LinesOf
from djcheck.reporters.style import Style
from djcheck.reporters.summary import Summary, summarise

FORMAT_VERSION = 1


class Tool(Struct, frozen=True):
    """Who wrote the document."""

    name: str
    version: str


class Document(Struct, frozen=True):
    """The whole output; `statistics` only where they were asked for, since times differ from run to run."""

    version: int
    tool: Tool
    summary: Summary
    findings: tuple[Finding, ...]
    statistics: dict[str, float] | UnsetType = UNSET


def render(report: Report, lines_of: LinesOf, style: Style) -> bytes:
    """The report as one indented JSON document."""
    return as_json(
        Document(
            version=FORMAT_VERSION,
            tool=Tool("djcheck", __version__),
            summary=summarise(report),
            findings=report.findings,
            statistics=report.statistics if style.statistics else UNSET,
        )
    )
