"""What a detector may ask about the project: names of models, relations along a path, the code at a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from djcheck.domain.index import Model, Relation
from djcheck.domain.source import Place

if TYPE_CHECKING:
    from djcheck.index.project import ProjectIndex

LONGEST_EXPRESSION = 80


class ProjectView:
    """`lines_of(path)` gives a file's lines, without their ends."""

    def __init__(self, index: ProjectIndex, lines_of: Callable[[str], list[str]]) -> None:
        self._index = index
        self._lines_of = lines_of

    def label(self, model: str) -> str | None:
        """The model as users name it: "shop.Book"."""
        found = self._index.model(model) if model else None
        return None if found is None else found.label

    def model(self, model: str) -> Model | None:
        return self._index.model(model) if model else None

    def relations(self, model: str, path: tuple[str, ...]) -> list[Relation]:
        """The relations that a lookup path from a model goes along, as far as they can be followed."""
        return self._index.relations_along(model, path)

    def code(self, place: Place) -> str:
        """The code at a place on one line, shortened."""
        lines = self._lines_of(place.path)
        span = place.span
        if span.line > len(lines):
            return ""
        if span.line == span.end_line:
            text = lines[span.line - 1][span.column - 1 : span.end_column - 1]
        else:
            inner = [lines[span.line - 1][span.column - 1 :], *lines[span.line : span.end_line - 1]]
            last = lines[span.end_line - 1][: span.end_column - 1] if span.end_line <= len(lines) else ""
            parts = [part.strip() for part in [*inner, last]]
            text = "".join(part for part in parts if not part.startswith("#"))
        text = " ".join(text.split())
        return text if len(text) <= LONGEST_EXPRESSION else text[: LONGEST_EXPRESSION - 1] + "…"
