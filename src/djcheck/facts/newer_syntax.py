"""Makes text in a newer Python's syntax readable for the Python that runs djcheck.

libcst reads every Python's syntax with its own parser. Where the running Python's `ast` refuses a file and libcst does
not, what is new is blanked out of the text, line for line and column for column; the rest is surveyed as it stands.
(The libcst pass reads the text as it was.)
"""

from __future__ import annotations

import ast
import re
from typing import Any

import libcst as cst

from djcheck.domain import ir
from djcheck.domain.ir import Expr
from djcheck.facts.lower_statements import StatementLowering

PREFIX = re.compile(r"(?:type|lazy)(?=[ \t\f\\])")
STARRED = (cst.ListComp, cst.SetComp, cst.GeneratorExp)


def without_newer_syntax(text: str) -> str | None:
    """The text without what only newer Pythons read; None where libcst reads it neither, or finds nothing new."""
    try:
        walk = Blanking(text)
        walk.statements(cst.parse_module(text).body)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError):
        return None
    return walk.blanked() if walk.edits else None


class Blanking(StatementLowering):
    """A walk that notes what to replace: (start, end, replacement), in the order in which it ends."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.edits: list[tuple[int, int, str]] = []

    def blanked(self) -> str:
        pieces: list[str] = []
        done = 0
        for start, end, replacement in sorted(self.edits, key=lambda edit: (edit[0], -edit[1])):
            if start >= done:
                pieces += [self.text[done:start], replacement]
                done = end
        return "".join([*pieces, self.text[done:-1]])

    def expr(self, node: Any) -> Expr:
        lowered = super().expr(node)
        if isinstance(node, (cst.FormattedString, cst.TemplatedString, cst.ConcatenatedString)):
            start, end = self._offsets(lowered)
            if not _is_readable(self.text[start:end]):
                self._obscure(start, end)
        elif isinstance(node, cst.StarredDictComp) or (
            isinstance(node, STARRED) and isinstance(node.elt, cst.StarredElement)
        ):
            self._obscure(*self._offsets(lowered))
        return lowered

    def type_parameters(self, node: cst.TypeParameters) -> None:
        start = self.next()
        super().type_parameters(node)
        self._replace(start, self.pos)

    def simple_statement(self) -> None:
        start = self.next()
        super().simple_statement()
        if PREFIX.match(self.text, start):
            # The name must keep its column, and nothing may be indented that was not.
            self._replace(start, start + 4, "0;")
            bracket = re.compile(r"type[\s\\]+\w+[\s\\]*(?=\[)").match(self.text, start)
            if bracket:
                end, self.pos = self.pos, bracket.end()
                self.brackets()
                self._replace(bracket.end(), self.pos)
                self.pos = end

    def handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> ir.Handler:
        lowered = super().handler(node)
        kind = lowered.type
        if isinstance(node.type, cst.Tuple) and not node.type.lpar and isinstance(kind, ir.Collection):
            self._replace(self._offsets(kind.items[0])[1], self._offsets(kind)[1])
        return lowered

    def _offsets(self, lowered: Expr) -> tuple[int, int]:
        span = lowered.span
        return self.lines.offset(span.line, span.column), self.lines.offset(span.end_line, span.end_column)

    def _replace(self, start: int, end: int, head: str = "") -> None:
        """Put blanks in the stretch's place, behind `head`, but keep its lines."""
        self.edits.append((start, end, head + self._blank(start, end)[len(head) :]))

    def _obscure(self, start: int, end: int) -> None:
        """Put a value in the expression's place that nothing is known of: a number that the IR does not interpret."""
        blank = self._blank(start, end)
        if len(blank) < 4:
            self.edits.append((start, end, "0j" + blank[2:]))
            return
        # Parentheses, because it may go over several lines, the first of them too short for more.
        at = blank.index("  ", 1, -1)
        self.edits.append((start, end, f"({blank[1:at]}0j{blank[at + 2 : -1]})"))

    def _blank(self, start: int, end: int) -> str:
        return re.sub(r"[^\n]", " ", self.text[start:end])


def _is_readable(expression: str) -> bool:
    try:
        ast.parse(f"({expression})", mode="eval")
    except SyntaxError:
        return False
    return True
