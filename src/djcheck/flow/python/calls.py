"""Calls: of the project's functions and classes, of methods on values, and of what other packages define."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from djcheck.domain import ir
from djcheck.domain.index import FunctionInfo
from djcheck.flow.frame import Frame
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.joining import join, join_all
from djcheck.flow.lattice.values import (
    LOADED,
    NONE,
    PLAIN,
    UNKNOWN,
    Class,
    Closure,
    External,
    Function,
    Instance,
    Mapping,
    Meta,
    Method,
    Object,
    QuerySet,
    Sequence,
    Super,
    Tainted,
    Text,
    Tuple,
    Union,
    Unknown,
    Value,
    members,
)
from djcheck.flow.orm import instances, queryset_methods, querysets, row_facts, sqltext, work
from djcheck.flow.python import (
    attributes,
    closures,
    constructors,
    containers,
    effects,
    externals,
    formatting,
    guessing,
    iteration,
)
from djcheck.flow.python.parameters import Arguments, bare_name
from djcheck.flow.templates import macros

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.domain.source import Span

# Whatever they are called on: a form, a serializer, an object of another library.
SAVING = frozenset(
    ["save", "asave", "save_m2m", "delete", "adelete", "create", "acreate", "bulk_create", "bulk_update", "executemany"]
)
ALTERING = queryset_methods.WRITES | queryset_methods.RELATED_WRITES | {"save", "save_base"}


def call(frame: Frame, node: ir.Call) -> Value:
    function = node.function
    if type(function) is ir.Name and function.id == "super" and frame.lookup("super") is None:
        return super_of(frame, node)
    if type(function) is ir.Attribute:
        if function.name in SAVING:
            frame.writes()
        receiver = frame.evaluate(function.value)
        mutated = containers.mutate(frame, function, receiver, node)
        if mutated is not None:
            return mutated
        callee = join_attributes(frame, receiver, function)
    else:
        callee = frame.evaluate(function)
    consumer = frame.consumer
    if len(node.args) == 1 and type(node.args[0]) is ir.Comprehension:
        frame.consumer = (bare_name(function), node.args[0])
    arguments = evaluate_arguments(frame, node)
    frame.consumer = consumer
    if type(function) is ir.Attribute and function.name == "__init__" and type(receiver) is Super:
        return constructors.begin(frame, receiver.bound, callee, arguments, node)
    result = invoke(frame, callee, arguments, node)
    if may_change_rows(callee):
        row_facts.forget(frame, node)
    return result


def may_change_rows(callee: Value) -> bool:
    """May a call give columns of the rows handed to it other values? What Django and Python do is known."""
    if type(callee) is Method:
        return type(callee.receiver) in (Object, Unknown)
    return type(callee) is not External or callee.name == "builtins.setattr"


def join_attributes(frame: Frame, receiver: Value, function: ir.Attribute) -> Value:
    """The methods of each alternative, called one by one later."""
    if type(receiver) is not Union:
        return UNKNOWN if receiver == NONE else attributes.attribute(frame, receiver, function.name, function.span)
    found = [
        attributes.attribute(frame, member, function.name, function.span)
        for member in receiver.members
        if member != NONE
    ]
    distinct = [value for at, value in enumerate(found) if value not in found[:at]]
    if not distinct:
        return UNKNOWN
    return distinct[0] if len(distinct) == 1 else Union(tuple(distinct))


def evaluate_arguments(frame: Frame, node: ir.Call) -> Arguments:
    arguments = Arguments([], {})
    for part in node.args:
        if type(part) is ir.Starred:
            value = frame.evaluate(part.value)
            work.escapes(frame, value, part.span)
            if type(value) is Tuple:
                arguments.positional.extend(value.items)
            else:
                arguments.rest = True
                if type(value) is Sequence:
                    arguments.positional.append(Sequence(value.of, None, value.from_rows))
        else:
            arguments.positional.append(frame.evaluate(part))
    for keyword in node.keywords:
        value = frame.evaluate(keyword.value)
        if keyword.name is not None:
            arguments.keywords[keyword.name] = value
            continue
        for member in members(value):
            if type(member) is Mapping:
                arguments.keywords.update(dict(member.items))
                arguments.rest = arguments.rest or member.of is not None
            else:
                arguments.rest = True
    return arguments


def super_of(frame: Frame, node: ir.Call) -> Value:
    if frame.template is not None:
        from djcheck.flow.templates import rendering

        return rendering.block_super(frame)
    owner = frame.owner
    if owner is None:
        return UNKNOWN
    bound = frame.lookup("self") or frame.lookup("cls") or first_parameter(frame)
    return UNKNOWN if bound is None else Super(bound, owner)


def first_parameter(frame: Frame) -> Value | None:
    return next(iter(frame.env.values()), None)


def invoke(frame: Frame, callee: Value, arguments: Arguments, node: ir.Call) -> Value:
    return CALLERS.get(type(callee), call_unknown)(frame, callee, arguments, node)


def call_unknown(frame: Frame, callee: Value, arguments: Arguments, node: ir.Call) -> Value:
    pass_on(frame, arguments, node.span)
    return LOADED if callee == LOADED else UNKNOWN


def call_any(frame: Frame, callee: Union, arguments: Arguments, node: ir.Call) -> Value:
    found: Value | None = None
    for member in callee.members:
        result = invoke(frame, member, arguments, node)
        found = result if found is None else join(found, result)
    return found or UNKNOWN


def pass_on(frame: Frame, arguments: Arguments, span: Span) -> None:
    """Arguments that go somewhere unknown: rows may be used there, functions may be called there."""
    for value in (*arguments.positional, *arguments.keywords.values()):
        work.escapes(frame, value, span)
        for member in members(value):
            if type(member) is Closure:
                closures.call(frame, member, Arguments([], {}))


def call_object(frame: Frame, callee: Object, arguments: Arguments, node: ir.Call) -> Value:
    method = frame.evaluator.index.member(callee.qualname, "__call__")
    if type(method) is FunctionInfo:
        bound = Arguments([callee, *arguments.positional], arguments.keywords, arguments.rest)
        return frame.evaluator.call(frame, method, bound, node.span)
    shown = macros.call_tag(frame, callee, arguments, node)
    if shown is not None:
        return shown
    pass_on(frame, arguments, node.span)
    return UNKNOWN


def call_function(frame: Frame, callee: Function, arguments: Arguments, node: ir.Call) -> Value:
    span = node.span
    info = frame.evaluator.index.function(callee.qualname)
    if info is None:
        pass_on(frame, arguments, span)
        return UNKNOWN
    for value in (*arguments.positional, *arguments.keywords.values()):
        work.escapes(frame, value, span)
    if type(callee.bound) is Instance and info.fact.name in instances.RUNNING:
        # What a model's own `save()` does is the cost of writing one row: it is told as one write.
        instances.run(frame, callee.bound, info.fact.name, span)
        return UNKNOWN
    if callee.bound is not None:
        arguments = Arguments([callee.bound, *arguments.positional], arguments.keywords, arguments.rest)
    return frame.evaluator.call(frame, info, arguments, span)


def call_method(frame: Frame, callee: Method, arguments: Arguments, node: ir.Call) -> Value:
    caller = METHOD_CALLERS.get(type(callee.receiver))
    if caller is not None:
        return caller(frame, callee.receiver, callee.name, arguments, node)
    pass_on(frame, arguments, node.span)
    return UNKNOWN


def call_text(frame: Frame, receiver: Text, name: str, arguments: Arguments, node: ir.Call) -> Value:
    for value in arguments.positional if name == "join" else ():
        iteration.item_of(frame, value, node.span)
    values = labelled(arguments.positional, node.args)
    named = {key: (value, key) for key, value in arguments.keywords.items()}
    found = taint.text_method(receiver, name, values, named)
    return UNKNOWN if found is None else found


def call_tainted(frame: Frame, receiver: Tainted, name: str, arguments: Arguments, node: ir.Call) -> Value:
    return taint.tainted_method(receiver, name, arguments.positional)


def call_meta(frame: Frame, receiver: Meta, name: str, arguments: Arguments, node: ir.Call) -> Value:
    return taint.meta_method(name)


def call_of_unknown(frame: Frame, receiver: Unknown, name: str, arguments: Arguments, node: ir.Call) -> Value:
    return sqltext.unknown_method(frame, name, arguments, node)


def labelled(values: list[Value], nodes: tuple[ir.Expr, ...]) -> list[tuple[Value, str]]:
    labels = [formatting.label_of(node) for node in nodes]
    return [(value, labels[at] if at < len(labels) else "value") for at, value in enumerate(values)]


def call_queryset(frame: Frame, receiver: QuerySet, name: str, arguments: Arguments, node: ir.Call) -> Value:
    if name in ("raw", "extra"):
        return sqltext.queryset_sink(frame, receiver, name, arguments, node)
    known = name in queryset_methods.ALL_METHODS or name in queryset_methods.ASYNC
    if not known and querysets.own_method(frame, receiver, name) is None:
        found = effects.of_queryset(frame, receiver, name, node)
        if found is not None:
            return found
        pass_on(frame, arguments, node.span)
        return guessing.rows_after(frame, receiver, node.span) if receiver.model else UNKNOWN
    return querysets.query_method(frame, receiver, name, arguments, node)


def call_super(frame: Frame, receiver: Super, name: str, arguments: Arguments, node: ir.Call) -> Value:
    """A method that only the framework's base class has."""
    bound = receiver.bound
    match bound:
        case QuerySet():
            return querysets.built_in(frame, bound, name, arguments, node)
        case Instance():
            return instances.call(frame, bound, name, arguments, node)
        case Object():
            return externals.inherited_method(frame, bound, name, arguments, node)
    pass_on(frame, arguments, node.span)
    return UNKNOWN


