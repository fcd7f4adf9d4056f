"""What is known of the columns of rows: `filter(state="new")` gives none of another state, new rows have defaults."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.flow.lattice.texts import texts_of
from djcheck.flow.lattice.values import (
    Const,
    Facts,
    Instance,
    Literal,
    QuerySet,
    Sequence,
    Text,
    Tuple,
    Union,
    Value,
    members,
)
from djcheck.flow.nodes import MOST_KEPT, nodes_in
from djcheck.flow.orm.columns import NUMERIC_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.flow.frame import Frame
    from djcheck.flow.python.parameters import Arguments

MOST_FACTS = 4
# What counts as false where a test asks for a column's truth.
FALSE: frozenset[Literal] = frozenset({None, False, ""})


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
        if model is None or column not in model.fields:
            continue
        literals, holds = spelled_out(value, kind), name == "filter"
        if kind == "isnull" and isinstance(value, Const):
            literals, holds = frozenset((None,)), holds is bool(value.value)
        if literals and is_of_type(literals, model.fields[column].type):
            facts[column, literals, holds] = None
    return queryset if len(facts) > MOST_FACTS else replace(queryset, facts=tuple(facts))


def is_of_type(literals: frozenset[Literal], field: str) -> bool:
    """May a column hold the literals as they stand? Django makes a number of `filter(pages="1")`."""
    return not any(isinstance(literal, str) for literal in literals) or field not in NUMERIC_FIELDS


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
    facts = ((name, literals_of(value), True) for name, value in columns if value is not None)
    return tuple(fact for fact in facts if fact[1] and is_of_type(fact[1], found.fields[fact[0]].type))


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


def spelled_out(value: Value, kind: str) -> frozenset[Literal]:
    """The literals of which one is asked for; none where that is not known."""
    if kind in ("", "exact"):
        return literals_of(value)
    items = value.items if kind == "in" and isinstance(value, Tuple) else ()
    found = [literals_of(item) for item in items if isinstance(item, Text | Const)]
    return frozenset().union(*found) if len(found) == len(items) and all(found) else frozenset()


def literals_of(value: Value) -> frozenset[Literal]:
    """What the value can be, if it is nothing but literals."""
    numbers = {member.value for member in members(value) if isinstance(member, Const)}
    if not numbers:
        return frozenset(texts_of(value) or ())
    return frozenset(numbers) if len(numbers) == len(members(value)) else frozenset()


def is_one_of(row: Instance, column: str, literals: frozenset[Literal]) -> bool | None:
    """Is the column's value one of some literals? None where nothing says."""
    for name, known, holds in row.facts:
        if name != column:
            continue
        if holds and known <= literals:
            return True
        if known.isdisjoint(literals) if holds else literals <= known:
            return False
    return None


def is_true(row: Instance, column: str) -> bool | None:
    """Does the column count as true where a test asks? None where nothing says."""
    for name, known, holds in row.facts:
        if name != column:
            continue
        if holds and len({bool(literal) for literal in known}) == 1:
            return all(known)
        if not holds and known >= FALSE:
            return True
    return None


def learn(frame: Frame, column: ir.Attribute, literals: frozenset[Literal], holds: bool) -> None:
    """On this path `row.column` is one of some literals, or none of them."""
    row = frame.lookup(column.value.id) if isinstance(column.value, ir.Name) else None
    model = frame.evaluator.index.model(row.model) if isinstance(row, Instance) else None
    if not isinstance(row, Instance) or model is None or column.name not in model.fields:
        return
    fact = (column.name, literals, holds)
    if isinstance(column.value, ir.Name) and fact not in row.facts and len(row.facts) < MOST_FACTS:
        frame.env[column.value.id] = replace(row, facts=(*row.facts, fact))


def put(row: Instance, column: str, value: Value) -> Instance:
    """The row after code gave the column another value."""
    literals = literals_of(value)
    if not row.facts and not literals:
        return row
    others = tuple(fact for fact in row.facts if fact[0] != column)
    return replace(row, facts=(*others, (column, literals, True)) if literals and len(others) < MOST_FACTS else others)


def forget(frame: Frame, call: ir.Call) -> None:
    """The columns of the rows that a function is called with, or on, may have other values now."""
    receiver = call.function.value if isinstance(call.function, ir.Attribute) else None
    for node in (receiver, *call.args, *(keyword.value for keyword in call.keywords)):
        row = frame.env.get(node.id) if isinstance(node, ir.Name) else None
        if isinstance(node, ir.Name) and isinstance(row, Instance) and row.facts:
            frame.env[node.id] = replace(row, facts=())


def forget_assigned(frame: Frame, body: tuple[ir.Stmt, ...]) -> None:
    """In a second round of a loop, rows made before it may have the columns that its first round gave them."""
    for name in given_columns(body):
        row = frame.env.get(name)
        if isinstance(row, Instance) and row.facts:
            frame.env[name] = replace(row, facts=())


@lru_cache(MOST_KEPT)
def given_columns(body: tuple[ir.Stmt, ...]) -> frozenset[str]:
    """The variables to whose attributes some statements assign."""
    targets = [
        target
        for node in nodes_in(body)
        if isinstance(node, ir.Assign | ir.AugmentedAssign)
        for target in (node.targets if isinstance(node, ir.Assign) else (node.target,))
    ]
    return frozenset(
        target.value.id for target in targets if isinstance(target, ir.Attribute) and isinstance(target.value, ir.Name)
    )


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
