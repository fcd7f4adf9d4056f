"""What a Django template's expression says: variables, filters and `if` conditions as IR, each with its place."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.template.base import filter_re
from django.template.smartif import OPERATORS, IfParser
from django.utils.text import smart_split, unescape_string_literal

from djcheck.domain.ir import (
    Attribute,
    BooleanOperation,
    Comparison,
    Constant,
    Expr,
    Filter,
    Name,
    Opaque,
    Subscript,
    UnaryOperation,
)
from djcheck.domain.source import Span

CONSTANTS = {"True": True, "False": False, "None": None}


class Bit(NamedTuple):
    """A stretch of a template that stays on one line (Django's tags cannot span lines)."""

    text: str
    line: int
    column: int

    def cut(self, start: int, end: int | None = None) -> Bit:
        return Bit(self.text[start:end], self.line, self.column + start)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        end = len(self.text) if end is None else end
        return Span(self.line, self.column + start, self.line, self.column + end)


def split(content: Bit) -> list[Bit]:
    """The words of a tag, quoted text kept together."""
    bits = []
    cursor = 0
    for word in smart_split(content.text):
        start = content.text.index(word, cursor)
        cursor = start + len(word)
        bits.append(content.cut(start, cursor))
    return bits


def joined(content: Bit, bits: list[Bit]) -> Bit:
    """The stretch of `content` from the first to the last of some of its words."""
    if not bits:
        return content.cut(len(content.text))
    start = bits[0].column - content.column
    return content.cut(start, bits[-1].column + len(bits[-1].text) - content.column)


def expression(bit: Bit) -> Expr:
    """A variable or constant with its filters; what Django would refuse is opaque."""
    return parsed(bit) or Opaque((), bit.span())


def parsed(bit: Bit) -> Expr | None:
    """The same, or None where Django would refuse the text."""
    value: Expr | None = None
    upto = 0
    for match in filter_re.finditer(bit.text):
        if match.start() != upto:
            return None
        upto = match.end()
        if value is not None:
            value = Filter(value, match["filter_name"], _argument(match, bit), bit.span(0, upto))
        elif (value := _atom(match["constant"], match["var"], bit.cut(0, upto))) is None:
            return None
    return value if upto == len(bit.text) else None


def _argument(match: Any, bit: Bit) -> tuple[Expr, ...]:
    for group in ("constant_arg", "var_arg"):
        if match[group]:
            argument = _atom(match["constant_arg"], match["var_arg"], bit.cut(*match.span(group)))
            return () if argument is None else (argument,)
    return ()


def _atom(constant: str | None, variable: str | None, bit: Bit) -> Expr | None:
    if constant:
        quoted = constant[2:-1] if constant.startswith("_(") else constant
        return Constant(str(unescape_string_literal(quoted)), bit.span())
    return _variable(bit) if variable else None


def _variable(bit: Bit) -> Expr:
    number = _number(bit.text)
    if number is not None:
        # MessagePack holds 64 bits; nothing that matters to the ORM is longer.
        return Constant(number, bit.span()) if -(2**63) <= number < 2**63 else Opaque((), bit.span())
    first, *lookups = bit.text.split(".")
    upto = len(first)
    value: Expr = (
        Constant(CONSTANTS[first], bit.span(0, upto)) if first in CONSTANTS else Name(first, bit.span(0, upto))
    )
    for lookup in lookups:
        start = upto + 1
        upto = start + len(lookup)
        if not lookup:
            return Opaque((value,), bit.span())
        if lookup.isdecimal():
            value = Subscript(value, Constant(int(lookup), bit.span(start, upto)), bit.span(0, upto))
        else:
            value = Attribute(value, lookup, bit.span(0, upto), lenient=True)
    return value


def _number(text: str) -> int | float | None:
    """As django.template.base.Variable reads it: "2." is no number."""
    try:
        if "." in text or "e" in text.lower():
            return None if text.endswith(".") else float(text)
        return int(text)
    except ValueError:
        return None


def condition(bits: list[Bit], whole: Bit) -> Expr:
    """The test of an `if` tag, by Django's own operator precedence."""
    words: list[Any] = [bit.text if bit.text in OPERATORS else bit for bit in bits]
    try:
        return _condition(IfParser(words).parse())
    except (ValueError, RecursionError):
        operands = (parsed(bit) for bit in bits if bit.text not in OPERATORS)
        return Opaque(tuple(operand for operand in operands if operand), whole.span())


def _condition(token: Any) -> Expr:
    if token.id == "literal":
        return expression(token.value)
    left = _condition(token.first)
    if token.id == "not":
        return UnaryOperation("not", left, left.span)
    right = _condition(token.second)
    span = Span(left.span.line, left.span.column, right.span.end_line, right.span.end_column)
    if token.id in ("and", "or"):
        values = left.values if isinstance(left, BooleanOperation) and left.operator == token.id else (left,)
        return BooleanOperation(token.id, (*values, right), span)
    return Comparison(left, (token.id,), (right,), span)
