"""Where the nodes of the stdlib's syntax tree stand, in lines and code points."""

from __future__ import annotations

import ast

from djcheck.domain.source import Span

Located = ast.stmt | ast.expr | ast.arg | ast.keyword | ast.excepthandler


class Spans:
    """Turns the tree's positions (columns in UTF-8 bytes, counted from 0) into spans."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self._ascii = text.isascii()

    def of(self, node: Located) -> Span:
        end_line = node.end_lineno or node.lineno
        end = node.end_col_offset or 0
        if self._ascii:
            return Span(node.lineno, node.col_offset + 1, end_line, end + 1)
        return Span(node.lineno, self._column(node.lineno, node.col_offset), end_line, self._column(end_line, end))

    def decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Span:
        """From the first decorator's `@`, which stands in the column of `def` or `class`, to the end."""
        span = self.of(node)
        if not node.decorator_list:
            return span
        return Span(node.decorator_list[0].lineno, span.column, span.end_line, span.end_column)

    def header(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Span:
        """From `def` (or `async`) to the colon, inclusive."""
        span = self.of(node)
        last = self._last_of_header(node)
        line, column = (last.end_line, last.end_column) if last else (span.line, span.column)
        while True:
            text = self.lines[line - 1]
            colon, comment = text.find(":", column - 1), text.find("#", column - 1)
            if colon >= 0 and not 0 <= comment < colon:
                return Span(span.line, span.column, line, colon + 2)
            if line >= span.end_line:
                return span
            line, column = line + 1, 1

    def _last_of_header(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Span | None:
        """The last thing of the header that may hold a colon of its own."""
        if node.returns is not None:
            return self.of(node.returns)
        arguments = node.args
        parts: list[Located] = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *arguments.defaults]
        parts += [part for part in arguments.kw_defaults if part is not None]
        parts += [part for part in (arguments.vararg, arguments.kwarg) if part is not None]
        parts = parts or list(getattr(node, "type_params", ()))
        return max(map(self.of, parts), key=lambda span: (span.end_line, span.end_column), default=None)

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1]
        if text.isascii():
            return offset + 1
        return len(text.encode()[:offset].decode(errors="replace")) + 1
