"""Where something stands in a file."""

from __future__ import annotations

from msgspec import Struct


class Span(Struct, frozen=True, array_like=True, gc=False):
    """A stretch of text: lines and columns are 1-based, columns count code points, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Place(Struct, frozen=True, array_like=True, gc=False):
    """A span in a file; `path` is relative to the analysed root, with forward slashes."""

    path: str
    span: Span

    @property
    def line(self) -> int:
        return self.span.line
