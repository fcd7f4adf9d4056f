"""What reading an attribute gives, and what it costs: relations of instances above all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain.index import (
    ClassInfo,
    ConstantInfo,
    FunctionInfo,
    ModuleInfo,
    Relation,
    RelationKind,
    Symbol,
)
from djcheck.domain.index import (
    External as ExternalSymbol,
)
from djcheck.domain.observation import DeferredRead, Loop, Origin, Piece, PieceKind, RelationRead
from djcheck.flow import enumerations, querysets
from djcheck.flow.frame import UNSETTLED, Event, Frame
from djcheck.flow.parameters import Arguments, bare_name
from djcheck.flow.sqltext import SQL_METHODS
from djcheck.flow.values import (
    INJECTED,
    NONE,
    NOTHING_EAGER,
    NOTHING_VARIES,
    NUMBER,
    PLAIN,
    UNKNOWN,
    Class,
    Eager,
    External,
    Fallback,
    Function,
    Instance,
    Mapping,
    Meta,
    Method,
    Module,
    Object,
    Prefetched,
    QuerySet,
    Request,
    Sequence,
    Source,
    Super,
    Tainted,
    Text,
    Tuple,
    Union,
    Unknown,
    Value,
    join,
    merge_eager,
)

if TYPE_CHECKING:
    from djcheck.domain.index import Model
    from djcheck.domain.source import Span

PROPERTIES = frozenset({"property", "cached_property", "classproperty", "lazy_property", "hybrid_property"})
NUMERIC_FIELDS = frozenset(
    [
        "AutoField",
        "BigAutoField",
        "SmallAutoField",
        "IntegerField",
        "BigIntegerField",
        "SmallIntegerField",
        "PositiveIntegerField",
        "PositiveBigIntegerField",
        "PositiveSmallIntegerField",
        "FloatField",
        "DecimalField",
        "BooleanField",
        "NullBooleanField",
        "DateField",
        "DateTimeField",
        "TimeField",
        "DurationField",
        "UUIDField",
    ]
)


def attribute(frame: Frame, value: Value, name: str, span: Span) -> Value:  # noqa: C901 - one arm a kind of value
    """`value.name`, where `span` is the whole expression."""
    match value:
        case Instance():
            return of_instance(frame, value, name, span)
        case QuerySet():
            return of_queryset(frame, value, name, span)
        case Union():
            return of_union(frame, value, name, span)
        case Object():
            return of_object(frame, value, name, span)
        case Class():
            return of_class(frame, value, name, span)
        case Module():
            return symbol_value(frame, frame.evaluator.index.resolve(value.name, name), f"{value.name}.{name}")
        case External():
            return of_external(frame, value, name)
        case Super():
            return of_super(frame, value, name, span)
        case Meta():
            return of_meta(value, name)
        case Request():
            return of_request(frame, name, span)
        case Tainted():
            return Method(value, name)
        case Text() | Tuple():
            return enumerations.of_member(value, name) or Method(value, name)
        case Mapping() | Sequence():
            return Method(value, name)
    return of_other(value, name)


def of_other(value: Value, name: str) -> Value:
    """Of a value of which nothing is known only SQL methods are worth remembering."""
    if name == "_meta":
        return Meta("")
    if isinstance(value, Unknown):
        return Method(UNKNOWN, name) if name in SQL_METHODS else Unknown(value.why)
    return Method(value, name)


def of_union(frame: Frame, value: Union, name: str, span: Span) -> Value:
    """Members that are None have no attributes: that path is not taken."""
    results = [attribute(frame, member, name, span) for member in value.members if member != NONE]
    found = results[0] if results else UNKNOWN
    for result in results[1:]:
        found = join(found, result)
    return found


def symbol_value(frame: Frame, symbol: Symbol | None, dotted: str) -> Value:
    """The value of what a name stands for in the project."""
    match symbol:
        case ClassInfo():
            return Class(symbol.qualname)
        case FunctionInfo():
            return Function(symbol.qualname)
        case ModuleInfo():
            return Module(symbol.name)
        case ConstantInfo():
            return frame.evaluator.constant(symbol)
        case ExternalSymbol():
            return outside(frame, symbol.name)
    return UNKNOWN


def outside(frame: Frame, name: str) -> Value:
    """Something of another package: a model of it is a class like the project's own."""
    last = name.rpartition(".")[2]
    if ".models." in name and last[:1].isupper() and frame.evaluator.index.model(name) is not None:
        return Class(name)
    return External(name)


# ------------------------------------------------------------------ instances


