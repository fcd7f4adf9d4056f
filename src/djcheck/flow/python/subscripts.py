"""What an index or a slice gives: rows of querysets, items of lists and dicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.flow.lattice.joining import join, join_all
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    NONE,
    UNKNOWN,
    Class,
    Const,
    External,
    Function,
    Mapping,
    QuerySet,
    Sequence,
    Tainted,
    Text,
    Tuple,
    Value,
    members,
)
from djcheck.flow.orm import querysets, work
from djcheck.flow.python import iteration

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame


def subscript(frame: Frame, node: ir.Subscript) -> Value:
    value = frame.evaluate(node.value)
    if type(node.index) is ir.Slice:
        lower = frame.evaluate(node.index.lower) if node.index.lower is not None else None
        upper = frame.evaluate(node.index.upper) if node.index.upper is not None else None
        results = [sliced(frame, member, lower, upper) for member in members(value)]
    else:
        index = frame.evaluate(node.index)
        if type(node.value) is ir.Name:
            value = frame.lookup(node.value.id) or value  # `rows[at % len(rows)]`: len() has fetched them by then
        results = [item(frame, member, index, node) for member in members(value) if member != NONE] or [UNKNOWN]
    found = results[0]
    for result in results[1:]:
        found = join(found, result)
    return found


def sliced(frame: Frame, value: Value, lower: Value | None, upper: Value | None) -> Value:
    if isinstance(value, QuerySet):
        return querysets.slice_of(frame, value, lower, upper)
    if isinstance(value, Sequence):
        limit = upper.value if isinstance(upper, Const) and isinstance(upper.value, int) and lower is None else None
        return Sequence(
            value.of, limit if limit is not None and limit >= 0 else value.size, value.from_rows, value.identity
        )
    return part_of(value, lower, upper) if isinstance(value, Tuple) else value


def part_of(value: Tuple, lower: Value | None, upper: Value | None) -> Value:
    """`items[1:]` of items that are known one by one."""
    start, stop = (end.value if isinstance(end, Const) else end for end in (lower, upper))
    if isinstance(start, int | None) and isinstance(stop, int | None):
        return Tuple(value.items[start:stop])
    return Sequence(join_all(list(value.items)))


def item(frame: Frame, value: Value, index: Value, node: ir.Subscript) -> Value:
    match value:
        case QuerySet():
            if value.evaluated:
                work.escapes(frame, value, node.span)
            else:
                querysets.run_always(frame, value, "index", node.span)
            return querysets.row(value)
        case Sequence():
            work.first_of_list(frame, value, index, node)
            return value.of if isinstance(index, Const) else iteration.picked(frame, value.of)
        case Tuple():
            if (
                isinstance(index, Const)
                and isinstance(index.value, int)
                and -len(value.items) <= index.value < len(value.items)
            ):
                return value.items[index.value]
            return iteration.item_of(frame, value, node.span)
        case Mapping():
            found = mapping_item(value, index)
            return found if text_of(index) is not None else iteration.picked(frame, found)
        case Tainted():
            return value
        case Text():
            return value
        case Class() | External() | Function():
            return value  # `QuerySet[Book]`, `Generic[T]`
    return UNKNOWN


def mapping_item(value: Mapping, index: Value) -> Value:
    key = text_of(index)
    if key is not None:
        found = value.get(key)
        if found is not None:
            return found
        return value.of if value.of is not None else UNKNOWN
    found = value.of
    for _, other in value.items:
        found = other if found is None else join(found, other)
    return UNKNOWN if found is None else found
