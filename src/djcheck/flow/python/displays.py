"""Lists, tuples, sets and dicts that are written out, and comprehensions, which are loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from djcheck.domain import ir
from djcheck.domain.observation import LoopKind
from djcheck.flow.lattice.joining import join, join_all
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import UNKNOWN, Mapping, QuerySet, Sequence, Tuple, Value, members
from djcheck.flow.orm import patterns, result_cache, work
from djcheck.flow.python import assignment, calls, feasible, guessing, iteration, operators

if TYPE_CHECKING:
    from collections.abc import Iterable

    from djcheck.flow.frame import Frame

Written = TypeVar("Written")
MOST_ITEMS = 60
# Of a longer table of literals, the first tell what the others are like.
MOST_LITERALS = 100


def collection(frame: Frame, node: ir.Collection) -> Value:
    items: list[Value] = []
    open_ended: Value | None = None
    for part in telling(node.items):
        if type(part) is ir.Starred:
            value = frame.evaluate(part.value)
            work.escapes(frame, value, part.span)
            inner = calls.as_sequence(frame, value, part.span)
            found = inner.of if type(inner) is Sequence else UNKNOWN
            open_ended = found if open_ended is None else join(open_ended, found)
        else:
            value = frame.evaluate(part)
            work.escapes(frame, value, part.span)
            items.append(value)
    if open_ended is not None:
        for value in items:
            open_ended = join(open_ended, value)
        return Sequence(open_ended, None, True)
    if node.kind == "set" or len(items) > 24:
        return Sequence(join_all(items), len(node.items)) if items else Sequence(UNKNOWN, None)
    if not items and node.kind == "list":
        return Sequence(UNKNOWN, 0)
    return Tuple(tuple(items))


def dictionary(frame: Frame, node: ir.Dictionary) -> Value:
    items: dict[str, Value] = {}
    others: list[Value] = []
    keys: list[Value] = []
    for key, part in telling(node.items):
        value = frame.evaluate(part)
        if key is not None:
            work.escapes(frame, value, part.span)
            found = frame.evaluate(key)
            keys.append(found)
            text = text_of(found)
            if text is not None and len(items) < MOST_ITEMS:
                items[text] = value
            else:
                others.append(value)
        elif type(value) is Mapping:
            items.update(value.items)
            others += [] if value.of is None else [value.of]
        elif not others:
            others.append(UNKNOWN)
    of = join_all(others) if others else None
    size = None if any(key is None for key, _ in node.items) else len(node.items)
    return Mapping(tuple(sorted(items.items(), key=lambda item: item[0])), of, join_all(keys), size=size)


def telling(items: tuple[Written, ...]) -> Iterable[Written]:
    """What is worth evaluating of a collection's items: all of them, but not each row of a table of literals."""
    if len(items) <= MOST_LITERALS:
        return items
    return items[:MOST_LITERALS] if all(map(is_literal, items)) else items


def is_literal(part: object) -> bool:
    if type(part) is ir.Collection:
        return all(map(is_literal, part.items))
    return all(map(is_literal, part)) if isinstance(part, tuple) else type(part) is ir.Constant


def comprehension(frame: Frame, node: ir.Comprehension) -> Value:
    saved = dict(frame.env)
    outside = frame.loops
    pattern = work.comprehension_pattern(frame, node)
    from_rows, size = False, None
    listed: QuerySet | None = None
    for generator in node.generators:
        iterable = frame.evaluate(generator.iterable)
        listed = work.column_list(frame, node, iterable) if pattern is None else None
        for member in members(iterable):
            if type(member) is QuerySet and listed is None:
                work.comprehended(frame, iterable, member, pattern, generator.span)
            elif type(member) is Sequence:
                work.escapes(frame, member, generator.span)
        round_ = iteration.iterate(frame, iterable, generator.iterable.span, generator.span, noted=True)
        read = (node.element, node.value, *generator.conditions)
        loop, value = guessing.row(frame, round_, generator.iterable, generator.target, read)
        from_rows = from_rows or loop.kind is not LoopKind.BOUNDED
        if loop.kind is LoopKind.BOUNDED and type(iterable) is Tuple:
            size = len(iterable.items)
        frame.loops = (*frame.loops, loop)
        assignment.assign(frame, generator.target, value)
        operators.mark_evaluated(frame, generator.iterable, iterable)
        for condition in generator.conditions:
            operators.truth(frame, condition)
            feasible.assume(frame, condition, True)
    element = frame.evaluate(node.element)
    held = frame.evaluate(node.value) if node.value is not None else None
    frame.loops = outside
    restore(frame, saved)
    if held is not None:
        return Mapping((), held, element, from_rows)
    if listed is not None:
        column = patterns.listed_column(node) or ""
        return Sequence(element, None, from_rows, listed.identity, column, listed)
    return Sequence(element, None if from_rows else size, from_rows)


def restore(frame: Frame, saved: dict[str, Value]) -> None:
    """A comprehension's names end with it; what it learnt of querysets in variables stays."""
    for key, old in saved.items():
        new = frame.env.get(key)
        if new is not None and result_cache.is_fetched(old, new):
            saved[key] = new
    frame.env.clear()
    frame.env.update(saved)
