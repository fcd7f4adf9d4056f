"""A report for editors without a server: a JSON array of the protocol's PublishDiagnosticsParams, one for each file."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from msgspec import Struct

from djcheck.domain.finding import Report
from djcheck.reporters.diagnostics import Diagnostic, Documents, diagnostic
from djcheck.reporters.documents import as_json
from djcheck.reporters.lines import LinesOf
from djcheck.reporters.style import Style
from djcheck.rulebook import rulebook


class PublishDiagnosticsParams(Struct, frozen=True):
    """What a server would publish for one file."""

    uri: str
    diagnostics: tuple[Diagnostic, ...]


def render(report: Report, lines_of: LinesOf, style: Style) -> bytes:
    """Files without findings are left out, and so is what the agent dismissed, unless it is about raw SQL."""
    documents = Documents(file_uri, lines_of)
    rules = rulebook()
    shown = (finding for finding in report.findings if finding.is_in_sight)
    return as_json(
        [
            PublishDiagnosticsParams(file_uri(path), tuple(diagnostic(each, documents, rules) for each in findings))
            for path, findings in groupby(shown, key=lambda finding: finding.path)
        ]
    )


def file_uri(path: str) -> str:
    """The `file:` URI of a path that is relative to the working directory."""
    return Path.cwd().joinpath(path).as_uri()
