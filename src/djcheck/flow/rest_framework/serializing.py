"""Django REST framework: serializers as objects, and this room's doors.

Facts from Django REST framework's documentation ("Serializers").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.flow.graphql import strawberry
from djcheck.flow.lattice.values import (
    UNKNOWN,
    Class,
    Const,
    Mapping,
    Object,
    Request,
    Text,
    Tuple,
    Value,
)
from djcheck.flow.python.request_methods import ANY
from djcheck.flow.python.serializer_context import NO_CONTEXT, OF_A_VIEW
from djcheck.flow.rest_framework import viewsets
from djcheck.flow.rest_framework.representing import SOURCE_VALUE, made, many_of, read_fields, represent, represent_all
from djcheck.flow.rest_framework.serializer_fields import FIELD_OPTIONS, chooses_fields, is_serializer

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.domain.source import Span
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.flow.python.parameters import Arguments
    from djcheck.index.project import ProjectIndex

# Functions of other packages, by canonical dotted name.
HANDLERS: dict[str, Callable[[Frame, Arguments, Call], Value]] = {}

# Attributes that serializers have from the framework, and that hold nothing the database has to do with.
PLAIN_ATTRIBUTES = frozenset(
    ("validated_data", "initial_data", "errors", "fields", "root", "parent", "partial", "field_name")
)
METHODS = frozenset({"to_representation", "is_valid", "save", "run_validation", "to_internal_value", "get_fields"})


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """A method that the project's class has from the framework; None where this room knows nothing of it."""
    if name == "get_attribute":
        return receiver.get(SOURCE_VALUE)
    if name not in METHODS:
        return viewsets.inherited_method(frame, receiver, name, arguments, node)
    if not is_serializer(frame.evaluator.index, receiver.qualname):
        return None
    if name == "to_representation" and arguments.positional:
        rows = arguments.positional[0]
        child = receiver.get("child")
        if child is not None:
            return represent_all(frame, child, rows, node.span)
        return read_fields(frame, receiver, rows, node.span)
    return UNKNOWN


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """What the framework does by itself with the project's classes."""
    yield from viewsets.entries(index)
    yield from strawberry.entries(index)


def construct(frame: Frame, callee: Class, arguments: Arguments, span: Span) -> Value | None:
    """`BookSerializer(rows, many=True)`; None where the class is no serializer."""
    index = frame.evaluator.index
    if not is_serializer(index, callee.qualname):
        return None
    given: dict[str, Value] = {}
    instance = arguments.positional[0] if arguments.positional else arguments.keywords.get("instance")
    if instance is not None and not is_dynamic(index, callee.qualname, arguments):
        given["instance"] = instance
    if "context" in arguments.keywords:
        given["context"] = of_any_request(arguments.keywords["context"])
    elif instance is not None and not arguments.rest:
        given["context"] = NO_CONTEXT
    many = arguments.keywords.get("many")
    if isinstance(many, Const) and many.value:
        return many_of(index, callee.qualname, given)
    if "child" in arguments.keywords:
        given["child"] = arguments.keywords["child"]
    return made(callee.qualname, given)


def of_any_request(context: Value) -> Value:
    """The context without its request's method: serializers seldom ask, and each is evaluated per kind of context."""
    if not isinstance(context, Mapping):
        return context
    items = [(name, replace(item, methods=ANY) if type(item) is Request else item) for name, item in context.items]
    return replace(context, items=tuple(items))


def is_dynamic(index: ProjectIndex, qualname: str, arguments: Arguments) -> bool:
    """Is the class told which of its fields to write out, by arguments that the framework does not know?"""
    told = [value for name, value in arguments.keywords.items() if name not in FIELD_OPTIONS]
    chosen = any(isinstance(value, Text | Tuple) or value == Const(True) for value in told)
    return chosen and chooses_fields(index, qualname)


def inherited_attribute(frame: Frame, receiver: Object, name: str, span: Span) -> Value | None:
    """An attribute that serializers and views have from the framework; None where this room knows nothing of it."""
    if name != "data" and name != "context" and name not in PLAIN_ATTRIBUTES:
        return None
    index = frame.evaluator.index
    if not is_serializer(index, receiver.qualname):
        return None
    if name == "context":
        return OF_A_VIEW
    if name == "data":
        return data(frame, receiver, span)
    return UNKNOWN


def data(frame: Frame, serializer: Object, span: Span) -> Value:
    """`serializer.data`: the rows that it was given are written out."""
    instance = serializer.get("instance")
    if instance is None:
        return Mapping((), UNKNOWN)
    return represent(frame, without_instance(serializer), instance, span)


def without_instance(serializer: Object) -> Object:
    return replace(serializer, fields=tuple(item for item in serializer.fields if item[0] != "instance"))
