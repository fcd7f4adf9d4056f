"""The admin: what a change list, its filters and the inlines of a change form read of each row.

Facts from django/contrib/admin/views/main.py and utils.py; each was checked by counting queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, FunctionInfo, RelationKind
from djcheck.domain.source import Span
from djcheck.flow import attributes, calls, eager, formatting, iteration, querysets, registrations, taint
from djcheck.flow.joining import join
from djcheck.flow.parameters import Arguments
from djcheck.flow.values import (
    NONE,
    UNKNOWN,
    Class,
    Closure,
    Const,
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

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

# Functions of other packages, by canonical dotted name.
HANDLERS: dict[str, Callable[[Frame, Arguments, Call], Value]] = {}
INLINE = "django.contrib.admin.InlineModelAdmin"
# `getattr` for lookups such as `author__name` in list_display needs Django 5.1; older ones refuse to start.
LOOKUP_SEP = "__"


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """A method that the project's class has from the framework; None where this room knows nothing of it."""
    if name not in ("get_queryset", "queryset") or not registrations.is_admin(frame.evaluator.index, receiver.qualname):
        return None
    model = receiver.get("model") or attributes.attribute(frame, receiver, "model", node.span)
    if not isinstance(model, Class):
        known = registrations.of(frame.evaluator.index).get(receiver.qualname, ())
        model = Class(known[0]) if len(known) == 1 else UNKNOWN
    return default_rows(frame, model.qualname, node.span) if isinstance(model, Class) else None


def default_rows(frame: Frame, model: str, span: Span) -> Value | None:
    manager = querysets.manager_of(frame, model, "_default_manager", span)
    if manager is None:
        return None
    made = ir.Call(ir.Name("get_queryset", span), (), (), span)
    return querysets.lazy(frame, querysets.initial(frame, manager, made))


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """What the framework does by itself with the project's classes."""
    for qualname, models in sorted(registrations.of(index).items()):
        info = index.class_info(qualname)
        if info is not None:
            for model in models:
                yield partial(enter, info, model)


def enter(info: ClassInfo, model: str, evaluator: Evaluator) -> None:
    def play(frame: Frame) -> None:
        page = Page(frame, info, model)
        page.change_list()
        page.filters()
        page.inlines()

    evaluator.act(info.path, info.module, info.qualname, info.qualname, play)


def header(info: ClassInfo) -> Span:
    """`class …` or its first decorator: where the rows come from if nothing else says so."""
    span = info.fact.span
    if info.fact.decorators:
        first = info.fact.decorators[0].span
        return Span(span.line, span.column, first.end_line, first.end_column)
    return Span(span.line, span.column, span.line, span.column + len(f"class {info.fact.name}"))