def of_instance(frame: Frame, instance: Instance, name: str, span: Span) -> Value:  # noqa: C901 - one arm a kind of value
    model = frame.evaluator.index.model(instance.model)
    if model is None:
        return UNKNOWN
    if name in ("pk", "id", model.primary_key) and name not in model.relations:
        return NUMBER
    prefetched = listed(instance.eager, name)
    if prefetched is not None:
        return prefetched_list(frame, model, instance, prefetched)
    relation = model.relations.get(name)
    if relation is not None:
        return read_relation(frame, instance, relation, span)
    if name == "_meta":
        return Meta(instance.model)
    member = frame.evaluator.index.member(instance.model, name)
    if isinstance(member, FunctionInfo):
        return bound_method(frame, member, instance, span)
    field = model.fields.get(name)
    if field is not None:
        read_column(frame, model, instance, name, span)
        return column_value(field.type)
    if isinstance(member, tuple):
        return class_attribute(frame, member, instance)
    behind = next((other for other in model.relations.values() if other.attname == name), None) if name else None
    if behind is not None:
        read_column(frame, model, instance, behind.name, span)
        return NUMBER
    if name in instance.annotated:
        return PLAIN
    if name in INSTANCE_METHODS or name.startswith(("get_next_by_", "get_previous_by_")):
        return Method(instance, name)
    if name.startswith("get_") and name.endswith("_display"):
        return Method(instance, "get_display")
    return UNKNOWN if model.open or name.startswith("_") else INJECTED


INSTANCE_METHODS = frozenset(
    [
        "save",
        "delete",
        "refresh_from_db",
        "full_clean",
        "clean",
        "clean_fields",
        "asave",
        "adelete",
        "arefresh_from_db",
        "validate_unique",
        "save_base",
        "serializable_value",
        "get_deferred_fields",
    ]
)


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


def column_value(field_type: str) -> Value:
    return NUMBER if field_type in NUMERIC_FIELDS else PLAIN


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
    if relation.target is None:
        return UNKNOWN
    if relation.kind is RelationKind.REVERSE_ONE and is_child(frame, relation):
        inner = merge_eager(inner, instance.eager)
    known = frozenset((relation.inverse,)) if is_one_to_one(frame, relation) else frozenset()
    varies = instance.varies
    if relation.name == instance.lone:
        # `owner.rows.all()`: each row's is `owner`
        varies = frozenset(item for item in varies if type(item) is not Loop)
    return Instance(relation.target, source, inner, varies, known, instance.single_fetch)


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
    if found is None and eager.joins_all and relation.is_forward and not relation.nullable:
        found = Eager(joins_all=eager.joins_all - 1)
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
        prefetched = Prefetched(Eager(opaque=instance.eager.opaque), relation.name)
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
    if not varies or instance.single_fetch:
        return Source(here)
    source = instance.source
    path = (*source.path, relation.name)
    return Source(source.origin, path, (*source.fallbacks, Fallback(here, len(path), varies)))


# ------------------------------------------------------------------ methods and class attributes


def bound_method(frame: Frame, info: FunctionInfo, bound: Value, span: Span) -> Value:
    """A method looked up on a value: a property is called at once."""
    names = {bare_name(decorator) for decorator in info.fact.decorators}
    if "cached_property" in names and isinstance(bound, Instance | Object):
        return frame.evaluator.once(frame, info, bound, bound.varies, span)
    if names & PROPERTIES or any(name.endswith("property") for name in names):
        return frame.evaluator.call(frame, info, Arguments([bound], {}), span)
    if "staticmethod" in names:
        return Function(info.qualname)
    if "classmethod" in names:
        return Function(info.qualname, class_of(bound))
    return Function(info.qualname, bound)


def class_of(value: Value) -> Value:
    match value:
        case Instance():
            return Class(value.model)
        case Object():
            return Class(value.qualname)
    return value


def class_attribute(frame: Frame, member: tuple[ClassInfo, object], bound: Value | None) -> Value:
    """A class-level assignment, evaluated where it stands."""
    info, assign = member
    name = assign.name  # type: ignore[attr-defined]
    expression = assign.value  # type: ignore[attr-defined]
    return frame.evaluator.declared(
        info.path, info.module, f"{info.qualname}.{name}", info.qualname, f"{info.qualname}.{name}", expression
    )


def of_class(frame: Frame, value: Class, name: str, span: Span) -> Value:
    index = frame.evaluator.index
    model = index.model(value.qualname)
    if model is not None:
        if name in model.managers or name in ("objects", "_default_manager", "_base_manager"):
            return querysets.manager_of(frame, value.qualname, name, span) or UNKNOWN
        if name == "_meta":
            return Meta(value.qualname)
    if name in ("__name__", "__qualname__", "__module__"):
        return NUMBER
    member = index.member(value.qualname, name)
    if isinstance(member, FunctionInfo):
        names = {bare_name(decorator) for decorator in member.fact.decorators}
        return Function(member.qualname, value if "classmethod" in names else None)
    if isinstance(member, tuple):
        return class_attribute(frame, member, value)
    inner = index.inner_class(value.qualname, name)
    if inner is not None:
        return Class(inner)
    choices = enumerations.of_class(index, value, name)
    if choices is not None:
        return choices
    if name == "as_manager":
        return QuerySet("", Source(querysets.fresh(frame, "", span)), NOTHING_EAGER, frame.active(), is_manager=True)
    return Method(value, name)


