"""What reading a relation or a column of an instance gives, and whether it costs a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain.index import Relation
from djcheck.domain.observation import DeferredRead, Loop, Origin, RelationRead
from djcheck.domain.relation_kind import RelationKind
from djcheck.flow.frame import UNSETTLED, Event, Frame
from djcheck.flow.lattice.joining import merge_eager
from djcheck.flow.lattice.values import (
    NOT_ASKED_FOR,
    NOTHING_EAGER,
    NOTHING_VARIES,
    UNKNOWN,
    Eager,
    Fallback,
    Instance,
    Prefetched,
    QuerySet,
    Sequence,
    Source,
    Value,
)
from djcheck.flow.orm import querysets

if TYPE_CHECKING:
    from djcheck.domain.index import Model
    from djcheck.domain.source import Span


def step_source(instance: Instance, relation: Relation) -> Source:
    source = instance.source
    return Source(source.origin, (*source.path, relation.name), source.fallbacks)


def read_relation(frame: Frame, instance: Instance, relation: Relation, span: Span, only_key: bool = False) -> Value:
    """A relation of an instance: the object it leads to, or its related manager."""
    if relation.is_many:
        return related_manager(frame, instance, relation, span)
    instance = as_parent(frame, instance, relation)
    inner = held(frame, instance, relation)
    source = step_source(instance, relation)
    if inner is None:
        # Eager loads that could not be told may well go on from here.
        inner = Eager(opaque=True) if instance.eager.opaque else NOTHING_EAGER
        if "*" not in instance.known and not instance.eager.opaque:
            emit_read(frame, instance, relation, span, only_key)
            inner = fetched(frame, relation.target or "", span)
    if relation.target is None:
        return UNKNOWN
    if relation.kind is RelationKind.REVERSE_ONE and is_child(frame, relation):
        inner = merge_eager(inner, instance.eager)
    known = frozenset((relation.inverse,)) if is_one_to_one(frame, relation) else frozenset()
    varies = instance.varies
    if relation.name == instance.lone:
        # `owner.rows.all()`: each row's is `owner`, also where the row is an argument
        row = instance.source.origin if not instance.source.path else None
        varies = frozenset(item for item in varies if type(item) is not Loop and item != row)
    return Instance(relation.target, source, inner, varies, known, instance.single_fetch)


def fetched(frame: Frame, model: str, span: Span) -> Eager:
    """What a related object brings along that Django fetches by itself: it does so through `Meta.base_manager_name`
    (Django docs, Managers, "Using managers for related object access")."""
    found = frame.evaluator.index.model(model)
    manager = querysets.manager_of(frame, model, found.base_manager, span) if found and found.base_manager else None
    return NOTHING_EAGER if manager is None else querysets.initial(frame, manager, span).eager


def is_child(frame: Frame, relation: Relation) -> bool:
    """Does the relation lead from a parent row to its child by multi-table inheritance?"""
    target = frame.evaluator.index.model(relation.target or "")
    return target is not None and relation.owner in target.parents


def as_parent(frame: Frame, instance: Instance, relation: Relation) -> Instance:
    """A child row of multi-table inheritance reads what it inherits from the parent row that it was reached from.

    Django looks into the parent's cache for it (django/db/models/fields/related_descriptors.py, `ancestor_link`).
    """
    path = instance.source.path
    model = frame.evaluator.index.model(instance.model) if path else None
    if model is None or path[-1] != model.name.lower() or relation.owner == instance.model:
        return instance
    if relation.owner not in model.parents:
        return instance
    return replace(instance, model=relation.owner, source=replace(instance.source, path=path[:-1]))


def is_one_to_one(frame: Frame, relation: Relation) -> bool:
    """Does the object at the other end know the way back? Both sides of a one-to-one do, once either is read."""
    if not relation.inverse or relation.kind is RelationKind.REVERSE_ONE:
        return bool(relation.inverse)
    target = frame.evaluator.index.model(relation.target or "")
    back = None if target is None else target.relations.get(relation.inverse)
    return back is not None and back.kind is RelationKind.REVERSE_ONE


def held(frame: Frame, instance: Instance, relation: Relation) -> Eager | None:
    """What the related object brings along if the instance already holds it, else None."""
    eager = instance.eager
    found: Eager | None = None
    for name, inner in eager.joined:
        if name == relation.name:
            found = inner
    for name, prefetched in eager.prefetched:
        if name == relation.name:
            # What is joined stays joined when a prefetch goes on from it (`product`, then `product__tags`).
            found = prefetched.eager if found is None else merge_eager(found, prefetched.eager)
    if eager.joins_all and relation.is_forward and not relation.nullable:
        joined = Eager(joins_all=eager.joins_all - 1)
        found = joined if found is None else merge_eager(found, joined)
    if found is None and eager.peers and relation.kind is not RelationKind.REVERSE_ONE:
        found = Eager(peers=True)
    if found is None and relation.name in instance.known:
        # It was put there by code, or by Django from the owner: what it brings along cannot be told here.
        found = Eager(opaque=True)
    return replace(found, opaque=True) if found is not None and eager.opaque else found


def emit_read(frame: Frame, instance: Instance, relation: Relation, span: Span, only_key: bool) -> None:
    draft = RelationRead(
        frame.place(span),
        frame.symbol,
        (),
        (),
        "",
        UNSETTLED,
        relation.name,
        relation.kind,
        (),
        relation.nullable,
        only_key,
        instance.model,
    )
    varies = frame.narrow(instance.varies)
    if instance.single_fetch:
        # The fetch itself is the query per round; what it lacks is only worth telling beside it.
        varies = frozenset(item for item in varies if type(item) is Loop)
    frame.emit(Event(draft, varies, instance.source, (relation.name,)))


def related_manager(frame: Frame, instance: Instance, relation: Relation, span: Span) -> Value:
    if relation.target is None:
        return UNKNOWN
    index = frame.evaluator.index
    target = index.model(relation.target)
    fact = target.managers.get(target.default_manager) if target is not None else None
    prefetched: Prefetched | None = None
    for name, found in instance.eager.prefetched:
        if name == relation.name and not found.is_list:
            prefetched = found
    if prefetched is None and ("*" in instance.known or relation.name in instance.known or instance.eager.opaque):
        prefetched = Prefetched(Eager(opaque=instance.eager.opaque), NOT_ASKED_FOR)
    source = many_source(frame, instance, relation, span)
    return QuerySet(
        relation.target,
        source,
        NOTHING_EAGER,
        frame.active(),
        manager_class=None if fact is None else fact.manager,
        queryset_class=None if fact is None else fact.queryset,
        is_manager=True,
        relation=relation,
        owner=source,
        # Where the owner is fetched alone, no prefetch would spare a query.
        owner_varies=NOTHING_VARIES if instance.single_fetch else frame.narrow(instance.varies),
        prefetched=prefetched,
        parent="" if relation.is_many_to_many or relation.kind is RelationKind.GENERIC_MANY else relation.inverse,
    )


def many_source(frame: Frame, instance: Instance, relation: Relation, span: Span) -> Source:
    """Rows of a many relation start a path of their own when their owner is a single object."""
    varies = frame.narrow(instance.varies)
    here = querysets.fresh(frame, relation.target or "", span)
    owner = instance.source.origin
    if isinstance(owner, Origin) and owner.assumed is not None:
        here = replace(here, assumed=owner.assumed)
    if not varies or instance.single_fetch:
        return Source(here)
    source = instance.source
    path = (*source.path, relation.name)
    return Source(source.origin, path, (*source.fallbacks, Fallback(here, len(path), varies)))


def listed(eager: Eager, name: str) -> Prefetched | None:
    for key, found in eager.prefetched:
        if key == name and found.is_list:
            return found
    return None


def prefetched_list(frame: Frame, model: Model, instance: Instance, found: Prefetched) -> Value:
    """A `to_attr` prefetch: a list of rows."""
    relation = model.relations.get(found.relation)
    if relation is None or relation.target is None:
        return Sequence(UNKNOWN, None, True)
    source = step_source(instance, relation)
    known = frozenset((relation.inverse,)) if relation.inverse else frozenset()
    return Sequence(Instance(relation.target, source, found.eager, instance.varies, known), None, True)


def is_brought(value: Value | None, name: str) -> bool:
    """Has the row's queryset put that attribute on it: a list of `Prefetch(…, to_attr=…)`, or an annotation?"""
    return is_listed(value, name) or (isinstance(value, Instance) and name in value.eager.annotated)


def is_listed(value: Value | None, name: str) -> bool:
    """Is it the list that a `Prefetch(…, to_attr=name)` left on the row?"""
    return isinstance(value, Instance) and listed(value.eager, name) is not None


def read_column(frame: Frame, model: Model, instance: Instance, name: str, span: Span) -> None:
    """A column that `only()`/`defer()` left out costs a query of its own."""
    eager = instance.eager
    names = {name, f"{name}_id"}
    left_out = bool(names & eager.deferred) or (eager.only is not None and not names & eager.only)
    if not left_out or eager.peers or eager.opaque or name == model.primary_key:
        return
    varies = frame.narrow(instance.varies)
    draft = DeferredRead(frame.place(span), frame.symbol, (), (), "", UNSETTLED, name)
    frame.emit(Event(draft, varies, instance.source, (name,)))


def merge_known(instance: Instance, name: str) -> Instance:
    """The instance, holding one more relation (it was assigned, or read before)."""
    return replace(instance, known=instance.known | {name})
