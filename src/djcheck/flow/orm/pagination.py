"""Django's `Paginator`, the project's classes that extend it, and their pages.

Facts from django/core/paginator.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.flow.lattice.joining import join_all
from djcheck.flow.lattice.values import NUMBER, UNKNOWN, Object, QuerySet, Value, members
from djcheck.flow.orm import querysets
from djcheck.flow.python import iteration

if TYPE_CHECKING:
    from djcheck.domain import ir
    from djcheck.flow.frame import Frame
    from djcheck.flow.python.parameters import Arguments
    from djcheck.index.project import ProjectIndex

CLASS = "django.core.paginator.Paginator"
# An object of Django's own class, or of one that is made as that is.
PAGINATOR = "djcheck.Paginator"
ROWS = "object_list"
PAGE_METHODS = frozenset(["page", "get_page", "aget_page", "apage", "paginate_queryset"])


def paginator(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    return of_rows(given_rows(arguments))


def of_rows(rows: Value) -> Object:
    return Object(PAGINATOR, ((ROWS, rows),))


def given_rows(arguments: Arguments) -> Value:
    return arguments.positional[0] if arguments.positional else arguments.keywords.get(ROWS, UNKNOWN)


def is_made_as_django_does(index: ProjectIndex, qualname: str) -> bool:
    """Is it a paginator whose class has no constructor of its own?"""
    return index.is_a(qualname, CLASS) and index.member(qualname, "__init__") is None


def begun(frame: Frame, made: Object, arguments: Arguments) -> Object:
    """What a project's paginator is after `super().__init__(rows, per_page)`; other objects stay as they are."""
    if not frame.evaluator.index.is_a(made.qualname, CLASS):
        return made
    fields = {**dict(made.fields), ROWS: given_rows(arguments)}
    return Object(made.qualname, tuple(sorted(fields.items(), key=lambda item: item[0])), made.varies)


def call_method(frame: Frame, receiver: Object, name: str) -> Value | None:
    """A method that a paginator has from Django; None of other objects."""
    if receiver.qualname != PAGINATOR and not frame.evaluator.index.is_a(receiver.qualname, CLASS):
        return None
    if name in PAGE_METHODS:
        return page(frame, receiver.get(ROWS) or UNKNOWN)
    return NUMBER if name in ("count", "num_pages", "per_page") else UNKNOWN


def page_of(frame: Frame, rows: Value) -> Value:
    """A page: as long as the reader likes, not the whole table, but still one query per row if it is so."""
    page = [querysets.lazy(frame, member) if isinstance(member, QuerySet) else member for member in members(rows)]
    return join_all(list(page))


def page(frame: Frame, rows: Value) -> Object:
    """The page object: views put other rows in its place by `page.object_list = …`."""
    return Object(iteration.PAGE, ((ROWS, page_of(frame, rows)),))
