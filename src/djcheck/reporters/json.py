"""A report as JSON, in the form that docs/schema/findings.schema.json describes."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from djcheck import __version__
from djcheck.domain.finding import Finding, Report
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


def render(report: Report, *, statistics: bool = False) -> bytes:
    """The report as indented UTF-8 JSON with a final newline; the same report gives the same bytes."""
    document = Document(
        version=FORMAT_VERSION,
        tool=Tool("djcheck", __version__),
        summary=summarise(report),
        findings=report.findings,
        statistics=report.statistics if statistics else UNSET,
    )
    try:
        encoded = msgspec.json.encode(document)
    except UnicodeEncodeError:  # a file name that is no text in the file system's encoding
        encoded = msgspec.json.encode(_printable(msgspec.to_builtins(document)))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_printable(key): _printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    return value
