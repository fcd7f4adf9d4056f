"""The documents that editors hold open, changed as the protocol says.

pygls' own documents also break lines at form feeds and the like, which neither the protocol nor Python does, and take
a position behind a line's end for one before it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.workspace import TextDocument, Workspace

from djcheck.reporters.diagnostics import UNITS

_Kind = TypeVar("_Kind")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def encoding_name(kind: types.PositionEncodingKind | str | None) -> str:
    """An encoding as UNITS calls it; UTF-16 is what counts where nothing was agreed on."""
    return types.PositionEncodingKind(kind or types.PositionEncodingKind.Utf16).value


class Document(TextDocument):
    """One open document; positions count code units of the encoding that was agreed on."""

    @property
    def lines(self) -> Sequence[str]:
        """The lines with their ends."""
        return LINE.findall(self.source)

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Take in one change of the editor's: of a range, or of everything."""
        if isinstance(change, types.TextDocumentContentChangePartial):
            text, lines = self.source, self.lines
            start, end = self.offset(lines, change.range.start), self.offset(lines, change.range.end)
            self._source = text[:start] + change.text + text[max(start, end) :]
        else:
            self._source = change.text

    def offset(self, lines: Sequence[str], position: types.Position) -> int:
        """Where a position is in the text; one behind the end of its line or of the text counts as that end."""
        if position.line >= len(lines):
            return sum(map(len, lines))
        before = sum(map(len, lines[: position.line]))
        return before + self._column(lines[position.line].rstrip("\r\n"), position.character)

    def _column(self, line: str, character: int) -> int:
        if line.isascii():
            return min(character, len(line))
        units = UNITS[encoding_name(self.position_codec.encoding)]
        for column, each in enumerate(line):
            if character <= 0:
                return column
            character -= units(each)
        return len(line)


class Documents(Workspace):
    """The open documents by URI."""

    def _create_text_document(
        self, doc_uri: str, source: str | None = None, version: int | None = None, language_id: str | None = None
    ) -> Document:
        return Document(doc_uri, source, version, language_id, position_codec=self.position_codec)


class Protocol(LanguageServerProtocol):
    """pygls' protocol with our documents, and with an answer to requests whose parameters make no sense."""

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        result = yield from super().lsp_initialize(params)
        self._workspace = Documents(
            self.workspace.root_uri,
            workspace_folders=list(self.workspace.folders.values()),
            position_encoding=self.workspace.position_encoding,
        )
        return result

    def structured(self, data: object, kind: type[_Kind]) -> _Kind:
        """What is written as the protocol has it, as one of lsprotocol's objects."""
        return self._converter.structure(data, kind)

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise
