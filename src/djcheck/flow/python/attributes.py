"""What reading an attribute gives, and what it costs: relations of instances above all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from djcheck.domain.index import (
    ClassInfo,
    ConstantInfo,
    FunctionInfo,
    ModuleInfo,
    Symbol,
)
from djcheck.domain.index import (
    External as ExternalSymbol,
)
from djcheck.domain.observation import Origin
from djcheck.flow.frame import Frame
from djcheck.flow.lattice import enumerations, taint
from djcheck.flow.lattice.joining import join, join_all
from djcheck.flow.lattice.values import (
    INJECTED,
    LOADED,
    NONE,
    NOTHING_EAGER,
    NUMBER,
    PLAIN,
    UNKNOWN,
    Class,
    Const,
    External,
    Function,
    Instance,
    Mapping,
    Meta,
    Method,
    Module,
    Object,
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
)
from djcheck.flow.orm import columns, meta, queryset_methods, querysets, relations, row_attributes, sqltext
from djcheck.flow.python.parameters import Arguments, decorators_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.domain.source import Span

PROPERTIES = frozenset({"property", "cached_property", "classproperty", "lazy_property", "hybrid_property"})


def attribute(frame: Frame, value: Value, name: str, span: Span) -> Value:
    """`value.name`, where `span` is the whole expression."""
    return READERS.get(type(value), of_other)(frame, value, name, span)


def of_module(frame: Frame, value: Module, name: str, span: Span) -> Value:
    symbol = frame.evaluator.index.attribute_of_module(value.name, name)
    return symbol_value(frame, symbol, f"{value.name}.{name}")


def of_container(frame: Frame, value: Value, name: str, span: Span) -> Value:
    return Method(value, name)


def of_text(frame: Frame, value: Text | Tuple, name: str, span: Span) -> Value:
    return enumerations.of_member(value, name) or Method(value, name)


def of_constant(frame: Frame, value: Const, name: str, span: Span) -> Value:
    return enumerations.of_member(value, name) or of_other(frame, value, name, span)


def of_other(frame: Frame, value: Value, name: str, span: Span) -> Value:
    """Of a value of which nothing is known only SQL methods are worth remembering."""
    if name == "_meta":
        return Meta("")
    if type(value) is Unknown:
        if name in queryset_methods.EAGER:
            return LOADED
        return Method(UNKNOWN, name) if name in sqltext.SQL_METHODS else Unknown(value.why)
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
    if type(symbol) is ClassInfo:
        return Class(symbol.qualname)
    if type(symbol) is FunctionInfo:
        return Function(symbol.qualname)
    if type(symbol) is ModuleInfo:
        return Module(symbol.name)
    if type(symbol) is ConstantInfo:
        return frame.evaluator.constant(symbol)
    if type(symbol) is ExternalSymbol:
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
    prefetched = relations.listed(instance.eager, name)
    if prefetched is not None:
        return relations.prefetched_list(frame, model, instance, prefetched)
    given = row_attributes.of(instance, name)
    if given is not None:
        return given
    relation = model.relations.get(name)
    if relation is not None:
        return relations.read_relation(frame, instance, relation, span)
    if name == "_meta":
        return Meta(instance.model)
    if name in instance.eager.annotated:  # set on the row, before any method or cached property of that name
        return PLAIN
    member = frame.evaluator.index.member(instance.model, name)
    if type(member) is FunctionInfo:
        return bound_method(frame, member, instance, span)
    field = model.fields.get(name)
    if field is not None:
        relations.read_column(frame, model, instance, name, span)
        return columns.column_value(field.type)
    if isinstance(member, tuple):
        return class_attribute(frame, member, instance)
    behind = next((other for other in model.relations.values() if other.attname == name), None) if name else None
    if behind is not None:
        relations.read_column(frame, model, instance, behind.name, span)
        return NUMBER
    if name in INSTANCE_METHODS or name.startswith(("get_next_by_", "get_previous_by_")):
        return Method(instance, name)
    if name.startswith("get_") and name.endswith("_display"):
        return Method(instance, "get_display")
    if frame.evaluator.index.is_library_method(instance.model, name):
        return Method(instance, name)
    inner = frame.evaluator.index.inner_class(instance.model, name)
    if inner is not None:
        return Class(inner)
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
        "_prefetched_objects_cache",
    ]
)


# ------------------------------------------------------------------ methods and class attributes


def bound_method(frame: Frame, info: FunctionInfo, bound: Value, span: Span) -> Value:
    """A method looked up on a value: a property is called at once."""
    names = decorators_of(info)
    if not names:
        return Function(info.qualname, bound)
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
        relation = model.relations.get(name)
        if relation is not None and relation.through is not None:  # for `Book.tags.through`
            source = Source(querysets.fresh(frame, relation.target or "", span))
            return QuerySet(
                relation.target or "", source, NOTHING_EAGER, frozenset(), is_manager=True, relation=relation
            )
    if name == "__name__":
        return taint.constant(value.qualname.rpartition(".")[2])
    if name in ("__qualname__", "__module__"):
        return NUMBER
    member = index.member(value.qualname, name)
    if type(member) is FunctionInfo:
        return Function(member.qualname, value if "classmethod" in decorators_of(member) else None)
    if isinstance(member, tuple):
        return enumerations.member(index, value, name, class_attribute(frame, member, value))
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
    if type(member) is FunctionInfo:
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
    from djcheck.flow.machinery import inherited_attribute

    return inherited_attribute(frame, value, name, span)


def of_super(frame: Frame, value: Super, name: str, span: Span) -> Value:
    bound = value.bound
    qualname = of_whom(bound)
    if qualname is None:
        return UNKNOWN
    member = frame.evaluator.index.member(qualname, name, after=value.after)
    if type(member) is FunctionInfo:
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


def of_external(frame: Frame, value: External, name: str, span: Span) -> Value:
    if value.called:
        return Method(value, name)
    dotted = f"{value.name}.{name}"
    return symbol_value(frame, frame.evaluator.index.canonical(dotted), dotted)


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


def of_request(frame: Frame, value: Request, name: str, span: Span) -> Value:
    if name == "user":
        user = frame.evaluator.index.user_model()
        if user is None:
            return UNKNOWN
        # request.user is one lazily loaded object per request
        origin = Origin(frame.place(span), frame.symbol, user)
        return Instance(user, Source(origin), NOTHING_EAGER, frozenset())
    if name in REQUEST_DATA:
        from djcheck.flow.lattice.taint import from_request

        return from_request(frame, name, span)
    if name == "method" and value.methods:
        return join_all([taint.constant(method) for method in sorted(value.methods)])
    given = row_attributes.of(value, name)
    return frame.evaluator.request_attribute(name) if given is None else given


READERS: dict[type, Callable[[Frame, Any, str, Span], Value]] = {
    Instance: of_instance,
    QuerySet: of_queryset,
    Union: of_union,
    Object: of_object,
    Class: of_class,
    Module: of_module,
    External: of_external,
    Super: of_super,
    Meta: meta.attribute,
    Request: of_request,
    Tainted: of_container,
    Const: of_constant,
    Text: of_text,
    Tuple: of_text,
    Mapping: of_container,
    Sequence: of_container,
}
