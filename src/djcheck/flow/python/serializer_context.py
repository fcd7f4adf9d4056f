"""A serializer's context: what whoever writes out many rows hands over, to spare them a query each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.flow.lattice.values import FROM_CONTEXT, INJECTED, Const, Mapping, Object, Request, Value, members
from djcheck.flow.nodes import is_self

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame

# What a view gives to its serializers, and what is found where rows are given to a serializer without a context.
OF_A_VIEW = Mapping((("request", Request()),), FROM_CONTEXT)
NO_CONTEXT = Mapping(size=0)


def was_provided(frame: Frame, node: ir.Expr) -> bool:
    """Is it a variable that holds what a serializer's context gave, or what was put on a row besides its columns?

    Whoever writes out many rows passes what spares them a query each: what is done without it is not done for rows.
    """
    if type(node) is ir.Assigned:
        frame.evaluate(node)
        node = node.target
    value = frame.lookup(node.id) if type(node) is ir.Name else None
    return value is not None and any(member in (FROM_CONTEXT, INJECTED) for member in members(value))


def is_left_out(value: Value) -> bool:
    """Is it the default of `getattr(row, "listed", False)`, of a row on which nobody is seen to put such a thing?"""
    found = members(value)
    others = [member for member in found if member != INJECTED]
    return INJECTED in found and bool(others) and all(type(each) is Const and not each.value for each in others)


def is_open(frame: Frame) -> bool:
    """May the serializer's context hold more than is known of it?"""
    serializer = frame.lookup("self")
    found = serializer.get("context") if isinstance(serializer, Object) else None
    return found is None or (isinstance(found, Mapping) and found.of is not None)


def is_context_lookup(body: tuple[ir.Stmt, ...]) -> bool:
    """`try: x = self.context["key"]`, whose handler does without it."""
    if len(body) != 1 or not isinstance(body[0], ir.Assign | ir.Return):
        return False
    value = body[0].value
    if type(value) is not ir.Subscript or type(value.value) is not ir.Attribute:
        return False
    return value.value.name == "context" and is_self(value.value.value)
