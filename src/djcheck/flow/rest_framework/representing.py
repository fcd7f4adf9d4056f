"""Writing out a row by a serializer: every field is read as the framework reads it.

Facts from Django REST framework's documentation ("Serializers", "Serializer fields", "Serializer relations").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from djcheck.domain import ir
from djcheck.domain.index import FunctionInfo
from djcheck.domain.relation_kind import RelationKind
from djcheck.flow.frame import Event, Frame
from djcheck.flow.lattice.joining import join_all
from djcheck.flow.lattice.values import (
    NONE,
    UNKNOWN,
    Const,
    Instance,
    Mapping,
    Object,
    Plain,
    QuerySet,
    Sequence,
    Text,
    Unknown,
    Value,
    members,
)
from djcheck.flow.orm import querysets
from djcheck.flow.python import attributes, calls, iteration
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.python.serializer_context import OF_A_VIEW
from djcheck.flow.rest_framework.serializer_fields import (
    Meta,
    SerializerField,
    chooses_fields,
    default_names,
    fields_of,
    is_key_only,
    of_model,
)
from djcheck.flow.summaries import Anonymous, Instantiation, distinct, holders_of

if TYPE_CHECKING:
    from djcheck.domain.source import Span
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.sharing import Sharing, Table
    from djcheck.index.project import ProjectIndex

LIST_SERIALIZER = "rest_framework.serializers.ListSerializer"
PRIMARY_KEY = "rest_framework.serializers.PrimaryKeyRelatedField"
# What the framework's `get_attribute` finds for a field whose class has a method of that name.
SOURCE_VALUE = "value of the source"
# What a serializer's row is called, as an argument.
ROW = "instance"
MOST_SHAPES = 40
MOST_NESTED = 8


class Memory:
    """What one run has learnt of serializers: their fields, and the events of writing out each kind of row."""

    def __init__(self, sharing: Sharing) -> None:
        self.fields: Table[str, tuple[SerializerField, ...]] = sharing.table("serializer fields")
        self.events: Table[tuple[Object, Value], tuple[Event, ...]] = sharing.table("represented")


MEMORIES: WeakKeyDictionary[Evaluator, Memory] = WeakKeyDictionary()


def made(qualname: str, fields: dict[str, Value]) -> Object:
    return Object(qualname, tuple(sorted(fields.items(), key=lambda item: item[0])))


def many_of(index: ProjectIndex, qualname: str, fields: dict[str, Value]) -> Object:
    """With `many=True`, the list serializer that the class names, or the framework's."""
    context = {"context": fields["context"]} if "context" in fields else {}
    fields = {**fields, "child": made(qualname, context)}
    found = Meta(index, qualname).member("list_serializer_class")
    own = None if found is None or found[1].value is None else index.class_of(found[0].module, found[1].value)
    return made(own or LIST_SERIALIZER, fields)


# ------------------------------------------------------------------ rows


def represent(frame: Frame, serializer: Value, row: Value, span: Span) -> Value:
    """Write out a value by a serializer: by the project's own `to_representation`, if there is one."""
    results: list[Value] = []
    for member in members(serializer):
        if not isinstance(member, Object):
            continue
        method = frame.evaluator.index.member(member.qualname, "to_representation")
        if isinstance(method, FunctionInfo):
            results.append(frame.evaluator.call(frame, method, Arguments([member, row], {}), span))
            continue
        child = member.get("child")
        if child is not None:
            results.append(represent_all(frame, child, row, span))
        else:
            results.append(read_fields(frame, member, row, span))
    return join_all(results)


def represent_all(frame: Frame, child: Value, rows: Value, span: Span) -> Value:
    """Write out each of the rows."""
    rows = all_of(frame, rows, span)
    if not is_worth(rows):
        return Sequence(Mapping((), UNKNOWN), None, True)
    loop, row = iteration.iterate(frame, rows, span, span)
    with frame.iterating(loop):
        shown = represent(frame, child, row, span)
    return Sequence(shown, None, True)


def all_of(frame: Frame, rows: Value, span: Span) -> Value:
    """A manager's rows are asked for by `.all()`."""
    node = ir.Call(ir.Name("rows", span), (), (), span)
    results: list[Value] = []
    for member in members(rows):
        if isinstance(member, QuerySet) and member.is_manager:
            results.append(querysets.query_method(frame, member, "all", Arguments([], {}), node))
        elif member != NONE:
            results.append(member)
    return join_all(results)


