"""GraphQL with strawberry-django: a resolver runs once for each parent of a list.

The optimizer leaves fields with resolvers of their own alone, but for what their hints say (its documentation,
"Query Optimizer"); all other fields are its business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, External, FunctionInfo
from djcheck.domain.observation import Origin
from djcheck.flow.graphql import graphene
from djcheck.flow.graphql.graphene import resolved
from djcheck.flow.lattice.values import NOTHING_EAGER, UNKNOWN, Class, Eager, QuerySet, Source, Value, members
from djcheck.flow.orm import eager, querysets
from djcheck.flow.python import iteration
from djcheck.flow.python.parameters import Arguments, bare_name
from djcheck.index.reading import dotted, string

if TYPE_CHECKING:
    from djcheck.domain.facts import FunctionFact
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

TYPE_DECORATORS = frozenset(
    {"strawberry_django.type", "strawberry_django.interface", "strawberry.django.type", "strawberry.django.interface"}
)
FIELD_DECORATORS = frozenset({"strawberry_django.field", "strawberry.django.field", "strawberry.field"})
LIST_TYPES = frozenset(
    (
        "list",
        "List",
        "Iterable",
        "Connection",
        "ListConnection",
        "DjangoListConnection",
        "DjangoCursorConnection",
        "ListConnectionWithTotalCount",
        "OffsetPaginated",
    )
)
HINTS = frozenset({"select_related", "prefetch_related", "only", "annotate"})


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """Every resolver of a type that stands for a model, run for each of many parents."""
    listed: Lists | None = None
    for qualname in index.classes():
        info = index.class_info(qualname)
        for call in info.fact.decorators if info is not None else ():
            if info is None or not isinstance(call, ir.Call):
                continue
            if external(index, info, call.function) in TYPE_DECORATORS:
                listed = listed or Lists(index)
                yield partial(strawberry_type, info, call, listed)
    yield from graphene.entries(index)


def external(index: ProjectIndex, info: ClassInfo, expression: ir.Expr) -> str:
    """The dotted name of another package's function that an expression stands for."""
    symbol = index.resolve(info.module, dotted(expression) or "")
    return symbol.name if isinstance(symbol, External) else ""


# ------------------------------------------------------------------ strawberry-django


class Lists:
    """Which types some field hands out as a list."""

    def __init__(self, index: ProjectIndex) -> None:
        self._index = index
        self._found: set[str] = set()
        for qualname in index.classes():
            info = index.class_info(qualname)
            for fact in info.fact.attributes if info is not None else ():
                if info is not None and fact.annotation is not None:
                    self._look(info, fact.annotation, listed=False)
            for method in info.fact.methods if info is not None else ():
                if info is not None and method.returns is not None:
                    self._look(info, method.returns, listed=False)

    def has(self, qualname: str) -> bool:
        return qualname in self._found

    def _look(self, info: ClassInfo, node: ir.Expr, *, listed: bool) -> None:
        """`list[T]`, `list[Annotated["T", strawberry.lazy("module")]]`, `list[T] | None`."""
        match node:
            case ir.Subscript():
                outer = bare_name(node.value)
                if outer == "Annotated" and isinstance(node.index, ir.Collection) and listed:
                    self._lazy(info, node.index.items)
                else:
                    self._look(info, node.index, listed=listed or outer in LIST_TYPES)
            case ir.BinaryOperation():
                self._look(info, node.left, listed=listed)
                self._look(info, node.right, listed=listed)
            case ir.Constant(value=str() as text) if listed:
                self._add(info.module, text)
            case ir.Name() | ir.Attribute() if listed:
                self._add(info.module, dotted(node) or "")

    def _lazy(self, info: ClassInfo, items: tuple[ir.Expr, ...]) -> None:
        name, module = string(items[0]), info.module
        if len(items) > 1 and isinstance(items[1], ir.Call) and items[1].args:
            module = string(items[1].args[0]) or module
        if name is not None:
            self._add(module, name)

    def _add(self, module: str, name: str) -> None:
        symbol = self._index.resolve(module, name)
        if isinstance(symbol, ClassInfo):
            self._found.add(symbol.qualname)


def strawberry_type(info: ClassInfo, decorator: ir.Call, lists: Lists, evaluator: Evaluator) -> None:
    """The type's own resolvers, and those of its bases."""
    index = evaluator.index
    key = index.class_of(info.module, decorator.args[0]) if decorator.args else None
    if key is None or index.model(key) is None:
        return
    if not lists.has(info.qualname):
        return  # whether there are ever many parents cannot be shown
    seen: set[str] = set()
    for owner in index.mro(info.qualname):
        found = index.class_info(owner)
        for fact in found.fact.methods if found is not None else ():
            method = index.function(f"{owner}.{fact.name}")
            if found is None or method is None or fact.name in seen:
                continue
            seen.add(fact.name)
            decorated = resolver_decorator(index, found, fact)
            if decorated is not None:
                resolve(evaluator, info, key, method, decorated)


def resolver_decorator(index: ProjectIndex, info: ClassInfo, fact: FunctionFact) -> ir.Expr | None:
    for item in fact.decorators:
        function = item.function if isinstance(item, ir.Call) else item
        if external(index, info, function) in FIELD_DECORATORS:
            return item
    return None


def resolve(evaluator: Evaluator, info: ClassInfo, model: str, method: FunctionInfo, decorator: ir.Expr) -> None:
    """One resolver, run for each parent of a list; what the optimizer was told to load is there."""
    span = info.fact.span

    def play(frame: Frame) -> None:
        loaded = hinted(frame, model, decorator)
        if loaded is None:
            return
        rows = parents(frame, info, model, loaded)
        if any(isinstance(member, QuerySet) for member in members(rows)):
            loop, row = iteration.iterate(frame, rows, span, span)
            with frame.iterating(loop):
                resolved(frame, method, row, span)

    evaluator.act(info.path, info.module, f"{info.qualname}.{method.fact.name}", info.qualname, play)


def parents(frame: Frame, info: ClassInfo, model: str, loaded: Eager) -> Value:
    """The objects of a type, as its own `get_queryset` gives them."""
    origin = Origin(frame.place(info.fact.span), info.qualname, model)
    rows = querysets.manager_of(frame, model, "_default_manager", info.fact.span)
    start = QuerySet(model, Source(origin), loaded, frozenset())
    if rows is not None:
        start = replace(rows, source=Source(origin), eager=loaded, is_manager=False)
    own = frame.evaluator.index.member(info.qualname, "get_queryset")
    if not isinstance(own, FunctionInfo):
        return start
    return frame.evaluator.call(frame, own, Arguments([Class(info.qualname), start, UNKNOWN], {}, True), info.fact.span)


def hinted(frame: Frame, model: str, decorator: ir.Expr) -> Eager | None:
    """What the field's hints load; None where they cannot be told."""
    loaded = NOTHING_EAGER
    if not isinstance(decorator, ir.Call):
        return loaded
    for item in decorator.keywords:
        if item.name in ("annotate", "only"):
            continue
        if item.name not in HINTS:
            if item.name is None:
                return None
            continue
        value = frame.evaluate(item.value)
        rows = QuerySet(model, Source(Origin(frame.place(item.value.span), frame.symbol, model)), loaded, frozenset())
        applied = eager.apply(frame, rows, item.name, Arguments([value], {}))
        if applied.eager.opaque:
            return None
        loaded = applied.eager
    return loaded