class Page:
    """One admin class and one of its models, shown."""

    def __init__(self, frame: Frame, info: ClassInfo, model: str) -> None:
        self.frame = frame
        self.info = info
        self.model = model
        self.span = header(info)
        self.admin = Object(info.qualname, (("model", Class(model)),))

    # ------------------------------------------------------------ rows

    def rows(self) -> list[QuerySet]:
        """What `get_queryset` gives; its origin is the class where the class says nothing of its own."""
        own = self.frame.evaluator.index.member(self.info.qualname, "get_queryset")
        if isinstance(own, FunctionInfo):
            found = self.frame.evaluator.call(self.frame, own, Arguments([self.admin, Request()], {}), self.span)
        else:
            found = default_rows(self.frame, self.model, self.span) or UNKNOWN
        return [member for member in members(found) if isinstance(member, QuerySet) and member.model == self.model]

    def declared(self, name: str) -> tuple[ClassInfo, ir.Expr] | None:
        """The class body's assignment of an option, with the class that holds it."""
        member = self.frame.evaluator.index.member(self.info.qualname, name)
        if isinstance(member, tuple) and member[1].value is not None:
            return member[0], member[1].value
        return None

    def display(self, name: str) -> tuple[ClassInfo, tuple[ir.Expr, ...]] | None:
        """The items of an option that is written as a list or tuple."""
        found = self.declared(name)
        if found is None or not isinstance(found[1], ir.Collection):
            return None
        return found[0], found[1].items

    def option(self, name: str) -> Value | None:
        """An option's value: what its `get_…` method gives, else what the class body assigns."""
        index = self.frame.evaluator.index
        method = index.member(self.info.qualname, f"get_{name}")
        if isinstance(method, FunctionInfo):
            return self.frame.evaluator.call(self.frame, method, Arguments([self.admin, Request()], {}), self.span)
        found = self.declared(name)
        if found is None:
            return None
        info, node = found
        key = f"{info.qualname}.{name}"
        return self.frame.evaluator.declared(info.path, info.module, key, info.qualname, key, node)

    # ------------------------------------------------------------ the change list

    def change_list(self) -> None:
        columns = list(self.columns())
        for queryset in self.rows():
            joined = self.with_joins(queryset, [value for _, value, _ in columns])
            loop, row = iteration.iterate(self.frame, joined, self.span, self.span, noted=True)
            with self.frame.iterating(loop):
                for info, value, span in columns:
                    # A column is told where it stands, be it in a base class of another file.
                    inner = self.frame.inside(info.path, info.module, info.qualname, info.qualname)
                    self.column(inner, row, value, span)

    def columns(self) -> Iterator[tuple[ClassInfo, Value, Span]]:
        """Each item of list_display with its place."""
        method = self.frame.evaluator.index.member(self.info.qualname, "get_list_display")
        shown = None if isinstance(method, FunctionInfo) else self.display("list_display")
        if shown is not None:
            info, items = shown
            inner = self.frame.inside(info.path, info.module, info.qualname, info.qualname)
            for item in items:
                starred = isinstance(item, ir.Starred)
                value = self.in_class(inner, info, item.value if isinstance(item, ir.Starred) else item)
                for each in listed(value) if starred else [value]:
                    yield info, each, item.span
            return
        found = None if isinstance(method, FunctionInfo) else self.declared("list_display")
        given = self.option("list_display")
        info, span = (self.info, self.span) if found is None else (found[0], found[1].span)
        for each in [taint.constant("__str__")] if given is None else listed(given):
            yield info, each, span

    def in_class(self, frame: Frame, info: ClassInfo, node: ir.Expr) -> Value:
        """An item of a display in a class body: names of the class's own methods mean those."""
        if isinstance(node, ir.Name):
            member = frame.evaluator.index.member(info.qualname, node.id)
            if isinstance(member, FunctionInfo):
                return taint.constant(node.id)
        return frame.evaluate(node)

    def with_joins(self, queryset: QuerySet, columns: list[Value]) -> QuerySet:
        """`ChangeList.apply_select_related`: only where the queryset joins nothing yet."""
        if queryset.eager.joined or queryset.eager.joins_all:
            return queryset
        wanted = self.option("list_select_related")
        if wanted is None or wanted == Const(False):
            return select_related(self.frame, queryset, []) if self.names_a_key(columns) else queryset
        if wanted == Const(True):
            return select_related(self.frame, queryset, [])
        texts = [value for member in members(wanted) for value in listed(member)]
        known = isinstance(wanted, Tuple) or (isinstance(wanted, Sequence) and wanted.size is not None)
        if not known:
            return replace(queryset, eager=replace(queryset.eager, opaque=True))
        return select_related(self.frame, queryset, texts) if texts else queryset

    def names_a_key(self, columns: list[Value]) -> bool:
        """A foreign key's name among the columns makes Django join all non-null ones."""
        model = self.frame.evaluator.index.model(self.model)
        for value in columns:
            relation = None if model is None else model.relations.get(eager.text_of(value) or "")
            if relation is not None and relation.is_forward:
                return True
        return False

    def column(self, frame: Frame, row: Value, value: Value, span: Span) -> None:
        """`lookup_field`: a field, a callable, a method of the admin class, else an attribute of the row."""
        name = eager.text_of(value)
        if name is None:
            shown = call_with(frame, value, [row], span)
        elif name == "__str__":
            shown = calls.call_own(frame, row, "__str__", span)
        else:
            shown = self.named(frame, row, name, span)
        show(frame, shown, span)

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

    # ------------------------------------------------------------ filters

    def filters(self) -> None:
        """A filter by a relation lists every related row by its `__str__` (RelatedFieldListFilter)."""
        found = self.display("list_filter")
        if found is None:
            return
        info, items = found
        frame = self.frame.inside(info.path, info.module, info.qualname, info.qualname)
        for item in items:
            value = self.in_class(frame, info, item.value if isinstance(item, ir.Starred) else item)
            for member in listed(value)[:1] or [value]:
                target = self.related(eager.text_of(member) or "")
                rows = None if target is None else default_rows(frame, target, item.span)
                if isinstance(rows, QuerySet):
                    loop, row = iteration.iterate(frame, rows, item.span, item.span, noted=True)
                    with frame.iterating(loop):
                        calls.call_own(frame, row, "__str__", item.span)

    def related(self, path: str) -> str | None:
        """The model that a lookup path of relations leads to."""
        current: str | None = self.model
        for name in path.split(LOOKUP_SEP):
            model = None if current is None else self.frame.evaluator.index.model(current)
            relation = None if model is None else model.relations.get(name)
            if relation is None:
                return None
            current = relation.target
        return current

    # ------------------------------------------------------------ inlines

    def inlines(self) -> None:
        value = self.option("inlines")
        for item in listed(value) if value is not None else ():
            info = self.frame.evaluator.index.class_info(item.qualname) if isinstance(item, Class) else None
            if info is not None and self.frame.evaluator.index.is_a(info.qualname, INLINE):
                self.inline(info)

    def is_single(self, model: str) -> bool:
        """Does a one-to-one field lead from the inline's model here? Then there is one row at most."""
        index = self.frame.evaluator.index
        here = index.model(self.model)
        return here is not None and any(
            relation.kind is RelationKind.REVERSE_ONE and relation.target == model
            for relation in here.relations.values()
        )

    def inline(self, info: ClassInfo) -> None:
        """Each row of an inline shows its `__str__` and its read-only methods; no relation is known to be held."""
        frame = self.frame.inside(info.path, info.module, info.qualname, info.qualname)
        model = attributes.attribute(frame, Object(info.qualname), "model", header(info))
        if not isinstance(model, Class) or self.is_single(model.qualname):
            return
        page = Page(frame, info, model.qualname)
        if page.option("max_num") in (Const(0), Const(1)):
            return
        for queryset in page.rows():
            loop, row = iteration.iterate(frame, queryset, page.span, page.span, noted=True)
            with frame.iterating(loop):
                calls.call_own(frame, row, "__str__", page.span)
                for owner, value, span in page.read_only():
                    inner = frame.inside(owner.path, owner.module, owner.qualname, owner.qualname)
                    page.column(inner, row, value, span)

    def read_only(self) -> Iterator[tuple[ClassInfo, Value, Span]]:
        found = self.display("readonly_fields")
        if found is not None:
            info, items = found
            for item in items:
                yield info, self.in_class(self.frame, info, item), item.span


# ------------------------------------------------------------------ values


def listed(value: Value) -> list[Value]:
    """The items of a list or tuple, as far as they are known."""
    if isinstance(value, Tuple):
        return list(value.items)
    if isinstance(value, Sequence):
        return [member for member in members(value.of) if member != UNKNOWN]
    return [item for member in members(value) if member is not value for item in listed(member)]


def select_related(frame: Frame, queryset: QuerySet, names: list[Value]) -> QuerySet:
    return eager.apply(frame, queryset, "select_related", Arguments(names, {}))


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
