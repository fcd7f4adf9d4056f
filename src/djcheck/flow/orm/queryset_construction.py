"""Querysets that code makes by calling their class: `BookQuerySet(self.model, using=self._db)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.flow.lattice.values import NOTHING_EAGER, UNKNOWN, Class, QuerySet, Source, Value, members
from djcheck.flow.orm import querysets

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.flow.frame import Frame
    from djcheck.flow.python.parameters import Arguments

QUERYSET = "django.db.models.QuerySet"


def construct(frame: Frame, qualname: str, arguments: Arguments, node: Call) -> Value | None:
    """The rows of the model passed; inside a manager of that model they are the manager's. None for other classes."""
    if qualname != QUERYSET and not frame.evaluator.index.is_a(qualname, QUERYSET):
        return None
    given = arguments.positional[0] if arguments.positional else arguments.keywords.get("model", UNKNOWN)
    models = [member.qualname for member in members(given) if isinstance(member, Class)]
    model = models[0] if len(models) == 1 and frame.evaluator.index.model(models[0]) is not None else ""
    manager = frame.lookup("self")
    if isinstance(manager, QuerySet) and manager.is_manager and manager.model == model:
        return querysets.lazy(frame, replace(manager, queryset_class=qualname))
    if not model:
        return None
    origin = querysets.fresh(frame, model, node.span)
    made = QuerySet(model, Source(origin), NOTHING_EAGER, frame.active(), queryset_class=qualname)
    return querysets.lazy(frame, made)


def construct_plain(frame: Frame, arguments: Arguments, node: Call) -> Value:
    """`QuerySet(Book)`."""
    return construct(frame, QUERYSET, arguments, node) or UNKNOWN
