"""GraphQL with graphene-django: a list field fetches rows, and each row is asked for its fields.

Facts from graphene-django's documentation ("Queries & ObjectTypes") and source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.facts import ImportFact
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.domain.observation import Origin
from djcheck.flow.lattice.values import (
    NOTHING_EAGER,
    UNKNOWN,
    Class,
    Instance,
    QuerySet,
    Sequence,
    Source,
    Value,
    members,
)
from djcheck.flow.nodes import nodes_in
from djcheck.flow.orm import querysets
from djcheck.flow.python import attributes, iteration
from djcheck.flow.python.parameters import Arguments, bare_name
from djcheck.flow.rest_framework.field_names import Where, gather
from djcheck.index.reading import string

if TYPE_CHECKING:
    from djcheck.domain.facts import AssignFact
    from djcheck.domain.index import Model
    from djcheck.domain.source import Span
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

TYPE = "graphene_django.DjangoObjectType"
# Fields that start from the type's model by themselves.
MANAGED = frozenset(
    (
        "DjangoListField",
        "DjangoConnectionField",
        "DjangoFilterConnectionField",
        "DjangoFilterListField",
        "DjangoPaginationConnectionField",
    )
)
LISTS = MANAGED | {"List", "ConnectionField"}


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """Each field of a type that gives a list of a model's rows."""
    types = [name for name in index.classes() if index.is_a(name, TYPE)]
    if not types:
        return
    registered = {model.key: name for name in types if (model := model_of(index, name)) is not None}
    for qualname in index.classes():
        info = index.class_info(qualname)
        if info is None or not is_asked(index, qualname):
            continue
        for assign in info.fact.attributes:
            listed = type_of_list(index, info, assign)
            if listed is not None:
                yield partial(play, info, assign, listed, frozenset(registered))


def is_asked(index: ProjectIndex, qualname: str) -> bool:
    """Is it a type of the schema, or a class of which one is made (an app's `class Query:` with fields)?"""
    made = (qualname, *index.subclasses(qualname))
    return any(name.startswith("graphene") for each in made for name in index.mro(each))


def model_of(index: ProjectIndex, qualname: str) -> Model | None:
    """The model that a type's `Meta` names."""
    meta = index.inner_class(qualname, "Meta")
    found = None if meta is None else index.member(meta, "model")
    if not isinstance(found, tuple) or found[1].value is None:
        return None
    key = index.class_of(found[0].module, found[1].value)
    return None if key is None else index.model(key)


def type_of_list(index: ProjectIndex, info: ClassInfo, assign: AssignFact) -> str | None:
    """The type whose rows `name = graphene.List(Type)` gives."""
    call = assign.value
    if not isinstance(call, ir.Call) or bare_name(call) not in LISTS or not call.args:
        return None
    inner: ir.Expr = call.args[0]
    while isinstance(inner, ir.Call) and bare_name(inner) in ("NonNull", "List") and inner.args:
        inner = inner.args[0]
    if isinstance(inner, ir.Lambda):
        inner = inner.body
    text = string(inner)
    if text is not None:
        module, _, name = text.rpartition(".")
        # Such a name is imported when the schema is made.
        brought = index.imported(info.module, ImportFact(name, module, 0, name, 1)) if module else None
        found = brought or index.resolve(module or info.module, name)
        return found.qualname if isinstance(found, ClassInfo) else None
    return index.class_of(info.module, inner)


def play(info: ClassInfo, assign: AssignFact, listed: str, registered: frozenset[str], evaluator: Evaluator) -> None:
    model = model_of(evaluator.index, listed)
    if model is None:
        return

    def act(frame: Frame) -> None:
        rows = rows_of(frame, info, assign, listed, model)
        if not any(isinstance(member, QuerySet | Sequence) for member in members(rows)):
            return
        loop, row = iteration.iterate(frame, rows, assign.span, assign.span)
        with frame.iterating(loop):
            read(frame, listed, model, row, registered)

    evaluator.act(info.path, info.module, f"{info.qualname}.{assign.name}", info.qualname, act)


