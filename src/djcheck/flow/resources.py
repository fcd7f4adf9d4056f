"""Rows written to files: what a resource's fields read of each row, as `rules/libraries/*.yaml` declare it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.flow import changelists, choices, modelforms, tables
from djcheck.flow.admin_classes import listed
from djcheck.flow.parameters import Arguments
from djcheck.flow.values import NONE, UNKNOWN, Class, Object, Value

if TYPE_CHECKING:
    from djcheck.domain.source import Span
    from djcheck.flow.admin_classes import AdminClass
    from djcheck.flow.frame import Frame


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: ir.Call) -> Value | None:
    """`BookResource().export(rows)`, and the rows that it takes where none are passed."""
    base = frame.evaluator.index.table_above(receiver.qualname)
    if base is None or not base.filled_by:
        return None
    if name == base.rows:
        return default_rows(frame, receiver, node.span)
    if name != base.filled_by:
        return None
    rows = arguments.positional[0] if arguments.positional else arguments.keywords.get("queryset", NONE)
    if rows == NONE:
        rows = own_rows(frame, receiver, base.rows, node)
    tables.fill_rows(frame, receiver.qualname, base, rows, node.span)
    return UNKNOWN


def own_rows(frame: Frame, resource: Object, name: str, node: ir.Call) -> Value:
    from djcheck.flow import generic_views

    return generic_views.call_self(frame, resource, name, Arguments([], {}), node)


def default_rows(frame: Frame, resource: Object, span: Span) -> Value:
    meta = frame.evaluator.index.inner_class(resource.qualname, "Meta")
    model = None if meta is None else modelforms.model_of(frame, meta)
    return (choices.default_rows(frame, model, span) if model is not None else None) or UNKNOWN


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
