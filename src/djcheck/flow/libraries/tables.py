"""Tables of libraries: what their columns read of each row, as `rules/libraries/*.yaml` declare it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, ConstantInfo, FunctionInfo
from djcheck.flow.forms import modelforms
from djcheck.flow.lattice.values import UNKNOWN, Class, Instance, Object, QuerySet, Value, members
from djcheck.flow.orm import querysets
from djcheck.flow.python import calls, formatting, iteration, options
from djcheck.flow.python.parameters import Arguments, dotted
from djcheck.flow.templates import rendering
from djcheck.flow.templates.templating import tells
from djcheck.reading import template_in

if TYPE_CHECKING:
    from djcheck.domain.facts import TemplateFacts
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame
    from djcheck.index.libraries import ColumnBase, TableBase
    from djcheck.index.project import ProjectIndex

EAGER_LOADS = frozenset({"prefetch_related", "select_related"})


class Column(Struct, frozen=True):
    """A column: the call that declares it, its class, and the class whose body holds it; `made` of a model's field."""

    name: str
    call: ir.Call
    kind: str
    holder: ClassInfo
    made: bool = False


def fill(frame: Frame, table: Class, arguments: Arguments, span: Span) -> None:
    """`BookTable(rows)`: each column is shown for each row."""
    base = frame.evaluator.index.table_above(table.qualname)
    if base is not None and not base.filled_by:
        rows = arguments.positional[0] if arguments.positional else arguments.keywords.get("data", UNKNOWN)
        excluded = arguments.keywords.get(base.left_out)
        left_out = frozenset() if excluded is None else frozenset(options.texts_in(excluded))
        fill_rows(frame, table.qualname, base, rows, span, left_out)


def fill_rows(
    frame: Frame, table: str, base: TableBase, rows: Value, span: Span, left_out: frozenset[str | None] = frozenset()
) -> None:
    """Of the columns named in `left_out` none is shown; None among them is a name that cannot be told."""
    if not tells(rows, False):
        return
    prefetches = prefetches_by_itself(frame, table)
    loop, item = iteration.iterate(frame, rows, span, span, noted=True)
    with frame.iterating(loop):
        for column in columns_of(frame, table, base):
            if column.name not in left_out:
                show(frame, table, base, column, item, prefetches=prefetches)
        whole = frame.evaluator.index.member(table, base.whole) if base.whole else None
        if isinstance(whole, FunctionInfo):
            frame.evaluator.call(frame, whole, Arguments([Object(table), item], {}), span)


def columns_of(frame: Frame, table: str, base: TableBase) -> Iterator[Column]:
    """The columns that the table's classes declare, and those made of its model's fields."""
    declared = declared_columns(frame.evaluator.index, table, base)
    meta = frame.evaluator.index.inner_class(table, "Meta")
    excluded = options.names(frame, meta, base.left_out) if meta is not None and base.left_out else None
    left_out = excluded.places if excluded is not None else {}
    yield from (column for column in declared.values() if column is not None and column.name not in left_out)
    named = options.names(frame, meta, "fields") if meta is not None else None
    if named is not None:
        for name, span in named.places.items():
            if name not in declared and name not in left_out and name != modelforms.EVERYTHING:
                yield Column(name, ir.Call(ir.Name(name, span), (), (), span), base.column, named.holder, True)


def declared_columns(index: ProjectIndex, table: str, base: TableBase) -> dict[str, Column | None]:
    """None takes an inherited column away."""
    found: dict[str, Column | None] = {}
    for owner in reversed(index.mro(table)):
        info = index.class_info(owner)
        for assign in info.fact.attributes if info is not None else ():
            call = assign.value
            if info is None or not isinstance(call, ir.Call):
                found[assign.name] = None
                continue
            kind = index.class_of(info.module, call.function)
            if kind is not None and index.is_a(kind, base.column):
                found[assign.name] = Column(assign.name, call, kind, info)
    return found


def prefetches_by_itself(frame: Frame, table: str) -> bool:
    """Does a class of the project prefetch what its columns name (as NetBox's tables do)?"""
    index = frame.evaluator.index
    for owner in index.mro(table):
        info = index.class_info(owner)
        for fact in info.fact.methods if info is not None else ():
            method = index.function(f"{owner}.{fact.name}")
            if method is not None and not EAGER_LOADS.isdisjoint(frame.evaluator.attributes_in(method)):
                return True
    return False


