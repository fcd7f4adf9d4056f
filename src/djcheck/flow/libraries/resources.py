"""Rows written to files: what a resource's fields read of each row, as `rules/libraries/*.yaml` declare it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.flow.admin import changelists
from djcheck.flow.admin.admin_classes import header, listed
from djcheck.flow.forms import modelforms
from djcheck.flow.lattice.joining import join_all
from djcheck.flow.lattice.values import NONE, UNKNOWN, Class, Object, Value, members
from djcheck.flow.libraries import tables
from djcheck.flow.orm import choices
from djcheck.flow.python.parameters import Arguments, bare_name

if TYPE_CHECKING:
    from djcheck.domain.source import Span
    from djcheck.flow.admin.admin_classes import AdminClass
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.libraries import TableBase
    from djcheck.index.project import ProjectIndex


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: ir.Call) -> Value | None:
    """`BookResource().export(rows)`, and the rows that it takes where none are passed."""
    base = frame.evaluator.index.table_above(receiver.qualname)
    if base is None or not base.filled_by:
        return None
    if name == base.rows:
        return default_rows(frame, receiver, base, node.span)
    if name != base.filled_by:
        return None
    rows = arguments.positional[0] if arguments.positional else arguments.keywords.get("queryset", NONE)
    if rows == NONE:
        rows = own_rows(frame, receiver, base.rows, node)
    tables.fill_rows(frame, receiver.qualname, base, rows, node.span)
    return UNKNOWN


def own_rows(frame: Frame, resource: Object, name: str, node: ir.Call) -> Value:
    from djcheck.flow.views import generic_views

    return generic_views.call_self(frame, resource, name, Arguments([], {}), node)


def default_rows(frame: Frame, resource: Object, base: TableBase, span: Span) -> Value:
    found = [choices.default_rows(frame, model, span) for model in models_of(frame, resource, base, span)]
    return join_all([rows for rows in found if rows is not None])


def models_of(frame: Frame, resource: Object, base: TableBase, span: Span) -> Iterator[str]:
    """The model that an inner class names, or a method gives."""
    named = frame.evaluator.index.inner_class(resource.qualname, base.model)
    model = None if named is None else modelforms.model_of(frame, named)
    if model is not None:
        yield model
    method = frame.evaluator.index.member(resource.qualname, base.model)
    given = (
        frame.evaluator.call(frame, method, Arguments([resource], {}), span)
        if isinstance(method, FunctionInfo)
        else UNKNOWN
    )
    yield from (member.qualname for member in members(given) if isinstance(member, Class))


# ------------------------------------------------------------------ what libraries fill by themselves


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """Search indexes and the like: all rows are written."""
    for qualname in index.classes():
        base, info = index.table_above(qualname), index.class_info(qualname)
        if base is not None and base.by_itself and info is not None and is_filled(index, info, base):
            yield partial(write, info, base)


def is_filled(index: ProjectIndex, info: ClassInfo, base: TableBase) -> bool:
    if base.registered_by:
        return any(bare_name(decorator) in base.registered_by for decorator in info.fact.decorators)
    return not index.subclasses(info.qualname)


def write(info: ClassInfo, base: TableBase, evaluator: Evaluator) -> None:
    span = header(info)

    def play(frame: Frame) -> None:
        node = ir.Call(ir.Name(base.rows, span), (), (), span)
        rows = own_rows(frame, Object(info.qualname, ()), base.rows, node)
        tables.fill_rows(frame, info.qualname, base, rows, span)

    evaluator.act(info.path, info.module, info.qualname, info.qualname, play)


# ------------------------------------------------------------------ the admin's exports


def export(page: AdminClass) -> None:
    """What an admin class writes to files are the rows of its change list."""
    names = [name for view in page.index.views_above(page.info.qualname) for name in view.exports]
    for name in names:
        value = page.option(name) or UNKNOWN
        for resource in [value] if isinstance(value, Class) else listed(value):
            base = page.index.table_above(resource.qualname) if isinstance(resource, Class) else None
            if isinstance(resource, Class) and base is not None:
                for rows in changelists.rows(page):
                    tables.fill_rows(page.frame, resource.qualname, base, rows, page.span)
