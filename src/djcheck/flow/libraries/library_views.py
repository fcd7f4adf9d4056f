"""View bases of libraries, as `rules/libraries/*.yaml` declare them: tables, filter sets and columns of a view."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo
from djcheck.flow.lattice.values import UNKNOWN, Class, Object, Tuple, Unknown, Value, members
from djcheck.flow.libraries import tables
from djcheck.flow.python import constructors, formatting, iteration
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.templates import rendering
from djcheck.flow.views import generic_views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.libraries import ViewBase
    from djcheck.index.project import ProjectIndex


def inherited_method(frame: Frame, view: Object, name: str, arguments: Arguments, node: ir.Call) -> Value | None:
    """`get_table()`, and `get_<attribute>()` of the attributes that a base declares."""
    for base in frame.evaluator.index.views_above(view.qualname):
        if name == base.made_by:
            return made(frame, view, base, node)
        attribute = name.removeprefix("get_")
        if name.startswith("get_") and attribute and attribute in (base.table, base.filter_set):
            return generic_views.own(frame, view, attribute)
        if name.startswith("get_") and attribute in base.rows[:1]:
            return rows_of(frame, view, base, node)
    return None


def said(frame: Frame, view: Object, attribute: str, node: ir.Call) -> Value:
    """What the view's `get_<attribute>` method gives, else its attribute."""
    return generic_views.call_self(frame, view, f"get_{attribute}", Arguments([], {}), node)


def rows_of(frame: Frame, view: Object, base: ViewBase, node: ir.Call) -> Value:
    """The first of the attributes that the view has; `queryset` is asked of `get_queryset`."""
    for name in base.rows:
        found = said(frame, view, name, node) if name == "queryset" else generic_views.own(frame, view, name)
        if found is not None and not isinstance(found, Unknown):
            return found
    return UNKNOWN


# ------------------------------------------------------------------ what a request does beyond Django's own


def show(frame: Frame, view: Object, node: ir.Call) -> None:
    """The tables that a view makes for its context."""
    for base in frame.evaluator.index.views_above(view.qualname):
        if base.made_by:
            generic_views.call_self(frame, view, base.made_by, Arguments([], {}), node)


def made(frame: Frame, view: Object, base: ViewBase, node: ir.Call) -> Value:
    """`get_table`, `get_tables`: each table class gets its rows; tables that the view spells out have theirs."""
    rows = said(frame, view, base.rows[0], node)
    if base.table:
        pairs = [(kind, rows) for kind in members(said(frame, view, base.table, node))]
    else:
        kinds = generic_views.own(frame, view, base.tables)
        items = kinds.items if isinstance(kinds, Tuple) and isinstance(rows, Tuple) else ()
        pairs = list(zip(items, rows.items if isinstance(rows, Tuple) else (), strict=False))
    for kind, given in pairs:
        if isinstance(kind, Class):
            tables.fill(frame, kind, Arguments([given], {}), node.span)
    return UNKNOWN


def narrowed(frame: Frame, view: Object, rows: Value, node: ir.Call) -> tuple[Value, dict[str, Value]]:
    """The rows of a view behind its filter set, and what its template gets besides."""
    for base in frame.evaluator.index.views_above(view.qualname):
        for kind in members(said(frame, view, base.filter_set, node)) if base.filter_set else ():
            declared = frame.evaluator.index.filter_set_above(kind.qualname) if isinstance(kind, Class) else None
            if isinstance(kind, Class) and declared is not None:
                made = constructors.construct(frame, kind, Arguments([], {declared.rows: rows}), node)
                found = made.get(declared.gives[0]) if isinstance(made, Object) else None
                return found or rows, {"filter": made}
    return rows, {}


def show_columns(frame: Frame, view: Object, rows: Value) -> None:
    """`columns = [Column("author"), …]` of a view that lists rows."""
    index = frame.evaluator.index
    for base in index.views_above(view.qualname):
        member = index.member(view.qualname, base.columns) if base.columns else None
        if not isinstance(member, tuple) or not isinstance(member[1].value, ir.Collection):
            continue
        holder = member[0]
        inner = frame.inside(holder.path, holder.module, f"{holder.qualname}.{base.columns}", holder.qualname)
        for call in member[1].value.items:
            kind = index.class_of(holder.module, call.function) if isinstance(call, ir.Call) else None
            if isinstance(call, ir.Call) and kind is not None and index.is_a(kind, base.column):
                show_column(inner, tables.Column("", call, kind, holder), rows)


def show_column(frame: Frame, column: tables.Column, rows: Value) -> None:
    kind = frame.evaluator.index.column_above(column.kind)
    path = "" if kind is None else tables.path_of(kind, column)
    if path:
        span = column.call.span
        loop, item = iteration.iterate(frame, rows, span, span, noted=True)
        with frame.iterating(loop):
            formatting.stringify(frame, rendering.read_path(frame, item, path, span), column.call)


# ------------------------------------------------------------------ views that others make


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """Views that a class names and hands its model (wagtail's viewsets)."""
    for qualname in index.classes():
        for base in index.views_above(qualname):
            view = class_named(index, qualname, base.listing) if base.listing else None
            model = class_named(index, qualname, "model")
            info = None if view is None else index.class_info(view)
            if info is not None and model is not None:
                yield partial(request, info, model)


def class_named(index: ProjectIndex, qualname: str, attribute: str) -> str | None:
    member = index.member(qualname, attribute)
    if not isinstance(member, tuple) or member[1].value is None:
        return None
    return index.class_of(member[0].module, member[1].value)


def request(info: ClassInfo, model: str, evaluator: Evaluator) -> None:
    fields: tuple[tuple[str, Value], ...] = (("model", Class(model)),)
    view = info.qualname
    evaluator.act(info.path, info.module, view, view, partial(generic_views.play, view, info, fields=fields))