def is_worth(value: Value) -> bool:
    return any(not isinstance(member, Unknown | Plain | Const | Text) for member in members(value))


def read_fields(frame: Frame, serializer: Object, row: Value, span: Span) -> Value:
    """What the framework's `to_representation` does; told once per kind of row and then applied to this one."""
    evaluator = frame.evaluator
    anonymous = Anonymous()
    shaped = anonymous.shape(serializer)
    assert isinstance(shaped, Object)
    for member in members(row):
        if not isinstance(member, Instance | Object | Mapping):
            continue
        events = summary(evaluator, shaped, anonymous.shape(member))
        evaluator.hand(frame, serializer.qualname, {ROW: UNKNOWN if events is None else member})
        actual = Instantiation(frame, anonymous.actual, frame.call_step(span, serializer.qualname))
        for event in events or ():
            instance = actual.event(event)
            if instance is not None:
                frame.emit(instance)
    return Mapping((), UNKNOWN)


def summary(evaluator: Evaluator, serializer: Object, row: Value) -> tuple[Event, ...] | None:
    """The events of writing out one row, independent of who asks; None where that is not told."""
    memory = MEMORIES.get(evaluator)
    if memory is None:
        memory = MEMORIES[evaluator] = Memory(evaluator.sharing)
    key = (serializer, row)
    found = memory.events.get(key)
    if found is not None:
        return found
    if evaluator.index.class_info(serializer.qualname) is None or not memory.events.admits(
        key, serializer.qualname, MOST_SHAPES
    ):
        return None
    with memory.events.making(key, key):
        memory.events[key] = ()  # what a serializer nested in itself sees
        info = evaluator.index.class_info(serializer.qualname)
        assert info is not None
        frame = Frame(evaluator, info.path, info.module, serializer.qualname, serializer.qualname)
        frame.holders = holders_of(serializer.qualname, {ROW: row})
        for field in fields(evaluator.index, memory, serializer.qualname):
            Reading(frame, field, serializer).of(row)
        events = memory.events[key] = distinct(frame.events)
    return events


def fields(index: ProjectIndex, memory: Memory, qualname: str) -> tuple[SerializerField, ...]:
    found = memory.fields.get(qualname)
    if found is None:
        with memory.fields.making(qualname):
            found = memory.fields[qualname] = fields_of(index, qualname)
    return found


# ------------------------------------------------------------------ fields


