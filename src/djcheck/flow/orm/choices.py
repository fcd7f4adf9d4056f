"""What a form offers for a foreign key or many-to-many field of a model: every row of the other model, with a label.

Facts from django/db/models/fields/related.py (`formfield`) and django/forms/models.py: each form of a formset copies
its fields and with them the queryset, so that each fetches its choices anew (`ModelChoiceField.__deepcopy__`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, Relation
from djcheck.domain.relation_kind import RelationKind
from djcheck.flow.lattice.values import QuerySet, Value
from djcheck.flow.orm import querysets, result_cache
from djcheck.flow.python import calls, iteration
from djcheck.flow.python.parameters import bare_name

if TYPE_CHECKING:
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

# Field classes whose form field is a choice among the other model's rows.
FIELDS = frozenset({"ForeignKey", "OneToOneField", "ManyToManyField", "TreeForeignKey", "TreeManyToManyField"})

# Widgets that show every option; others, such as hidden ones and those that search, do not.
WIDGETS = tuple(
    f"django.forms.{name}" for name in ("Select", "SelectMultiple", "RadioSelect", "CheckboxSelectMultiple")
)


def default_rows(frame: Frame, model: str, span: Span) -> QuerySet | None:
    """The rows of a model's default manager, told as coming from `span`."""
    manager = querysets.manager_of(frame, model, "_default_manager", span)
    if manager is None:
        return None
    made = ir.Call(ir.Name("get_queryset", span), (), (), span)
    return querysets.lazy(frame, querysets.initial(frame, manager, made.span))


def offered(index: ProjectIndex, model: str, names: Iterable[str] | None = None) -> Iterator[Relation]:
    """The relations of a model for which its form offers rows; of `names` only, if they are given."""
    found = index.model(model)
    relations = {} if found is None else found.relations
    links = frozenset() if found is None else frozenset(found.parents.values())
    for name in relations if names is None else names:
        relation = relations.get(name)
        if relation is not None and name not in links and is_choice(index, model, relation):
            yield relation


def is_choice(index: ProjectIndex, model: str, relation: Relation) -> bool:
    """Is it a field, editable, of a kind whose form field is Django's own, and stored by Django itself?"""
    if relation.target is None or relation.through is not None:
        return False
    if relation.kind not in (RelationKind.FORWARD_ONE, RelationKind.FORWARD_MANY):
        return False
    member = index.member(model, relation.name)
    call = member[1].value if isinstance(member, tuple) else None
    if not isinstance(call, ir.Call) or bare_name(call.function) not in FIELDS:
        return False
    given = {keyword.name: keyword.value for keyword in call.keywords}
    editable = given.get("editable")
    return "choices" not in given and not (isinstance(editable, ir.Constant) and editable.value is False)


def offer(frame: Frame, relation: Relation, span: Span) -> None:
    """The rows behind a relation are fetched and labelled by their `__str__`."""
    rows = default_rows(frame, relation.target or "", span)
    if rows is not None:
        label_each(frame, rows, span, lambda row: calls.call_own(frame, row, "__str__", span), relation.name)


def label_each(frame: Frame, rows: QuerySet, span: Span, label: Callable[[Value], object], name: str = "") -> None:
    """Rows are fetched to choose among them; each gets a label. `name` is the field that they are offered for."""
    querysets.run_rows(frame, rows, "choices", span, name)
    loop, row = iteration.iterate(frame, result_cache.evaluated(rows), span, span, noted=True)
    with frame.iterating(loop):
        label(row)


def shows_all(index: ProjectIndex, info: ClassInfo, widget: ir.Expr) -> bool:
    """Does the widget show every row?"""
    given = widget.function if isinstance(widget, ir.Call) else widget
    return index.class_of(info.module, given, info.qualname) in WIDGETS
