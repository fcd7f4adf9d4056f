"""The forms that Django makes of models: which fields a ModelForm has, and which of them offer all rows.

Facts from django/forms/models.py (fields_for_model) and django/views/generic/edit.py (ModelFormMixin).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, Relation
from djcheck.domain.source import Span
from djcheck.flow.orm import choices
from djcheck.flow.python import options

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

# A relation that is offered, the class whose body names it, and where.
Choice = tuple[Relation, ClassInfo, Span]
EVERYTHING = "__all__"
# What gives fields of a form other widgets or classes, or takes them away: `{"name": …}` or `["name", …]`.
OPTIONS = ("exclude", "widgets", "field_classes", "formfield_callback")


def implicit(frame: Frame, form: str) -> Iterator[Choice]:
    """The foreign keys and many-to-many fields that a ModelForm offers by itself, with the place that names each."""
    index = frame.evaluator.index
    meta = index.inner_class(form, "Meta")
    model = None if meta is None else model_of(frame, meta)
    fields = fields_of(frame, form)
    hidden = None if fields is None else own_choices(index, form)
    if model is not None and fields is not None and hidden is not None:
        for relation, holder, span in in_fields(frame, model, fields):
            if relation.name not in hidden:
                yield relation, holder, span


def of_view(frame: Frame, view: str) -> Iterator[Choice]:
    """What the form offers that a view makes of its `model` and `fields`."""
    fields = options.names(frame, view, "fields")
    model = model_of(frame, view)
    if fields is not None and model is not None:
        yield from in_fields(frame, model, fields)


def in_fields(frame: Frame, model: str, fields: options.Names) -> Iterator[Choice]:
    everything = fields.places.get(EVERYTHING)
    for relation in choices.offered(frame.evaluator.index, model, None if everything is not None else fields.places):
        yield relation, fields.holder, everything or fields.places[relation.name]


def model_of(frame: Frame, holder: str) -> str | None:
    """The model that a class body names."""
    found = options.declared(frame, holder, "model")
    return None if found is None else frame.evaluator.index.class_of(found[0].module, found[1])


def fields_of(frame: Frame, form: str) -> options.Names | None:
    """What `Meta.fields` lists, or EVERYTHING where only `Meta.exclude` is given; None where neither is."""
    meta = frame.evaluator.index.inner_class(form, "Meta")
    if meta is None:
        return None
    left_out = options.declared(frame, meta, "exclude")
    if left_out is None or options.declared(frame, meta, "fields") is not None:
        return options.names(frame, meta, "fields")
    return options.Names(left_out[0], {EVERYTHING: left_out[1].span}, True)


def own_choices(index: ProjectIndex, form: str) -> set[str] | None:
    """The fields that a ModelForm's body gives another field or widget; None where that cannot be told."""
    hidden: set[str] = set()
    for name in index.mro(form):
        info = index.class_info(name)
        if info is not None:
            hidden.update(fact.name for fact in info.fact.attributes)
    meta = index.inner_class(form, "Meta")
    for name in index.mro(meta) if meta is not None else ():
        info = index.class_info(name)
        for fact in info.fact.attributes if info is not None else ():
            if info is not None and fact.name in OPTIONS and fact.value is not None:
                named = named_in(index, info, fact.value)
                if named is None:
                    return None
                hidden |= named
    return hidden


def named_in(index: ProjectIndex, info: ClassInfo, node: ir.Expr) -> set[str] | None:
    """The fields named in a list, or that are keys of a dict whose values are not such that show every row."""
    found = set()
    if isinstance(node, ir.Collection):
        items: list[tuple[ir.Expr | None, ir.Expr | None]] = [(item, None) for item in node.items]
    elif isinstance(node, ir.Dictionary):
        items = list(node.items)
    else:
        return None
    for key, value in items:
        if not isinstance(key, ir.Constant) or not isinstance(key.value, str):
            return None
        if value is None or not choices.shows_all(index, info, value):
            found.add(key.value)
    return found