def of_object(frame: Frame, value: Object, name: str, span: Span) -> Value:
    found = value.get(name)
    if found is not None:
        return found
    index = frame.evaluator.index
    member = index.member(value.qualname, name)
    if isinstance(member, FunctionInfo):
        return bound_method(frame, member, value, span)
    declared = class_attribute(frame, member, value) if isinstance(member, tuple) else None
    if name == "request":
        return Request()
    inherited = machinery_attribute(frame, value, name, span)
    if inherited is not None:
        return inherited
    assigned = frame.evaluator.assigned_attribute(value.qualname, name)
    if declared is not None:
        return declared if assigned is None else join(declared, assigned)
    if assigned is not None:
        return assigned
    if name == "__class__":
        return Class(value.qualname)
    return Method(value, name)


def machinery_attribute(frame: Frame, value: Object, name: str, span: Span) -> Value | None:
    from djcheck.flow import machinery

    return machinery.inherited_attribute(frame, value, name, span)


def of_super(frame: Frame, value: Super, name: str, span: Span) -> Value:
    bound = value.bound
    qualname = of_whom(bound)
    if qualname is None:
        return UNKNOWN
    member = frame.evaluator.index.member(qualname, name, after=value.after)
    if isinstance(member, FunctionInfo):
        return bound_method(frame, member, bound, span)
    if isinstance(member, tuple):
        return class_attribute(frame, member, bound)
    return Method(value, name)


def of_whom(bound: Value) -> str | None:
    """The class whose method resolution order `super()` follows."""
    match bound:
        case Instance():
            return bound.model
        case Object() | Class():
            return bound.qualname
        case QuerySet():
            return bound.manager_class if bound.is_manager else bound.queryset_class
    return None


def of_external(frame: Frame, value: External, name: str) -> Value:
    if value.called:
        return Method(value, name)
    dotted = f"{value.name}.{name}"
    return symbol_value(frame, frame.evaluator.index.canonical(dotted), dotted)


# Fields, and what leads from a field to the names of other models.
META_LISTS = frozenset({"fields", "local_fields", "concrete_fields", "many_to_many", "local_many_to_many"})
META_PARTS = frozenset(
    {"pk", "concrete_model", "auto_field", "remote_field", "related_model", "through", "target_field", "field", "_meta"}
)


def of_meta(value: Meta, name: str) -> Value:
    """Names in `_meta` come from the models, not from outside."""
    safe = Text((Piece(PieceKind.SAFE, f"_meta.{name}"),))
    if name in ("db_table", "label", "label_lower", "app_label", "model_name", "object_name", "verbose_name"):
        return safe
    if name in META_LISTS:
        return Sequence(value)
    if name in META_PARTS:
        return Meta(value.model if name in ("pk", "concrete_model", "auto_field") else "")
    if name in ("column", "attname", "name", "db_column", "db_tablespace"):
        return safe
    if name == "model":
        return Class(value.model) if value.model else UNKNOWN
    return Method(value, name)


def of_queryset(frame: Frame, value: QuerySet, name: str, span: Span) -> Value:
    if name == "model":
        return Class(value.model) if value.model else UNKNOWN
    if name == "query" or (name == "instance" and value.relation is not None):
        return UNKNOWN
    if name == "through" and value.relation is not None and value.relation.through is not None:
        return Class(value.relation.through)
    if querysets.own_method(frame, value, name) is None:
        for qualname in (value.manager_class, value.queryset_class):
            member = None if qualname is None else frame.evaluator.index.member(qualname, name)
            if isinstance(member, tuple):
                return class_attribute(frame, member, value)
    return Method(value, name)


REQUEST_DATA = frozenset(
    [
        "GET",
        "POST",
        "FILES",
        "COOKIES",
        "META",
        "body",
        "headers",
        "data",
        "query_params",
        "path",
        "path_info",
        "content",
    ]
)


def of_request(frame: Frame, name: str, span: Span) -> Value:
    if name == "user":
        user = frame.evaluator.index.user_model()
        if user is None:
            return UNKNOWN
        # request.user is one lazily loaded object per request
        origin = Origin(frame.place(span), frame.symbol, user)
        return Instance(user, Source(origin), NOTHING_EAGER, frozenset())
    if name in REQUEST_DATA:
        from djcheck.flow.taint import from_request

        return from_request(frame, name, span)
    return UNKNOWN


def merge_known(instance: Instance, name: str) -> Instance:
    """The instance, holding one more relation (it was assigned, or read before)."""
    return replace(instance, known=instance.known | {name})
