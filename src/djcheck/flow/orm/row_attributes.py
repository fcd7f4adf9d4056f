"""Attributes that code puts on rows: `author.offers = Book.objects.filter(author=author)`, read where the rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from djcheck.flow.lattice.joining import common, holds_no_rows, join_all, merge_fields
from djcheck.flow.lattice.values import Facts, Instance, QuerySet, Request, Sequence, Value, members

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """The result or list that a loop went over, its rows as the loop left them: with the attributes that it put on
    each, without what was known of columns that it may have changed. None where nothing is otherwise than before."""
    left = [member for member in members(row) if isinstance(member, Instance)] if row is not None else []
    if not left:
        return None
    given: Attributes = ()
    for member in left:
        given = merge_fields(given, member.given)
    facts = common_of(left)
    if not given and all(common(known, facts) == known for known in facts_in(rows)):
        return None
    return join_all([with_rows(member, given, facts) for member in members(rows)])


def facts_in(rows: Value) -> Iterator[Facts]:
    for member in members(rows):
        if isinstance(member, QuerySet | Instance):
            yield member.facts
        elif isinstance(member, Sequence):
            yield from facts_in(member.of)


def common_of(rows: list[Instance]) -> Facts:
    facts = rows[0].facts
    for row in rows[1:]:
        facts = common(facts, row.facts)
    return facts


def with_rows(value: Value, given: Attributes, facts: Facts) -> Value:
    if isinstance(value, QuerySet) and not value.is_manager and value.rows == "instances":
        return replace(value, given=given or value.given, facts=common(value.facts, facts), evaluated=True)
    if isinstance(value, Sequence):
        rows = [
            replace(member, given=given or member.given, facts=common(member.facts, facts))
            if isinstance(member, Instance)
            else member
            for member in members(value.of)
        ]
        return replace(value, of=join_all(rows))
    return value


def with_anything(rows: Value) -> Value:
    """Rows on which code has put attributes by names that can't be told: relations among them, as a prefetch does."""
    if isinstance(rows, QuerySet | Instance):
        return replace(rows, eager=replace(rows.eager, opaque=True))
    if isinstance(rows, Sequence):
        return replace(rows, of=join_all([with_anything(member) for member in members(rows.of)]))
    return rows