def call_own(frame: Frame, instance: Value, name: str, span: Span) -> Value:
    """Call a method that the instance's class defines in the project, such as `__str__`."""
    if not isinstance(instance, Instance | Object):
        return UNKNOWN
    qualname = instance.model if isinstance(instance, Instance) else instance.qualname
    method = frame.evaluator.index.member(qualname, name)
    if type(method) is FunctionInfo:
        return frame.evaluator.call(frame, method, Arguments([instance], {}), span)
    return PLAIN


def template_lookup(frame: Frame, value: Value, node: ir.Attribute) -> Value:
    """Django's template lookup of one name: a key, an attribute, then a call without arguments."""
    if type(value) is Mapping:
        found = value.get(node.name)
        if found is not None:
            return template_call(frame, found, node)
        if node.name not in ("items", "keys", "values"):
            return UNKNOWN if value.of is None else value.of
    if node.name.isdigit() and isinstance(value, Sequence | Tuple | QuerySet):
        return iteration.item_of(frame, value, node.span)
    return template_call(frame, attributes.attribute(frame, value, node.name, node.span), node)


CALLABLE = frozenset({Function, Method, Closure})


def template_call(frame: Frame, found: Value, node: ir.Attribute) -> Value:
    if frame.template is not None and frame.template.is_jinja:
        return found  # Jinja2 calls what the template calls
    results = []
    for member in members(found):
        if type(member) is Method and member.name in ALTERING:
            continue  # Django's templates call nothing that has `alters_data`
        if type(member) in CALLABLE:
            made = ir.Call(node, (), (), node.span)
            results.append(invoke(frame, member, Arguments([], {}), made))
        else:
            results.append(member)
    return join_all(results)


