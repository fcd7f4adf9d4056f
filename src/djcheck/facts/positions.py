"""Where libcst's nodes stand: a cursor that goes over the text in step with a walk over the tree.

libcst's nodes know every token and all the whitespace between them, but no position; its PositionProvider prints the
whole tree again to find them. Our walk meets the tokens in the order of the text anyway. So it keeps an offset: it
skips what is no token (blanks, comments, continued lines), and moves on by each token's length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from djcheck.domain.source import Span

BETWEEN_TOKENS = re.compile(r"(?:[ \t\n\f]+|\\\n|#[^\n]*)*").match
STARTS_BETWEEN = frozenset(" \t\n\f\\#")
# For stretches whose nodes are not walked (imports, patterns, type parameters); no f-string stands in one.
TOKEN = re.compile(
    r"""(?:[rRbBuU]{0,2}(?:'''(?:[^\\]|\\.)*?'''|\"""(?:[^\\]|\\.)*?\"""|'(?:[^\\'\n]|\\.)*'|"(?:[^\\"\n]|\\.)*"))"""
    r"|\#[^\n]*|\\\n|\w+|[^\w]",
    re.DOTALL,
)

Ends = Callable[[str, int], bool]


class Lines:
    """Turns offsets of a text into spans. Most spans lie on the line of the span before: that line is remembered."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *[found.end() for found in re.finditer("\n", text)], len(text) + 1]
        self._line = 1
        self._start = 0
        self._end = self.starts[1]

    def span(self, start: int, end: int) -> Span:
        first = self._start
        if not (first <= start and end < self._end):
            line = bisect_right(self.starts, start)
            self._line, self._start, self._end = line, self.starts[line - 1], self.starts[line]
            first = self._start
            if end >= self._end:
                last = bisect_right(self.starts, end)
                return Span(line, start - first + 1, last, end - self.starts[last - 1] + 1)
        line = self._line
        return Span(line, start - first + 1, line, end - first + 1)

    def offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column - 1


class Cursor:
    """An offset in a text, moved on token by token."""

    def __init__(self, text: str, lines: Lines | None = None) -> None:
        # The newline at the end saves every step a test for the end of the text.
        self.text = text + "\n"
        self.lines = lines or Lines(text)
        self.span = self.lines.span
        self.pos = 0

    def next(self) -> int:
        """The offset of the next token, which becomes the cursor's."""
        pos = self.pos
        if self.text[pos] in STARTS_BETWEEN:
            pos = self.pos = BETWEEN_TOKENS(self.text, pos).end()  # type: ignore[union-attr]  # matches nothing at least
        return pos

    def token(self, length: int) -> int:
        """Move past the next token, of that length; its offset."""
        start = self.next()
        self.pos = start + length
        return start

    def comma(self) -> None:
        """Move past a comma if one comes next; else stay."""
        pos = self.pos
        if self.next() < len(self.text) and self.text[self.pos] == ",":
            self.pos += 1
        else:
            self.pos = pos

    def brackets(self) -> None:
        """Move past the bracket that comes next and all that stands in it."""
        self.pos = self._until(self.next(), lambda token, depth: depth == 0)

    def pattern(self) -> None:
        """Move to the colon or `if` that ends a pattern."""
        start = self.next()
        end = self._until(start, lambda token, depth: depth == 0 and token in (":", "if"))
        self.pos = end - (2 if self.text[end - 1] == "f" else 1)

    def simple_statement(self) -> None:
        """Move past a simple statement without strings, to its `;` or the end of its line."""
        self.pos = self._until(self.next(), lambda token, depth: depth == 0 and token in (";", "\n")) - 1

    def _until(self, pos: int, ends: Ends) -> int:
        """The offset after the first token for which `ends` holds, given the depth of brackets after it."""
        depth = 0
        for found in TOKEN.finditer(self.text, pos):
            token = found[0]
            if token in "([{":
                depth += 1
            elif token in ")]}":
                depth -= 1
            if ends(token, depth):
                return found.end()
        return len(self.text)