def rows_of(frame: Frame, info: ClassInfo, assign: AssignFact, listed: str, model: Model) -> Value:
    """What the field's resolver gives; without one, all rows or the parent's attribute of that name."""
    index = frame.evaluator.index
    parent = parent_of(frame, info)
    resolver = index.member(info.qualname, f"resolve_{assign.name}")
    managed = bare_name(assign.value) in MANAGED
    if isinstance(resolver, FunctionInfo):
        rows = frame.evaluator.call(frame, resolver, Arguments([parent, UNKNOWN], {}, True), assign.span)
    elif isinstance(parent, Instance):
        rows = attributes.attribute(frame, parent, assign.name, assign.span)
    elif managed:
        rows = querysets.manager_of(frame, model.key, "_default_manager", assign.span) or UNKNOWN
    else:
        return UNKNOWN
    rows = asked(frame, rows, assign.span)
    narrowing = index.member(listed, "get_queryset")
    if managed and isinstance(narrowing, FunctionInfo):
        rows = frame.evaluator.call(frame, narrowing, Arguments([Class(listed), rows, UNKNOWN], {}), assign.span)
    return rows


def parent_of(frame: Frame, info: ClassInfo) -> Value:
    """The one object whose field is asked for: a row of the model that the type stands for, or nothing."""
    model = model_of(frame.evaluator.index, info.qualname) if frame.evaluator.index.is_a(info.qualname, TYPE) else None
    if model is None:
        return UNKNOWN
    origin = Origin(frame.place(info.fact.span), info.qualname, model.key)
    return Instance(model.key, Source(origin), NOTHING_EAGER, frozenset(), single_fetch=True)


def asked(frame: Frame, rows: Value, span: Span) -> Value:
    """A manager's rows are asked for by `.all()`."""
    if not isinstance(rows, QuerySet) or not rows.is_manager:
        return rows
    node = ir.Call(ir.Name("rows", span), (), (), span)
    return querysets.query_method(frame, rows, "all", Arguments([], {}), node)


# ------------------------------------------------------------------ a row


def read(frame: Frame, listed: str, model: Model, row: Value, registered: frozenset[str]) -> None:
    """Ask a row for every field: by the type's resolvers, or by the relations that its `Meta` names."""
    index = frame.evaluator.index
    own: set[str] = set()
    for owner in index.mro(listed):
        found = index.class_info(owner)
        for fact in found.fact.methods if found is not None else ():
            method = index.function(f"{owner}.{fact.name}")
            if fact.name.startswith("resolve_") and fact.name not in own and method is not None:
                own.add(fact.name)
                resolved(frame, method, row, method.fact.header)
    for name, where in named_fields(index, listed).items():
        relation = model.relations.get(name)
        if relation is not None and f"resolve_{name}" not in own and relation.target in registered:
            inner = frame.inside(where.path, where.module, f"{listed}.{name}", listed)
            value = asked(inner, attributes.attribute(inner, row, name, where.span), where.span)
            if isinstance(value, QuerySet):
                iteration.item_of(inner, value, where.span)


def named_fields(index: ProjectIndex, listed: str) -> dict[str, Where]:
    """The names that `Meta.fields` (once `only_fields`) spells out."""
    meta = index.inner_class(listed, "Meta")
    names: dict[str, Where] = {}
    for option in ("fields", "only_fields"):
        found = None if meta is None else index.member(meta, option)
        if isinstance(found, tuple) and isinstance(found[1].value, ir.Collection | ir.BinaryOperation):
            gather(index, found[0], found[1].value, names)
    return names


def resolved(frame: Frame, method: FunctionInfo, row: Value, span: Span) -> None:
    """The resolver is called with its parent; a queryset that it gives is asked for its rows."""
    result = frame.evaluator.call(frame, method, Arguments([row], {}, True), span)
    place = returned_at(frame, method)
    inner = frame.inside(method.path, method.module, method.qualname, method.owner)
    for member in members(result):
        value = asked(inner, member, place)
        if isinstance(value, QuerySet):
            iteration.item_of(inner, value, place)


def returned_at(frame: Frame, method: FunctionInfo) -> Span:
    """Where the resolver returns what is then asked for its rows."""
    body = frame.evaluator.body(method)
    returned = [node.value for node in nodes_in(body.body if body is not None else ()) if isinstance(node, ir.Return)]
    told = [value.span for value in returned if value is not None and not is_empty(value)]
    return told[-1] if told else method.fact.header


def is_empty(value: ir.Expr) -> bool:
    """`return []` and `return None`: what resolvers give where there is nothing."""
    return isinstance(value, ir.Constant) or (isinstance(value, ir.Collection) and not value.items)