def as_sequence(frame: Frame, value: Value, span: Span) -> Value:
    """`list(value)`: a sequence of its items."""
    match value:
        case QuerySet():
            item = iteration.item_of(frame, value, span, noted=True)
            return Sequence(item, value.limit, True, value.identity)
        case Sequence():
            return value
        case Tuple():
            return Sequence(join_all(list(value.items)), len(value.items))
        case Mapping():
            return Sequence(value.key, None if value.of is not None else len(value.items), value.from_rows)
        case Tainted():
            return value
        case Union():
            if sum(isinstance(member, QuerySet) for member in value.members) > 1:
                work.escapes(frame, value, span)  # whichever of the rows it holds, the list does not tell
            found = as_sequence(frame, value.members[0], span)
            for member in value.members[1:]:
                found = join(found, as_sequence(frame, member, span))
            return found
        case Object():
            return Sequence(iteration.item_of(frame, value, span), None, True)
    return Sequence(UNKNOWN)


def updated(left: Mapping, right: Mapping) -> Mapping:
    """`left` with `right`'s items put over it."""
    items = dict(left.items)
    items.update(right.items)
    of = left.of if right.of is None else right.of if left.of is None else join(left.of, right.of)
    return Mapping(
        tuple(sorted(items.items(), key=lambda item: item[0])), of, left.key, left.from_rows or right.from_rows
    )


def lenient_attribute(frame: Frame, value: Value, node: ir.Attribute) -> Value:
    """A dot in a template: key, attribute, index; what is callable is called without arguments."""
    results = [template_lookup(frame, member, node) for member in members(value) if member != NONE]
    found = results[0] if results else UNKNOWN
    for result in results[1:]:
        found = join(found, result)
    return found


# Rooms that themselves need this one are looked into only when they are called.
CALLERS: dict[type, Callable[[Frame, Any, Arguments, ir.Call], Value]] = {
    Function: call_function,
    Method: call_method,
    External: lambda *call: externals.call(*call),
    Class: lambda *call: constructors.construct(*call),
    Closure: lambda frame, callee, arguments, node: closures.call(frame, callee, arguments),
    Union: call_any,
    Object: call_object,
}
METHOD_CALLERS: dict[type, Callable[[Frame, Any, str, Arguments, ir.Call], Value]] = {
    QuerySet: call_queryset,
    Instance: lambda *call: instances.call(*call),
    Text: call_text,
    Tainted: call_tainted,
    Mapping: lambda *call: containers.call(*call),
    Sequence: lambda *call: containers.call(*call),
    Tuple: lambda *call: containers.call(*call),
    Super: call_super,
    External: lambda *call: externals.call_result(*call),
    Object: lambda *call: externals.call_object_method(*call),
    Class: lambda *call: externals.call_class_method(*call),
    Meta: call_meta,
    Unknown: call_of_unknown,
}
