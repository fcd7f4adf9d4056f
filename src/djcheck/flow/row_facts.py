"""What filters say of the columns of their rows: `filter(state="new")` gives none of another state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.flow.eager import texts_of
from djcheck.flow.values import Instance, QuerySet, Sequence, Text, Tuple, Union, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.flow.frame import Frame
    from djcheck.flow.parameters import Arguments

MOST_FACTS = 4


def filtered(frame: Frame, queryset: QuerySet, name: str, arguments: Arguments) -> QuerySet:
    """The queryset after `filter()` or `exclude()`; after `union()` nothing is known of its rows."""
    if name == "union":
        return replace(queryset, facts=())
    if name not in ("filter", "exclude") or (name == "exclude" and len(arguments.keywords) != 1):
        return queryset
    model = frame.evaluator.index.model(queryset.model)
    facts = dict.fromkeys(queryset.facts)
    for lookup, value in arguments.keywords.items():
        column, _, kind = lookup.partition("__")
        texts = spelled_out(value, kind)
        if model is not None and column in model.fields and texts:
            facts[column, texts, name == "filter"] = None
    return queryset if len(facts) > MOST_FACTS else replace(queryset, facts=tuple(facts))


def spelled_out(value: Value, kind: str) -> frozenset[str]:
    """The texts of which one is asked for; none where that is not known."""
    if kind in ("", "exact"):
        return frozenset(texts_of(value) or ())
    items = value.items if kind == "in" and isinstance(value, Tuple) else ()
    texts = [texts_of(item) for item in items if isinstance(item, Text)]
    found = [text for each in texts if each is not None for text in each]
    return frozenset(found) if len(found) == len(items) else frozenset()


def is_one_of(row: Instance, column: str, texts: frozenset[str]) -> bool | None:
    """Is the column's value one of some texts? None where nothing says."""
    for name, known, holds in row.facts:
        if name != column:
            continue
        if holds and known <= texts:
            return True
        if known.isdisjoint(texts) if holds else texts <= known:
            return False
    return None


def put(row: Instance, column: str, value: Value) -> Instance:
    """The row after code gave the column another value."""
    texts = spelled_out(value, "")
    if not row.facts and not texts:
        return row
    others = tuple(fact for fact in row.facts if fact[0] != column)
    return replace(row, facts=(*others, (column, texts, True)) if texts and len(others) < MOST_FACTS else others)


def forget(frame: Frame, call: ir.Call) -> None:
    """A function of the project may give the columns of rows that it is called with, or on, other values."""
    receiver = call.function.value if isinstance(call.function, ir.Attribute) else None
    for node in (receiver, *call.args):
        row = frame.env.get(node.id) if isinstance(node, ir.Name) else None
        if isinstance(node, ir.Name) and isinstance(row, Instance) and row.facts:
            frame.env[node.id] = replace(row, facts=())


def about(value: Value, columns: Callable[[], frozenset[str]]) -> Value:
    """The value with facts of no columns but some: those that a function speaks of, when it is called."""
    match value:
        case Instance() | QuerySet() if value.facts:
            spoken_of = columns()
            return replace(value, facts=tuple(fact for fact in value.facts if fact[0] in spoken_of))
        case Sequence():
            of = about(value.of, columns)
            return value if of is value.of else replace(value, of=of)
        case Union():
            members = tuple(about(member, columns) for member in value.members)
            changed = any(new is not old for new, old in zip(members, value.members, strict=True))
            return Union(members) if changed else value
    return value
