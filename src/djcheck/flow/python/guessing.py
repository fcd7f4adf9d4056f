"""Rows of which only the use is known: the one model that has everything the code reads of them.

What follows from a guess is never certain: its origin says what was assumed, and findings about it are ambiguous.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.domain.observation import UNKNOWN_ORIGIN, UNRESOLVED_BASE, Assumption, Loop, LoopKind, Origin
from djcheck.domain.source import Place
from djcheck.flow.lattice.values import (
    LOADED,
    NOTHING_EAGER,
    NOTHING_VARIES,
    Instance,
    QuerySet,
    Sequence,
    Source,
    Unknown,
    Value,
    is_known,
)
from djcheck.flow.nodes import MOST_KEPT, nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from djcheck.domain.index import FunctionInfo, Model
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

# What every model instance has.
COMMON = frozenset(
    {"pk", "id", "save", "delete", "refresh_from_db", "full_clean", "clean", "objects", "_meta", "_state", "asave"}
)


def row(
    frame: Frame, round_: tuple[Loop, Value], iterable: ir.Expr, target: ir.Expr, body: Iterable[object]
) -> tuple[Loop, Value]:
    """The loop and item as given, or the guess where the item is unknown and nothing is seen to be loaded with it."""
    loop, value = round_
    if type(value) is not Unknown or value == LOADED or loop.kind is LoopKind.BOUNDED or type(target) is not ir.Name:
        return round_
    if frame.template is not None and is_empty(frame, iterable):
        return round_
    model = guess(frame.evaluator.index, target.id, read_of(body, target.id))
    if model is None:
        return round_
    origin = Origin(
        frame.place(iterable.span), frame.symbol, model.key, (), Assumption(UNKNOWN_ORIGIN, place=loop.place)
    )
    return loop, Instance(model.key, Source(origin), NOTHING_EAGER, frozenset((loop,)))


def is_empty(frame: Frame, expression: ir.Expr) -> bool:
    """Does a template's expression start from a name that nobody gave the template?"""
    while isinstance(expression, ir.Attribute | ir.Call):
        expression = expression.value if isinstance(expression, ir.Attribute) else expression.function
    return isinstance(expression, ir.Name) and frame.lookup(expression.id) is None


def argument(index: ProjectIndex, info: FunctionInfo, body: ir.FunctionIR, name: str) -> Instance | None:
    """An object that nobody is known to hand over."""
    model = guess(index, name, read_of(body.body, name))
    if model is None:
        return None
    assumption = Assumption(UNKNOWN_ORIGIN, info.qualname)
    origin = Origin(Place(info.path, body.span), info.qualname, model.key, (), assumption)
    return Instance(model.key, Source(origin), NOTHING_EAGER, frozenset())


def promised(info: FunctionInfo, body: ir.FunctionIR, rows: QuerySet | Sequence) -> Value:
    """Rows that an annotation promises: of their model, but nobody says what they bring along."""
    holder = rows.of if isinstance(rows, Sequence) else rows
    if not isinstance(holder, Instance | QuerySet):
        return rows
    assumption = Assumption(UNKNOWN_ORIGIN, info.qualname, typed=True)
    source = Source(Origin(Place(info.path, body.span), info.qualname, holder.model, (), assumption))
    if isinstance(rows, Sequence):
        return replace(rows, of=replace(holder, source=source, varies=NOTHING_VARIES))
    return replace(rows, source=source, varies=NOTHING_VARIES)


def rows_after(frame: Frame, rows: QuerySet, span: Span) -> QuerySet:
    """What a method that nobody could read makes of a queryset: most give back the same rows, filtered."""
    origin = Origin(frame.place(span), frame.symbol, rows.model, (), Assumption(UNRESOLVED_BASE))
    return replace(rows, source=Source(origin), is_manager=False)


def is_assumed(value: Value) -> bool:
    """Rows of which something was assumed: an object, a queryset or a sequence of objects."""
    holder = value.of if isinstance(value, Sequence) else value
    return isinstance(holder, Instance | QuerySet) and not is_known(holder.source)


def guess(index: ProjectIndex, variable: str, names: frozenset[str]) -> Model | None:
    """The one model that has all these attributes, a relation among them."""
    told = names - COMMON
    if not told:
        return None
    found = [
        model
        for model in index.models_with_relation(told)
        if all(name in model.relations or has(index, model, name) for name in told)
    ]
    kin = {parent for model in found for parent in (*model.parents, model.proxy_for)}
    heirs = {model.key for model in found}
    found = [model for model in found if not (heirs & {*model.parents, model.proxy_for})] if kin & heirs else found
    named = [model for model in found if model.name.lower() == variable.replace("_", "").lower()]
    if len(named) == 1:
        return named[0]
    return found[0] if len(found) == 1 and len(told) > 1 else None


def has(index: ProjectIndex, model: Model, name: str) -> bool:
    """Is it a column, a key's column, a manager, or a method or property of the model's class?"""
    if name in model.fields or name in model.managers:
        return True
    if name.endswith("_id") and name[:-3] in model.relations:
        return True
    if name.startswith("get_") and name.endswith("_display"):
        return name[4:-8] in model.fields
    return index.member(model.key, name) is not None


def read_of(nodes: Iterable[object], variable: str) -> frozenset[str]:
    """The attributes of a variable that statements or expressions read, and methods that they call."""
    return reads_in(tuple(nodes)).get(variable, frozenset())


@lru_cache(MOST_KEPT)
def reads_in(nodes: tuple[object, ...]) -> dict[str, frozenset[str]]:
    """The same of all variables: one body is looked at for each of its parameters, and for each shape of them."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for node in nodes_in(nodes):
        if type(node) is ir.Attribute and type(node.value) is ir.Name:
            found[node.value.id].add(node.name)
    return {variable: frozenset(names) for variable, names in found.items()}
