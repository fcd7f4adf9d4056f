"""Text made of values: f-strings, `%`, and the `__str__` that they call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.joining import join_all
from djcheck.flow.lattice.values import Instance, Mapping, Object, Text, Tuple, Value, members
from djcheck.flow.orm import work
from djcheck.flow.python import calls, externals
from djcheck.flow.python.parameters import Arguments, dotted

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame


def formatted(frame: Frame, node: ir.FormattedText) -> Value:
    parts = []
    for part in node.parts:
        value = frame.evaluate(part)
        stringify(frame, value, part)
        parts.append(taint.pieces_of(value, label_of(part)))
    return taint.text(parts)


def percent(frame: Frame, left: Value, node: ir.BinaryOperation) -> Value:
    values: list[tuple[Value, str]] = []
    named: dict[str, tuple[Value, str]] = {}
    right = node.right
    if isinstance(right, ir.Collection):
        values = [(frame.evaluate(part), label_of(part)) for part in right.items]
    else:
        value = frame.evaluate(right)
        if isinstance(value, Mapping):
            named = {key: (found, key) for key, found in value.items}
        elif isinstance(value, Tuple):
            values = [(part, label_of(right)) for part in value.items]
        else:
            values = [(value, label_of(right))]
    for value, _ in values:
        stringify(frame, value, right)
    texts = [member for member in members(left) if isinstance(member, Text)]
    return taint.interpolated(texts[0], values, named, "%")


def stringify(frame: Frame, value: Value, node: ir.Expr) -> None:
    """Making text of an instance calls its `__str__`, of rows shows them; a form is rendered."""
    work.escapes(frame, value, node.span)
    for member in members(value):
        if type(member) is Instance:
            calls.call_own(frame, member, "__str__", node.span)
        elif type(member) is Object and frame.template is not None:
            externals.inherited_method(frame, member, "__str__", Arguments([], {}), ir.Call(node, (), (), node.span))


def hand_on(frame: Frame, value: Value, node: ir.Expr) -> None:
    """A tag or filter of a library gets a value: if that is a form, it is rendered there (`{{ form|crispy }}`)."""
    stringify(frame, join_all([member for member in members(value) if type(member) is Object]), node)


def label_of(node: ir.Expr) -> str:
    """What the code calls a value, for messages."""
    if type(node) is ir.Call:
        return f"{label_of(node.function)}(…)"
    if type(node) is ir.Subscript:
        return f"{label_of(node.value)}[…]"
    return dotted(node) or "expression"
