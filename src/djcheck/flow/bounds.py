"""How large a value may grow: code that nests containers in loops or branches must not make the evaluator do so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from typing import Any

from msgspec.structs import replace

from djcheck.flow.eager import text_of
from djcheck.flow.joining import join
from djcheck.flow.values import (
    UNKNOWN,
    Const,
    External,
    Mapping,
    Object,
    Sequence,
    Tainted,
    Text,
    Tuple,
    Union,
    Unknown,
    Value,
)

MOST_NODES = 400
DEPTH_KEPT = 4
ITEMS_KEPT = 40


def bounded(value: Value) -> Value:
    """The value, or where it is too large one that knows nothing of its innermost parts."""
    return value if is_small(value) else trimmed(value, DEPTH_KEPT)


def is_small(value: Value) -> bool:
    if type(value) not in CONTAINERS:
        return True
    waiting: list[Value] = [value]
    left = MOST_NODES
    while waiting:
        left -= 1
        if left < 0:
            return False
        last = waiting.pop()
        if type(last) in CONTAINERS:
            waiting.extend(inside(last))
    return True


def inside(value: Value) -> list[Value]:
    insides = CONTAINERS.get(type(value))
    return [] if insides is None else insides(value)


CONTAINERS: dict[type, Callable[[Any], list[Value]]] = {
    Tuple: lambda value: list(value.items),
    Sequence: lambda value: [value.of],
    Mapping: lambda value: [
        *[item for _, item in value.items],
        value.key,
        *([] if value.of is None else [value.of]),
    ],
    Object: lambda value: [item for _, item in value.fields],
    Union: lambda value: list(value.members),
}


def trimmed(value: Value, depth: int) -> Value:
    if not inside(value):
        return value
    if depth == 0:
        return UNKNOWN
    below = depth - 1
    match value:
        case Tuple():
            if len(value.items) > ITEMS_KEPT:
                return Sequence(UNKNOWN, len(value.items))
            return Tuple(tuple(trimmed(item, below) for item in value.items))
        case Sequence():
            return Sequence(trimmed(value.of, below), value.size, value.from_rows, value.identity)
        case Mapping():
            items = tuple((name, trimmed(item, below)) for name, item in value.items[:ITEMS_KEPT])
            of = UNKNOWN if len(value.items) > ITEMS_KEPT else None if value.of is None else trimmed(value.of, below)
            return Mapping(items, of, trimmed(value.key, below), value.from_rows)
        case Object():
            fields = tuple((name, trimmed(item, below)) for name, item in value.fields[:ITEMS_KEPT])
            return Object(value.qualname, fields, value.varies)
    return UNKNOWN


def coarse(value: Value, *, names: bool) -> Value:
    """The value without its texts and numbers: which rows and objects it is, not which words came along.

    `names`: texts that are identifiers are kept.
    """
    below = partial(coarse, names=names)
    match value:
        case Text() if names and (text_of(value) or "").isidentifier():
            return value
        case Text() | Tainted() | External() | Unknown():
            return UNKNOWN
        case Const():
            return value if value.value is None or isinstance(value.value, bool) else UNKNOWN
        case Tuple():
            return Tuple(tuple(below(item) for item in value.items))
        case Sequence():
            return replace(value, of=below(value.of))
        case Mapping():
            items = tuple((name, below(item)) for name, item in value.items)
            of = None if value.of is None else below(value.of)
            return Mapping(items, of, below(value.key), value.from_rows)
        case Object():
            return Object(value.qualname, tuple((name, below(item)) for name, item in value.fields), value.varies)
        case Union():
            return reduce(join, map(below, value.members))
    return value
