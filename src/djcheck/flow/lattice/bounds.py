"""How large a value may grow: code that nests containers in loops or branches must not make the evaluator do so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from msgspec.structs import replace

from djcheck.flow.lattice.joining import join_all
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    UNKNOWN,
    Closure,
    Const,
    External,
    Function,
    Instance,
    Mapping,
    Method,
    Object,
    QuerySet,
    Request,
    Sequence,
    Super,
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
    left = MOST_NODES - 1
    while waiting:
        last = waiting.pop()
        inside = CONTAINERS[type(last)](last)
        left -= len(inside)
        if left < 0:
            return False
        waiting += [each for each in inside if type(each) in CONTAINERS]
    return True


CONTAINERS: dict[type, Callable[[Any], Collection[Value]]] = {
    Tuple: lambda value: value.items,
    Sequence: lambda value: (value.of,),
    Mapping: lambda value: [
        *[item for _, item in value.items],
        value.key,
        *([] if value.of is None else [value.of]),
    ],
    Object: lambda value: [item for _, item in value.fields],
    Union: lambda value: value.members,
    # An object may hold its own bound methods.
    Method: lambda value: (value.receiver,),
    Function: lambda value: () if value.bound is None else (value.bound,),
    Super: lambda value: (value.bound,),
}


def trimmed(value: Value, depth: int) -> Value:
    open_up = CONTAINERS.get(type(value))
    if open_up is None or not open_up(value):
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
        case Method():
            return Method(trimmed(value.receiver, below), value.name)
        case Function():
            return Function(value.qualname, None if value.bound is None else trimmed(value.bound, below))
        case Super():
            return Super(trimmed(value.bound, below), value.after)
    return UNKNOWN


def coarse(value: Value, names: bool) -> Value:
    """The value without its texts and numbers: which rows and objects it is, not which words came along.

    `names`: texts that are identifiers are kept.
    """
    coarsener = COARSENERS.get(type(value))
    return value if coarsener is None else coarsener(value, names)


def coarse_text(value: Text, names: bool) -> Value:
    return value if names and (text_of(value) or "").isidentifier() else UNKNOWN


def unsaid(value: Value, names: bool) -> Value:
    return UNKNOWN


def coarse_constant(value: Const, names: bool) -> Value:
    return value if value.value is None or isinstance(value.value, bool) else UNKNOWN


def without_facts(value: Instance | QuerySet, names: bool) -> Value:
    return replace(value, facts=()) if value.facts else value


def coarse_mapping(value: Mapping, names: bool) -> Value:
    of = None if value.of is None else coarse(value.of, names)
    items, key = coarse_named(value.items, names), coarse(value.key, names)
    if items is value.items and of is value.of and key is value.key and value.size is None:
        return value
    return Mapping(items, of, key, value.from_rows)


def coarse_named(named: tuple[tuple[str, Value], ...], names: bool) -> tuple[tuple[str, Value], ...]:
    """The same tuple where nothing in it is another."""
    found = [(name, coarse(item, names)) for name, item in named]
    return named if all(new is item for (_, new), (_, item) in zip(found, named, strict=True)) else tuple(found)


def coarse_sequence(value: Sequence, names: bool) -> Value:
    of = coarse(value.of, names)
    return value if of is value.of else replace(value, of=of)


def coarse_object(value: Object, names: bool) -> Value:
    fields = coarse_named(value.fields, names)
    return value if fields is value.fields else Object(value.qualname, fields, value.varies)


COARSENERS: dict[type, Callable[[Any, bool], Value]] = {
    Text: coarse_text,
    Tainted: unsaid,
    External: unsaid,
    Unknown: unsaid,
    Instance: without_facts,
    QuerySet: without_facts,
    Const: coarse_constant,
    Tuple: lambda value, names: Tuple(tuple([coarse(item, names) for item in value.items])),
    Sequence: coarse_sequence,
    Mapping: coarse_mapping,
    Object: coarse_object,
    Union: lambda value, names: join_all([coarse(member, names) for member in value.members]),
}


def holds_closure(given: Iterable[Value]) -> bool:
    """Is any of the values a closure, or does it hold one?"""
    waiting = list(given)
    while waiting:
        each = waiting.pop()
        kind = type(each)
        if kind is Closure:
            return True
        if kind in CONTAINERS:
            waiting += CONTAINERS[kind](each)
        elif isinstance(each, Instance | QuerySet | Request):
            waiting += [value for _, value in each.given]
    return False
