"""What is known of the columns of rows: `filter(state="new")` gives none of another state, new rows have defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.flow.eager import texts_of
from djcheck.flow.values import Facts, Instance, QuerySet, Sequence, Text, Tuple, Union, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.flow.frame import Frame
    from djcheck.flow.parameters import Arguments

MOST_FACTS = 4


def filtered(frame: Frame, queryset: QuerySet, name: str, arguments: Arguments) -> QuerySet:
    """The queryset after `filter()` or `exclude()`; after `union()` nothing is known of its rows."""
    if name == "union":
        return replace(queryset, facts=())
    if name not in ("filter", "exclude") or (name == "exclude" and not is_plain(arguments)):
        return queryset
    model = frame.evaluator.index.model(queryset.model)
    facts = dict.fromkeys(queryset.facts)
    for lookup, value in arguments.keywords.items():
        column, _, kind = lookup.partition("__")
        texts = spelled_out(value, kind)
        if model is not None and column in model.fields and texts:
            facts[column, texts, name == "filter"] = None
    return queryset if len(facts) > MOST_FACTS else replace(queryset, facts=tuple(facts))


def is_plain(arguments: Arguments) -> bool:
    """Is only one condition given, which is not this or that? `exclude(a=1, b=2)` leaves rows with either."""
    several = len(arguments.keywords) + len(arguments.positional) != 1 or arguments.rest
    return not several and not any(isinstance(value, Union) for value in arguments.keywords.values())


def of_new(frame: Frame, model: str, arguments: Arguments) -> Facts:
    """What is known of an object just made: the columns that it is given, and the defaults of the others."""
    found = frame.evaluator.index.model(model)
    if found is None or arguments.rest or arguments.positional:
        return ()
    columns = ((name, arguments.keywords.get(name) or default_of(frame, model, name)) for name in found.fields)
    facts = ((name, spelled_out(value, ""), True) for name, value in columns if value is not None)
    return tuple(fact for fact in facts if fact[1])


def default_of(frame: Frame, model: str, column: str) -> Value | None:
    """`default=` in the column's declaration."""
    member = frame.evaluator.index.member(model, column)
    if not isinstance(member, tuple) or not isinstance(member[1].value, ir.Call):
        return None
    info, call = member[0], member[1].value
    default = next((keyword.value for keyword in call.keywords if keyword.name == "default"), None)
    if not isinstance(default, ir.Constant | ir.Attribute):
        return None
    key = f"{info.qualname}.{column}"
    return frame.evaluator.declared(info.path, info.module, key, info.qualname, f"{key}.default", default)


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
