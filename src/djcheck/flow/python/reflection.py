"""What code asks of objects by name: `getattr`, `hasattr`, `type`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.flow.lattice.joining import join, join_all
from djcheck.flow.lattice.texts import texts_of
from djcheck.flow.lattice.values import INJECTED, NUMBER, UNKNOWN, Class, Instance, Object, Unknown, Value
from djcheck.flow.orm import relations
from djcheck.flow.python import attributes
from djcheck.flow.python.parameters import Arguments

if TYPE_CHECKING:
    from djcheck.domain import ir
    from djcheck.flow.frame import Frame


def get_attribute(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    """`getattr(row, name)` with a name, or names, that can be told."""
    if len(arguments.positional) < 2:
        return UNKNOWN
    value = arguments.positional[0]
    names = texts_of(arguments.positional[1])
    if names is None:
        return UNKNOWN
    results = [attributes.attribute(frame, value, name, node.span) for name in names]
    found = join_all(results)
    if len(arguments.positional) < 3:
        return found
    if all(is_there(value, name) for name in names):
        # Who gives a default has a fallback for rows that come without the list, not for empty ones.
        return join(found, INJECTED) if all(relations.is_listed(value, name) for name in names) else found
    if isinstance(value, Instance) and value.eager.opaque and isinstance(found, Unknown):
        return found  # its queryset may have put it there, as whoever asks for it hopes
    return join(found, arguments.positional[2])


def set_attribute(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    """`setattr(row, name, value)`: by a name that can't be told, any relation of the rows at hand may be put there."""
    if len(arguments.positional) > 1 and texts_of(arguments.positional[1]) is None:
        frame.puts_anything = True
    return UNKNOWN


def is_there(value: Value, name: str) -> bool:
    """Has a row's queryset brought the attribute, or is it known of this very object (a viewset's `action`)?"""
    return relations.is_brought(value, name) or (type(value) is Object and value.get(name) is not None)


def has_attribute(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    """`hasattr(user, "profile")` fetches the relation, or finds that there is none."""
    get_attribute(frame, Arguments(arguments.positional[:2], {}), node)
    return NUMBER


def type_of(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    value = arguments.positional[0] if arguments.positional else UNKNOWN
    if isinstance(value, Instance):
        return Class(value.model)
    return Class(value.qualname) if isinstance(value, Object) else UNKNOWN
