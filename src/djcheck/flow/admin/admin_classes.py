"""An admin class as Django sees it: its rows, its options, and what one of its columns shows of a row.

Facts from django/contrib/admin/options.py and utils.py (`lookup_field`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.domain.source import Span
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.joining import join
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    NONE,
    UNKNOWN,
    Class,
    Closure,
    Function,
    Instance,
    Object,
    QuerySet,
    Request,
    Sequence,
    Tuple,
    Value,
    members,
)
from djcheck.flow.orm import querysets
from djcheck.flow.orm.choices import default_rows
from djcheck.flow.python import attributes, calls, formatting, iteration, options
from djcheck.flow.python.parameters import Arguments

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame

# `getattr` for lookups such as `author__name` in list_display needs Django 5.1; older ones refuse to start.
LOOKUP_SEP = "__"


def header(info: ClassInfo) -> Span:
    """`class …` or its first decorator: where the rows come from if nothing else says so."""
    span = info.fact.span
    if info.fact.decorators:
        first = info.fact.decorators[0].span
        return Span(span.line, span.column, first.end_line, first.end_column)
    return Span(span.line, span.column, span.line, span.column + len(f"class {info.fact.name}"))


class AdminClass:
    """One admin class and one of its models, shown."""

    def __init__(self, frame: Frame, info: ClassInfo, model: str) -> None:
        self.frame = frame
        self.index = frame.evaluator.index
        self.info = info
        self.model = model
        self.span = header(info)
        self.admin = Object(info.qualname, (("model", Class(model)),))

    # ------------------------------------------------------------ rows

    def rows(self) -> list[QuerySet]:
        """What `get_queryset` gives; its origin is the class where the class says nothing of its own."""
        found = self.ask("get_queryset") or default_rows(self.frame, self.model, self.span) or UNKNOWN
        return [member for member in members(found) if isinstance(member, QuerySet) and member.model == self.model]

    def method(self, name: str) -> FunctionInfo | None:
        """The project's own method of that name."""
        found = self.index.member(self.info.qualname, name)
        return found if isinstance(found, FunctionInfo) else None

    def ask(self, name: str) -> Value | None:
        """What the project's own method of that name says to a request; None where it has none."""
        method = self.method(name)
        if method is None:
            return None
        return self.frame.evaluator.call(self.frame, method, Arguments([self.admin, Request()], {}), self.span)

    def declared(self, name: str) -> tuple[ClassInfo, ir.Expr] | None:
        """The class body's assignment of an option, with the class that holds it."""
        return options.declared(self.frame, self.info.qualname, name)

    def option(self, name: str) -> Value | None:
        """An option's value: what its `get_…` method gives, else what the class body assigns."""
        given = self.ask(f"get_{name}")
        found = self.declared(name)
        if given is not None or found is None:
            return given
        return options.value_of(self.frame, found[0], name, found[1])

    def names(self, name: str) -> options.Names | None:
        """The names that an option lists; None where nothing gives it."""
        given = self.option(name)
        if given is None:
            return None
        found = None if self.method(f"get_{name}") is not None else self.declared(name)
        return options.names_in(given, *(found or (self.info, ir.Constant(None, self.span))))

    def items(self, name: str) -> Iterator[tuple[ClassInfo, Value, Span]]:
        """Each item of an option that is a list, with its place."""
        found = None if self.method(f"get_{name}") is not None else self.declared(name)
        if found is not None and isinstance(found[1], ir.Collection):
            info = found[0]
            inner = self.inside(info)
            for item in found[1].items:
                starred = isinstance(item, ir.Starred)
                value = in_class(inner, info, item.value if isinstance(item, ir.Starred) else item)
                for each in listed(value) if starred else [value]:
                    yield info, each, item.span
            return
        given = self.option(name)
        info, span = (self.info, self.span) if found is None else (found[0], found[1].span)
        for each in [] if given is None else listed(given):
            yield info, each, span

    def inside(self, info: ClassInfo) -> Frame:
        """A frame for what stands in the body of one of the class's own bases, be it in another file."""
        return self.frame.inside(info.path, info.module, info.qualname, info.qualname)

    def column(self, frame: Frame, row: Value, value: Value, span: Span) -> None:
        """`lookup_field`: a field, a callable, a method of the admin class, else an attribute of the row."""
        name = text_of(value)
        if name is None:
            shown = call_with(frame, value, [row], span)
        elif name == "__str__":
            shown = calls.call_own(frame, row, "__str__", span)
        else:
            shown = self.named(frame, row, name, span)
        show(frame, shown, span)

    def read_only(self, frame: Frame, row: Value, value: Value, span: Span) -> None:
        """`AdminReadonlyField.contents`: as a column, and a many-to-many field shows all its rows."""
        name = text_of(value)
        model = self.index.model(self.model)
        relation = None if model is None or name is None else model.relations.get(name)
        if relation is None or not relation.is_many:
            self.column(frame, row, value, span)
            return
        for member in members(attributes.attribute(frame, row, relation.name, span)):
            if isinstance(member, QuerySet):
                loop, each = iteration.iterate(frame, querysets.lazy(frame, member), span, span, noted=True)
                with frame.iterating(loop):
                    calls.call_own(frame, each, "__str__", span)

    def named(self, frame: Frame, row: Value, name: str, span: Span) -> Value:
        index = frame.evaluator.index
        model = index.model(self.model)
        is_field = model is not None and (name in model.fields or name in model.relations)
        method = None if is_field else index.member(self.info.qualname, name)
        if isinstance(method, FunctionInfo):
            static = any(formatting.label_of(decorator) == "staticmethod" for decorator in method.fact.decorators)
            bound = Arguments([row] if static else [self.admin, row], {})
            return frame.evaluator.call(frame, method, bound, span)
        if isinstance(method, tuple):
            return call_with(frame, attributes.attribute(frame, self.admin, name, span), [row], span)
        parts = [name] if is_field or index.member(self.model, name) is not None else name.split(LOOKUP_SEP)
        for part in parts:
            row = attributes.attribute(frame, row, part, span)
        return called(frame, row, span)


# ------------------------------------------------------------------ values


def in_class(frame: Frame, info: ClassInfo, node: ir.Expr) -> Value:
    """An item of a display in a class body: names of the class's own methods mean those."""
    if isinstance(node, ir.Name):
        member = frame.evaluator.index.member(info.qualname, node.id)
        if isinstance(member, FunctionInfo):
            return taint.constant(node.id)
    return frame.evaluate(node)


def listed(value: Value) -> list[Value]:
    """The items of a list or tuple, as far as they are known."""
    if isinstance(value, Tuple):
        return list(value.items)
    if isinstance(value, Sequence):
        return [member for member in members(value.of) if member != UNKNOWN]
    return [item for member in members(value) if member is not value for item in listed(member)]


def call_with(frame: Frame, function: Value, values: list[Value], span: Span) -> Value:
    made = ir.Call(ir.Name("column", span), (), (), span)
    found: Value = NONE
    for member in members(function):
        if isinstance(member, Function | Closure):
            found = join(found, calls.invoke(frame, member, Arguments(values, {}), made))
    return found


def called(frame: Frame, value: Value, span: Span) -> Value:
    """A method of the row is called, anything else is the value itself."""
    return call_with(frame, value, [], span) if isinstance(value, Function | Closure) else value


def show(frame: Frame, value: Value, span: Span) -> None:
    """What a column shows is made text: a related object's `__str__` runs."""
    for member in members(value):
        if isinstance(member, Instance):
            calls.call_own(frame, member, "__str__", span)
