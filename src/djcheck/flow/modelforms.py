"""The forms that Django makes of models: which fields a ModelForm has, and which of them are its own.

Facts from django/forms/models.py (fields_for_model).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo
from djcheck.flow import choices, options

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

EVERYTHING = "__all__"
# What gives fields of a form other widgets or classes, or takes them away: `{"name": …}` or `["name", …]`.
OPTIONS = ("exclude", "widgets", "field_classes", "formfield_callback")


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
