"""Attributes that code puts on rows: `author.offers = Book.objects.filter(author=author)`, read where the rows are."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from djcheck.flow.joining import holds_no_rows, join_all, merge_fields
from djcheck.flow.values import Instance, QuerySet, Request, Sequence, Value, members

MOST_ATTRIBUTES = 12
MOST_DEPTH = 3

Owner = TypeVar("Owner", Instance, Request)
Attributes = tuple[tuple[str, Value], ...]


def of(instance: Instance | Request, name: str) -> Value | None:
    for key, value in instance.given:
        if key == name:
            return value
    return None


def put(instance: Owner, name: str, value: Value) -> Owner:
    """The row (or the request) with an attribute that is neither a field nor a relation; only rows are remembered."""
    given = dict(instance.given)
    given.pop(name, None)
    if any(not holds_no_rows(member) for member in members(value)) and depth(value) < MOST_DEPTH:
        given[name] = value
    if len(given) > MOST_ATTRIBUTES:
        return instance
    return replace(instance, given=tuple(sorted(given.items(), key=lambda item: item[0])))


def depth(value: Value) -> int:
    """How many levels of attributes put on rows the value holds."""
    found = 0
    for member in members(value):
        if isinstance(member, Sequence):
            found = max(found, depth(member.of))
        elif isinstance(member, Instance | QuerySet) and member.given:
            found = max(found, 1 + max(depth(item) for _, item in member.given))
    return found


def on_all_rows(row: Value | None, rows: Value) -> Value | None:
    """The result or list that a loop went over, its rows with what the loop put on each; None if that was nothing."""
    given: Attributes = ()
    for member in members(row) if row is not None else ():
        if isinstance(member, Instance):
            given = merge_fields(given, member.given)
    return join_all([with_rows(member, given) for member in members(rows)]) if given else None


def with_rows(value: Value, given: Attributes) -> Value:
    if isinstance(value, QuerySet) and not value.is_manager and value.rows == "instances":
        return replace(value, given=given)
    if isinstance(value, Sequence):
        rows = [
            replace(member, given=given) if isinstance(member, Instance) else member for member in members(value.of)
        ]
        return replace(value, of=join_all(rows))
    return value
