"""The admin's change lists: what their columns, filters and editable cells read of each row.

Facts from django/contrib/admin/views/main.py and options.py; each was checked by counting queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain.source import Span
from djcheck.flow.admin import changeforms
from djcheck.flow.admin.admin_classes import LOOKUP_SEP, AdminClass, listed
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import Const, QuerySet, Sequence, Tuple, Value, members
from djcheck.flow.orm import choices, eager
from djcheck.flow.python import calls, iteration
from djcheck.flow.python.parameters import Arguments

if TYPE_CHECKING:
    from djcheck.domain.index import ClassInfo
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame


def play(page: AdminClass) -> None:
    """A request to the change list."""
    for queryset in rows(page):
        loop, row = iteration.iterate(page.frame, queryset, page.span, page.span, noted=True)
        with page.frame.iterating(loop):
            for info, value, span in columns(page):
                page.column(page.inside(info), row, value, span)
            edit(page)
    filters(page)


def columns(page: AdminClass) -> list[tuple[ClassInfo, Value, Span]]:
    if page.option("list_display") is None:
        return [(page.info, taint.constant("__str__"), page.span)]
    return list(page.items("list_display"))


def rows(page: AdminClass) -> list[QuerySet]:
    """The rows of the change list, with what Django joins by itself."""
    shown = [value for _, value, _ in columns(page)]
    return [with_joins(page, queryset, shown) for queryset in page.rows()]


def with_joins(page: AdminClass, queryset: QuerySet, columns: list[Value]) -> QuerySet:
    """`ChangeList.apply_select_related`: only where the queryset joins nothing yet."""
    if queryset.eager.joined or queryset.eager.joins_all:
        return queryset
    wanted = page.option("list_select_related")
    if wanted is None or wanted == Const(False):
        return select_related(page.frame, queryset, []) if names_a_key(page, columns) else queryset
    if wanted == Const(True):
        return select_related(page.frame, queryset, [])
    texts = [value for member in members(wanted) for value in listed(member)]
    known = isinstance(wanted, Tuple) or (isinstance(wanted, Sequence) and wanted.size is not None)
    if not known:
        return replace(queryset, eager=replace(queryset.eager, opaque=True))
    return select_related(page.frame, queryset, texts) if texts else queryset


def select_related(frame: Frame, queryset: QuerySet, names: list[Value]) -> QuerySet:
    return eager.apply(frame, queryset, "select_related", Arguments(names, {}))


def names_a_key(page: AdminClass, columns: list[Value]) -> bool:
    """A foreign key's name among the columns makes Django join all non-null ones."""
    model = page.frame.evaluator.index.model(page.model)
    for value in columns:
        relation = None if model is None else model.relations.get(text_of(value) or "")
        if relation is not None and relation.is_forward:
            return True
    return False


def edit(page: AdminClass) -> None:
    """Each row has a form of its own for the columns of `list_editable`."""
    found = page.names("list_editable")
    if found is not None:
        changeforms.offer(page, found)


# ------------------------------------------------------------------ filters


def filters(page: AdminClass) -> None:
    """A filter by a relation lists every related row by its `__str__` (RelatedFieldListFilter)."""
    for info, value, span in page.items("list_filter"):
        for member in listed(value)[:1] or [value]:
            target = related(page, text_of(member) or "")
            if target is not None:
                offer_filter(page.inside(info), target, span)


def offer_filter(frame: Frame, target: str, span: Span) -> None:
    rows = choices.default_rows(frame, target, span)
    if rows is not None:
        choices.label_each(frame, rows, span, lambda row: calls.call_own(frame, row, "__str__", span))


def related(page: AdminClass, path: str) -> str | None:
    """The model that a lookup path of relations leads to."""
    current: str | None = page.model
    for name in path.split(LOOKUP_SEP):
        model = None if current is None else page.frame.evaluator.index.model(current)
        relation = None if model is None else model.relations.get(name)
        if relation is None:
            return None
        current = relation.target
    return current
