"""Findings in the language of editors: the structures of the Language Server Protocol 3.17.

The Structs are written as the protocol spells them, so `msgspec.to_builtins` gives what lsprotocol's converter takes.
Lines and characters here are 0-based, and characters count code units: UTF-16's, if nothing else was agreed on.
https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from msgspec import Struct

from djcheck.domain.finding import Ambiguity, Edit, Finding, Fix, Related, Severity, Status, Verdict
from djcheck.reporters.lines import LinesOf
from djcheck.reporters.words import step_words, sureness
from djcheck.rulebook import Rulebook

SOURCE = "djcheck"


class Level(IntEnum):
    """The protocol's DiagnosticSeverity."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3


LEVELS = {Severity.ERROR: Level.ERROR, Severity.WARNING: Level.WARNING, Severity.NOTE: Level.INFORMATION}


class _Lsp(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What is None is left out, as the protocol has it."""


class Position(_Lsp, frozen=True):
    line: int
    character: int


class Range(_Lsp, frozen=True):
    start: Position
    end: Position


class Location(_Lsp, frozen=True):
    uri: str
    range: Range


class RelatedInformation(_Lsp, frozen=True):
    location: Location
    message: str


class CodeDescription(_Lsp, frozen=True):
    href: str


class TextEdit(_Lsp, frozen=True):
    range: Range
    new_text: str


class WorkspaceEdit(_Lsp, frozen=True):
    changes: dict[str, tuple[TextEdit, ...]]


class Change(_Lsp, frozen=True):
    """The finding's fix, ready for a code action; `caution` says what may change where it is not `safe`."""

    title: str
    edit: WorkspaceEdit
    safe: bool = False
    caution: str = ""


class Data(_Lsp, frozen=True):
    """What the protocol has no place for; it comes back with a request for code actions."""

    name: str
    status: Status
    fingerprint: str
    help: str
    symbol: str | None = None
    model: str | None = None
    relation: str | None = None
    fix: Change | None = None
    ambiguity: Ambiguity | None = None
    verdict: Verdict | None = None


class Diagnostic(_Lsp, frozen=True):
    range: Range
    severity: Level
    code: str
    source: str
    message: str
    data: Data
    code_description: CodeDescription | None = None
    related_information: tuple[RelatedInformation, ...] | None = None


class Spanned(Protocol):
    """Anything with djcheck's own positions: a finding, a step of a trace, an edit, a span."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def end_line(self) -> int: ...
    @property
    def end_column(self) -> int: ...


def utf16_units(text: str) -> int:
    """The length of `text` in UTF-16 code units: two for a character beyond the Basic Multilingual Plane."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf8_units(text: str) -> int:
    """The length of `text` in bytes of UTF-8."""
    return len(text.encode(errors="surrogatepass"))


# The protocol's PositionEncodingKinds.
UNITS: Mapping[str, Callable[[str], int]] = {"utf-8": utf8_units, "utf-16": utf16_units, "utf-32": len}


@dataclass(frozen=True, slots=True)
class Documents:
    """The files as the editor has them: `uri_of(path)` is a file's name, `lines_of(path)` its lines as they stand.

    `units` tells the length of a text in what the editor counts characters in: one of UNITS.
    """

    uri_of: Callable[[str], str]
    lines_of: LinesOf
    units: Callable[[str], int] = utf16_units

    def range(self, path: str, span: Spanned) -> Range:
        """A span of ours (1-based, in code points) in the protocol's terms."""
        return Range(
            self._position(path, span.line, span.column),
            self._position(path, span.end_line, span.end_column),
        )

    def location(self, step: Related) -> Location:
        return Location(self.uri_of(step.path), self.range(step.path, step))

    def _position(self, path: str, line: int, column: int) -> Position:
        lines = self.lines_of(path)
        if not 0 < line <= len(lines):  # a file that could not be read
            return Position(line - 1, column - 1)
        return Position(line - 1, self.units(lines[line - 1].rstrip("\r\n")[: column - 1]))


def diagnostic(finding: Finding, documents: Documents, rules: Rulebook) -> Diagnostic:
    """One finding for an editor; its trace becomes related information, in order."""
    related = tuple(RelatedInformation(documents.location(step), step_words(step)) for step in finding.related)
    said = [finding.message, finding.help, *sureness(finding)]
    href = next((page.url for page in rules[finding.rule].references if "://" in page.url), None)
    return Diagnostic(
        range=documents.range(finding.path, finding),
        severity=LEVELS[finding.severity],
        code=finding.rule,
        source=SOURCE,
        message="\n".join(line for line in said if line),
        data=_data(finding, documents),
        code_description=CodeDescription(href) if href else None,
        related_information=related or None,
    )


def workspace_edit(fix: Fix, documents: Documents) -> WorkspaceEdit:
    """All edits of a fix, by document."""
    changes: dict[str, list[TextEdit]] = {}
    for edit in fix.edits:
        changes.setdefault(documents.uri_of(edit.path), []).append(_text_edit(edit, documents))
    return WorkspaceEdit({uri: tuple(edits) for uri, edits in changes.items()})


def _change(fix: Fix, documents: Documents) -> Change:
    return Change(fix.title, workspace_edit(fix, documents), fix.safe, fix.caution)


def _text_edit(edit: Edit, documents: Documents) -> TextEdit:
    return TextEdit(documents.range(edit.path, edit), edit.text)


def _data(finding: Finding, documents: Documents) -> Data:
    return Data(
        name=finding.name,
        status=finding.status,
        fingerprint=finding.fingerprint,
        help=finding.help,
        symbol=finding.symbol,
        model=finding.model,
        relation=finding.relation,
        fix=_change(finding.fix, documents) if finding.fix else None,
        ambiguity=finding.ambiguity,
        verdict=finding.verdict,
    )
