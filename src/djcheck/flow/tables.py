"""Tables that libraries fill from rows: what django-tables2's and wagtail's columns read of each row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, ConstantInfo, FunctionInfo
from djcheck.flow import calls, formatting, iteration, rendering
from djcheck.flow.nodes import nodes_in
from djcheck.flow.parameters import Arguments, dotted
from djcheck.flow.templating import tells
from djcheck.flow.values import UNKNOWN, Class, Instance, Object, Value, members
from djcheck.reading import template_in

if TYPE_CHECKING:
    from djcheck.domain.facts import TemplateFacts
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

FILTER_SET = "django_filters.BaseFilterSet"
TABLE = "django_tables2.Table"
COLUMN = "django_tables2.Column"
TEMPLATE_COLUMN = "django_tables2.TemplateColumn"
WAGTAIL_COLUMN = ("wagtail.admin.ui.tables.Column", "wagtail.admin.ui.tables.BaseColumn")


class Column(Struct, frozen=True):
    """A column: the call that declares it, its class, and the class whose body holds it."""

    name: str
    call: ir.Call
    kind: str
    holder: ClassInfo


def fill(frame: Frame, table: Class, arguments: Arguments, span: Span) -> None:
    """`BookTable(rows)`: each column is shown for each row."""
    index = frame.evaluator.index
    if not index.is_a(table.qualname, TABLE):
        return
    rows = arguments.positional[0] if arguments.positional else arguments.keywords.get("data", UNKNOWN)
    if not tells(rows, False):
        return
    prefetches = prefetches_by_itself(frame, table.qualname)
    loop, item = iteration.iterate(frame, rows, span, span, noted=True)
    with frame.iterating(loop):
        for column in columns_of(index, table.qualname):
            show(frame, table, column, item, prefetches=prefetches)


def columns_of(index: ProjectIndex, table: str) -> Iterator[Column]:
    """The columns that the table's classes declare; None takes an inherited one away."""
    found: dict[str, Column | None] = {}
    for owner in reversed(index.mro(table)):
        info = index.class_info(owner)
        for assign in info.fact.attributes if info is not None else ():
            call = assign.value
            if info is None or not isinstance(call, ir.Call):
                found.pop(assign.name, None)
                continue
            kind = index.class_of(info.module, call.function)
            if kind is not None and index.is_a(kind, COLUMN):
                found[assign.name] = Column(assign.name, call, kind, info)
    yield from (column for column in found.values() if column is not None)


def prefetches_by_itself(frame: Frame, table: str) -> bool:
    """Does a class of the project prefetch what its columns name (as NetBox's tables do)?"""
    index = frame.evaluator.index
    for owner in index.mro(table):
        info = index.class_info(owner)
        for fact in info.fact.methods if info is not None else ():
            method = index.function(f"{owner}.{fact.name}")
            body = frame.evaluator.body(method) if method is not None else None
            if body is not None and any(
                isinstance(node, ir.Attribute) and node.name in ("prefetch_related", "select_related")
                for node in nodes_in(body.body)
            ):
                return True
    return False


def show(frame: Frame, table: Class, column: Column, row: Value, *, prefetches: bool) -> None:
    holder = column.holder
    inner = frame.inside(holder.path, holder.module, f"{holder.qualname}.{column.name}", holder.qualname)
    span = column.call.span
    path = text(keyword(column, "accessor")) or column.name
    if prefetches:
        row = rendering.having(row, path.replace("__", "."))
    value = UNKNOWN if prefetches else rendering.read_path(inner, row, path, span)
    method = frame.evaluator.index.member(table.qualname, f"render_{column.name}")
    if isinstance(method, FunctionInfo):
        given: dict[str, Value] = {"self": Object(table.qualname), "record": row, "value": value}
        names = [parameter.name for parameter in method.fact.parameters]
        arguments = Arguments([], {name: given.get(name, UNKNOWN) for name in names})
        inner.evaluator.call(inner, method, arguments, span)
    elif frame.evaluator.index.is_a(column.kind, TEMPLATE_COLUMN):
        show_template(inner, column, row, value)
    else:
        formatting.stringify(inner, value, column.call)
    linkify = keyword(column, "linkify")
    if isinstance(linkify, ir.Constant) and linkify.value is True:
        target = value if any(isinstance(member, Instance) for member in members(value)) else row
        for member in members(target):
            calls.call_own(inner, member, "get_absolute_url", span)


def show_template(frame: Frame, column: Column, row: Value, value: Value) -> None:
    """`TemplateColumn("{{ record.author }}")`, `TemplateColumn(template_name="…")`."""
    renderer = frame.evaluator.renderer
    if renderer is None:
        return
    named = text(keyword(column, "template_name"))
    code = keyword(column, "template_code") or (column.call.args[0] if column.call.args else None)
    facts = renderer.templates.find(named, frame.path) if named else inline(frame, code)
    if facts is not None:
        context = {"record": row, "value": value}
        renderer.render(frame, facts, context, column.call.span, f"shows the column `{column.name}`")


def inline(frame: Frame, code: ir.Expr | None) -> TemplateFacts | None:
    """The template that a text in Python code is, its lines counted as the file's."""
    path = frame.path
    name = dotted(code)
    if name:
        symbol = frame.evaluator.index.resolve(frame.module, name)
        if isinstance(symbol, ConstantInfo):
            path, code = symbol.path, symbol.assigns[-1].value
    source = text(code)
    if source is None or code is None:
        return None
    line = code.span.line
    return template_in(f"{path}#{line}", "\n" * (line - 1) + source, "django")


def keyword(column: Column, name: str) -> ir.Expr | None:
    return next((item.value for item in column.call.keywords if item.name == name), None)


def text(node: ir.Expr | None) -> str | None:
    return node.value if isinstance(node, ir.Constant) and isinstance(node.value, str) else None


def filtered(frame: Frame, filter_set: Class, arguments: Arguments) -> Value | None:
    """`BookFilter(request.GET, queryset=rows)` of django-filter: its `qs` are the rows it was given, narrowed."""
    index = frame.evaluator.index
    if not index.is_a(filter_set.qualname, FILTER_SET) or index.member(filter_set.qualname, "qs") is not None:
        return None
    rows = arguments.positional[1] if len(arguments.positional) > 1 else arguments.keywords.get("queryset", UNKNOWN)
    return Object(filter_set.qualname, (("qs", rows), ("queryset", rows)))


# ------------------------------------------------------------------ wagtail


def fill_listing(frame: Frame, view: Object, rows: Value) -> None:
    """`columns = [Column("author"), …]` of wagtail's listing views."""
    index = frame.evaluator.index
    member = index.member(view.qualname, "columns")
    if not isinstance(member, tuple) or not isinstance(member[1].value, ir.Collection):
        return
    holder = member[0]
    inner = frame.inside(holder.path, holder.module, f"{holder.qualname}.columns", holder.qualname)
    for call in member[1].value.items:
        kind = index.class_of(holder.module, call.function) if isinstance(call, ir.Call) else None
        if not isinstance(call, ir.Call) or kind is None or not index.is_a(kind, *WAGTAIL_COLUMN) or not call.args:
            continue
        column = Column(text(call.args[0]) or "", call, kind, holder)
        accessor = keyword(column, "accessor")
        path = column.name if accessor is None else text(accessor)
        if not path:
            continue
        loop, item = iteration.iterate(inner, rows, call.span, call.span, noted=True)
        with inner.iterating(loop):
            value = rendering.read_path(inner, item, path, call.span)
            formatting.stringify(inner, value, call)
