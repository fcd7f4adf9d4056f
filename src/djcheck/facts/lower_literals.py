"""From libcst's numbers and texts to the IR, with exact places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from djcheck.domain import ir
from djcheck.domain.ir import Expr, Opaque
from djcheck.facts.constants import constant
from djcheck.facts.positions import Cursor
from djcheck.facts.string_values import opening, unescaped


class LiteralLowering(Cursor):
    """Lowers literals; what stands between the braces of an f-string is `expr`'s business."""

    def expr(self, node: Any) -> Expr:
        raise NotImplementedError

    def _integer(self, node: cst.Integer, start: int) -> Expr:
        self.pos = start + len(node.value)
        span = self.span(start, self.pos)
        # Python refuses decimal literals of thousands of digits.
        return constant(int(node.value, 0), span) if len(node.value) < 1000 else Opaque((), span)

    def _float(self, node: cst.Float, start: int) -> Expr:
        self.pos = start + len(node.value)
        return ir.Constant(float(node.value), self.span(start, self.pos))

    def _imaginary(self, node: cst.Imaginary, start: int) -> Expr:
        self.pos = start + len(node.value)
        return Opaque((), self.span(start, self.pos))

    def _ellipsis(self, node: cst.Ellipsis, start: int) -> Expr:
        self.pos = start + 3
        return Opaque((), self.span(start, self.pos))

    def _string(self, node: cst.SimpleString, start: int) -> Expr:
        literal = node.value
        self.pos = end = start + len(literal)
        span = self.span(start, end)
        prefix, quotes = opening(literal)
        if "b" in prefix:
            return ir.Bytes(span)
        inside = literal[len(prefix) + len(quotes) : -len(quotes)]
        return ir.Constant(inside if "r" in prefix else unescaped(inside), span)

    def _formatted(self, node: cst.FormattedString | cst.TemplatedString, start: int) -> Expr:
        parts: list[Expr] = []
        self._formatted_parts(node, parts)
        return ir.FormattedText(tuple(parts), self.span(start, self.pos))

    def _formatted_parts(self, node: cst.FormattedString | cst.TemplatedString, parts: list[Expr]) -> None:
        self.pos += len(node.start)
        is_raw = "r" in node.start.lower()
        self._text_parts(node.parts, is_raw, parts)
        self.pos += len(node.end)

    def _text_parts(self, nodes: Sequence[Any], is_raw: bool, parts: list[Expr]) -> None:
        for node in nodes:
            if isinstance(node, (cst.FormattedStringText, cst.TemplatedStringText)):
                start = self.pos
                self.pos += len(node.value)
                text = node.value.replace("{{", "{").replace("}}", "}")
                parts.append(ir.Constant(text if is_raw else unescaped(text), self.span(start, self.pos)))
            else:
                self._text_expression(node, is_raw, parts)

    def _text_expression(self, node: Any, is_raw: bool, parts: list[Expr]) -> None:
        self.pos += 1
        parts.append(self.expr(node.expression))
        if node.equal is not None:
            self.token(1)
        if node.conversion is not None:
            self.token(1 + len(node.conversion))
        if node.format_spec is not None:
            self.token(1)
            self._text_parts(node.format_spec, is_raw, parts)
            self.pos += 1
        else:
            self.token(1)

    def _concatenated(self, node: cst.ConcatenatedString, start: int) -> Expr:
        parts: list[Expr] = []
        part: Any = node
        # The tree leans to the right: a text of a thousand pieces would be a thousand levels deep.
        while part is not None:
            piece = part.left if isinstance(part, cst.ConcatenatedString) else part
            if isinstance(piece, cst.SimpleString):
                parts.append(self._string(piece, self.next()))
            else:
                self.next()
                self._formatted_parts(piece, parts)
            part = part.right if isinstance(part, cst.ConcatenatedString) else None
        span = self.span(start, self.pos)
        if isinstance(node.left, cst.SimpleString) and isinstance(parts[0], ir.Bytes):
            return ir.Bytes(span)
        texts = [part.value for part in parts if isinstance(part, ir.Constant) and isinstance(part.value, str)]
        return ir.Constant("".join(texts), span) if _is_plain(node) else ir.FormattedText(tuple(parts), span)


def _is_plain(node: cst.ConcatenatedString) -> bool:
    part: Any = node
    while isinstance(part, cst.ConcatenatedString):
        if not isinstance(part.left, cst.SimpleString):
            return False
        part = part.right
    return isinstance(part, cst.SimpleString)