def show(frame: Frame, table: str, base: TableBase, column: Column, row: Value, *, prefetches: bool) -> None:
    """One cell: what the column reads of the row, and what a method or template of the project's makes of it."""
    index = frame.evaluator.index
    kind = index.column_above(column.kind)
    if kind is None or hidden(column):
        return
    holder = column.holder
    inner = frame.inside(holder.path, holder.module, f"{holder.qualname}.{column.name}", holder.qualname)
    span = column.call.span
    path = path_of(kind, column)
    method = index.member(table, f"{base.cell}{column.name}")
    if base.filled_by and isinstance(method, FunctionInfo):
        inner.evaluator.call(inner, method, Arguments([Object(table), row], {}), span)
        return
    if base.filled_by and column.made and not is_many(frame, row, path) and "__" not in path:
        return  # a field of the model itself: of a foreign key, its column is written
    if prefetches:
        row = rendering.having(row, path.replace("__", "."))
    value = UNKNOWN if prefetches or not path else rendering.read_path(inner, row, path, span)
    if isinstance(method, FunctionInfo):
        given: dict[str, Value] = {"self": Object(table), "record": row, "value": value}
        names = [parameter.name for parameter in method.fact.parameters]
        inner.evaluator.call(inner, method, Arguments([], {name: given.get(name, UNKNOWN) for name in names}), span)
    elif kind.template:
        show_template(inner, kind, column, row, value)
    elif kind.each or (column.made and is_many(frame, row, path)):
        show_each(inner, kind, column, value)
    else:
        formatting.stringify(inner, value, column.call)
    link = keyword(column, kind.link)
    if isinstance(link, ir.Constant) and link.value is True:
        target = value if any(isinstance(member, Instance) for member in members(value)) else row
        for member in members(target):
            calls.call_own(inner, member, "get_absolute_url", span)


def hidden(column: Column) -> bool:
    shown = keyword(column, "visible")
    return isinstance(shown, ir.Constant) and shown.value is False


def path_of(kind: ColumnBase, column: Column) -> str:
    """What the column reads of a row: a path of names; "" where it reads nothing that can be told."""
    given = keyword(column, kind.path) if kind.path else None
    if given is None and kind.first and not column.made:
        given = next(iter(column.call.args), ir.Constant(None, column.call.span))
    return column.name if given is None else text(given) or ""


def is_many(frame: Frame, row: Value, path: str) -> bool:
    """Does a field's own name lead to many rows? Then the column that is made of it shows them all."""
    for member in members(row):
        model = frame.evaluator.index.model(member.model) if isinstance(member, Instance) else None
        relation = None if model is None else model.relations.get(path)
        if relation is not None and relation.is_many:
            return True
    return False


def show_each(frame: Frame, kind: ColumnBase, column: Column, value: Value) -> None:
    """All rows of a many relation, each made text."""
    node = column.call
    if keyword(column, "filter") is not None:
        return
    function = keyword(column, kind.each) if kind.each else None
    for member in members(value):
        if isinstance(member, QuerySet):
            rows = querysets.lazy(frame, member)
            loop, item = iteration.iterate(frame, rows, node.span, node.span, noted=True)
            with frame.iterating(loop):
                if function is None:
                    formatting.stringify(frame, item, node)
                else:
                    calls.invoke(frame, frame.evaluate(function), Arguments([item], {}), node)


def show_template(frame: Frame, kind: ColumnBase, column: Column, row: Value, value: Value) -> None:
    """`TemplateColumn("{{ record.author }}")`, `TemplateColumn(template_name="…")`."""
    renderer = frame.evaluator.renderer
    if renderer is None:
        return
    named = text(keyword(column, kind.template))
    code = keyword(column, kind.code) or (column.call.args[0] if column.call.args else None)
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
    """`BookFilter(request.GET, queryset=rows)`: its `qs` are the rows it was given, narrowed."""
    index = frame.evaluator.index
    base = index.filter_set_above(filter_set.qualname)
    if base is None or any(index.member(filter_set.qualname, name) is not None for name in base.gives):
        return None
    rows = arguments.positional[1] if len(arguments.positional) > 1 else arguments.keywords.get(base.rows, UNKNOWN)
    return Object(filter_set.qualname, tuple(sorted(((name, rows) for name in base.gives), key=lambda item: item[0])))