class Reading:
    """One field of one serializer, reading a row; the reads stand where the field is written."""

    def __init__(self, frame: Frame, field: SerializerField, serializer: Object, depth: int = 0) -> None:
        where = field.where
        self.frame = frame.inside(where.path, where.module, f"{where.owner}.{field.name}", where.owner)
        self.field = field
        self.serializer = serializer
        self.span = where.span
        self.depth = depth

    def of(self, row: Value) -> None:
        field = self.field
        match field.kind:
            case "column":
                self.attribute(row, field.source)
            case "unknown":
                self.cautiously(row)
            case "key" if not field.many:
                self.key(row)
            case "key" | "attribute" | "text":
                self.related(row)
            case "method":
                self.method(row)
            case "nested" | "model":
                self.nested(row)
            case "custom":
                self.custom(row)

    def attribute(self, row: Value, path: tuple[str, ...]) -> Value:
        """Follow an attribute path as the framework does: what can be called is called."""
        value = row
        for name in path:
            node = ir.Attribute(ir.Name("instance", self.span), name, self.span, True)
            found = [calls.template_lookup(self.frame, member, node) for member in members(value) if member != NONE]
            value = join_all(found)
        return value

    def cautiously(self, row: Value) -> None:
        """A field class of which nothing is known reads what leads to its value, perhaps by its column only."""
        if self.field.source:
            self.attribute(row, self.field.source[:-1])

    def key(self, row: Value) -> None:
        """The primary key of a related object: a column, unless the other side holds it."""
        if not self.field.source:
            return
        *before, last = self.field.source
        owner = self.attribute(row, tuple(before))
        for member in members(owner):
            model = self.frame.evaluator.index.model(member.model) if isinstance(member, Instance) else None
            relation = None if model is None else model.relations.get(last)
            if relation is not None and relation.kind is RelationKind.FORWARD_ONE:
                if relation.attname:
                    attributes.attribute(self.frame, member, relation.attname, self.span)
            elif relation is not None:
                self.attribute(member, (last,))

    def related(self, row: Value) -> None:
        """A related object (with `many`, each of them) is shown by an attribute or as text."""
        self.each(self.attribute(row, self.field.source), self.shown)

    def shown(self, frame: Frame, value: Value) -> None:
        if self.field.kind == "text":
            for member in members(value):
                if isinstance(member, Instance):
                    calls.call_own(frame, member, "__str__", self.span)
        elif self.field.kind == "attribute":
            self.attribute(value, tuple(self.field.target.split(".")))

    def method(self, row: Value) -> None:
        """`SerializerMethodField`: the serializer's own method is called with the row."""
        info = self.frame.evaluator.index.member(self.serializer.qualname, self.field.target)
        if isinstance(info, FunctionInfo):
            callee = attributes.bound_method(self.frame, info, self.serializer, self.span)
            node = ir.Call(ir.Name(self.field.target, self.span), (), (), self.span)
            calls.invoke(self.frame, callee, Arguments([row], {}), node)

    def nested(self, row: Value) -> None:
        if self.depth >= MOST_NESTED:
            return
        value = self.attribute(row, self.field.source)
        if self.field.partial and chooses_fields(self.frame.evaluator.index, self.field.target):
            # The rows are fetched; which of their fields are written out is not to be told.
            self.each(value, lambda frame, item: None)
        elif not self.field.many:
            self.nested_row(value)
        elif self.field.kind == "nested":
            child = many_of(self.frame.evaluator.index, self.field.target, self.passed())
            represent(self.frame, child, value, self.span)
        else:
            self.each(value, lambda frame, item: self.nested_row(item))

    def each(self, value: Value, show: Callable[[Frame, Value], object]) -> None:
        """Show the value; with `many`, each of its rows."""
        if not self.field.many:
            show(self.frame, value)
            return
        rows = all_of(self.frame, value, self.span)
        if is_worth(rows):
            loop, item = iteration.iterate(self.frame, rows, self.span, self.span)
            with self.frame.iterating(loop):
                show(self.frame, item)

    def passed(self) -> dict[str, Value]:
        context = self.serializer.get("context")
        return {} if context is None else {"context": context}

    def nested_row(self, value: Value) -> None:
        if self.field.kind == "nested":
            represent(self.frame, made(self.field.target, self.passed()), value, self.span)
            return
        index = self.frame.evaluator.index
        model = index.model(self.field.target)
        for name in default_names(model) if model is not None else ():
            inner = of_model(index, model, name, self.field.where, self.field.depth) if model is not None else None
            if inner is not None:
                Reading(self.frame, inner, self.serializer, self.depth + 1).of(value)

    def custom(self, row: Value) -> None:
        """A field class of the project with its own `get_attribute` or `to_representation`."""
        evaluator = self.frame.evaluator
        own = Object(self.field.target, (("context", self.context()),))
        getter = evaluator.index.member(self.field.target, "get_attribute")
        if isinstance(getter, FunctionInfo):
            asked = own
            if "get_attribute" in evaluator.attributes_in(getter):  # of super(): it stands where the field does
                asked = Object(own.qualname, (*own.fields, (SOURCE_VALUE, self.attribute(row, self.field.source))))
            value = evaluator.call(self.frame, getter, Arguments([asked, row], {}), self.span)
        elif self.wants_key_only():
            self.key(row)
            return
        else:
            value = self.attribute(row, self.field.source)
        shower = evaluator.index.member(self.field.target, "to_representation")
        if isinstance(shower, FunctionInfo):
            method = shower
            self.each(value, lambda frame, item: evaluator.call(frame, method, Arguments([own, item], {}), self.span))

    def wants_key_only(self) -> bool:
        """Is the field class given no more than an object with a primary key?"""
        index = self.frame.evaluator.index
        if self.field.many or not index.is_a(self.field.target, PRIMARY_KEY):
            return False
        return is_key_only(index, self.field.target)

    def context(self) -> Value:
        return self.serializer.get("context") or OF_A_VIEW
