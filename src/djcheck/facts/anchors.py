"""Where something stands, told from the statement it stands in: so it stays the same when other code moves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from djcheck.domain.facts import ClassFact, FunctionFact, ModuleFacts
from djcheck.domain.source import Span

# (which anchor, lines from there, column), twice: where it begins and ends; (which, AT_END, 0) at a function's end.
Anchored = tuple[int, int, int, int, int, int]
AT_END = -1


class Anchors:
    """The lines of a file on which something begins that a module or class declares.

    A file that declares the same as another has as many of them. Without facts (a template), lines stay as they are.
    """

    def __init__(self, facts: ModuleFacts | None) -> None:
        self._lines = [0] if facts is None else sorted({0, *lines_in(facts)})
        self._ends: dict[tuple[int, int], int] = {}
        self._end_of: list[tuple[int, int]] = []
        for span in spans_with_end(facts) if facts is not None else ():
            end = span.end_line, span.end_column
            if end not in self._ends:
                self._ends[end] = len(self._end_of)
                self._end_of.append(end)

    def anchored(self, span: Span) -> Anchored:
        end = self._ends.get((span.end_line, span.end_column))
        last = self._from(span.end_line, span.end_column) if end is None else (end, AT_END, 0)
        return *self._from(span.line, span.column), *last

    def placed(self, anchored: Anchored) -> Span:
        """The span that is anchored so. Raises IndexError where the file has fewer anchors."""
        which, lines, column, last, more, end_column = anchored
        end = self._end_of[last] if more == AT_END else (self._lines[last] + more, end_column)
        return Span(self._lines[which] + lines, column, *end)

    def _from(self, line: int, column: int) -> tuple[int, int, int]:
        which = bisect_right(self._lines, line) - 1
        return which, line - self._lines[which], column


def lines_in(facts: ModuleFacts | ClassFact) -> Iterator[int]:
    declared = facts.assignments if isinstance(facts, ModuleFacts) else facts.attributes
    functions = facts.functions if isinstance(facts, ModuleFacts) else facts.methods
    calls = facts.calls if isinstance(facts, ModuleFacts) else ()
    yield from (each.line for each in facts.imports)
    yield from (each.span.line for kind in (declared, functions, facts.classes, calls) for each in kind)
    for inner in facts.classes:
        yield from lines_in(inner)


def spans_with_end(facts: ModuleFacts | ClassFact) -> Iterator[Span]:
    """Of what ends where its last statement does, in the order of the facts."""
    functions: tuple[FunctionFact, ...] = facts.functions if isinstance(facts, ModuleFacts) else facts.methods
    yield from (each.span for each in functions)
    for inner in facts.classes:
        yield from spans_with_end(inner)
        yield inner.span
