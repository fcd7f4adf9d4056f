"""The admin's change forms: what their fields offer, and what the rows of their inlines show.

Facts from django/contrib/admin/options.py and helpers.py; each was checked by counting queries.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, FunctionInfo, Relation
from djcheck.domain.relation_kind import RelationKind
from djcheck.flow.admin.admin_classes import AdminClass, header, listed
from djcheck.flow.forms import forms, modelforms
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import UNKNOWN, Class, Const, Object, Value
from djcheck.flow.nodes import nodes_in
from djcheck.flow.orm import choices
from djcheck.flow.python import attributes, calls, iteration

if TYPE_CHECKING:
    from djcheck.flow.python.options import Names

INLINE = "django.contrib.admin.InlineModelAdmin"
GENERIC_INLINE = "django.contrib.contenttypes.admin.GenericInlineModelAdmin"
# Methods that put other fields, rows or widgets in place than the options say.
HOOKS = ("get_form", "get_formset", "formfield_for_dbfield", "get_field_queryset")
HOOK_OF_KIND = {
    RelationKind.FORWARD_ONE: "formfield_for_foreignkey",
    RelationKind.FORWARD_MANY: "formfield_for_manytomany",
}
# Fields of these options do not offer all rows: they ask for the row at hand alone, or show it as text.
SPARING = ("raw_id_fields", "autocomplete_fields", "readonly_fields", "exclude")


def play(page: AdminClass) -> None:
    """A request to the change form."""
    offer(page, shown(page))
    for item in listed(page.option("inlines") or UNKNOWN):
        info = page.index.class_info(item.qualname) if isinstance(item, Class) else None
        if info is not None and page.index.is_a(info.qualname, INLINE):
            inline(page, info)


# ------------------------------------------------------------------ fields


def shown(page: AdminClass) -> Names | None:
    """The fields that the form is said to have; None: all that the model has."""
    for name in ("fieldsets", "fields"):
        found = page.names(name)
        if found is not None and (found.places or found.complete):
            return found
    form = page.option("form")
    found = modelforms.fields_of(page.frame, form.qualname) if isinstance(form, Class) else None
    return None if found is None or modelforms.EVERYTHING in found.places else found


def offer(page: AdminClass, fields: Names | None, back: AbstractSet[str] = frozenset()) -> None:
    """Each foreign key and many-to-many field among the fields offers all rows of the other model."""
    hidden = not_offering(page)
    if hidden is None:
        return
    for relation in choices.offered(page.index, page.model, None if fields is None else fields.places):
        if relation.name in hidden or relation.name in back or is_made_by_hand(page, relation):
            continue
        if fields is None:
            choices.offer(page.frame, relation, page.span)
        else:
            choices.offer(page.inside(fields.holder), relation, fields.places[relation.name])


def is_made_by_hand(page: AdminClass, relation: Relation) -> bool:
    """May a method of the class make the field? One that names fields makes others as Django does."""
    hook = page.method(HOOK_OF_KIND[relation.kind])
    if hook is None:
        return False
    body, model = page.frame.evaluator.body(hook), page.index.model(page.model)
    texts = {node.value for node in nodes_in(body.body) if type(node) is ir.Constant} if body is not None else set()
    named = texts & model.relations.keys() if model is not None else texts
    return not named or relation.name in named


def not_offering(page: AdminClass) -> set[str] | None:
    """The fields that do not offer all rows, or with choices of their own; None where this cannot be told."""
    if any(page.method(name) is not None for name in HOOKS) or page.option("formfield_overrides") is not None:
        return None
    hidden: set[str] = set()
    for name in SPARING:
        found = page.names(name)
        if found is not None:
            if not found.complete:
                return None
            hidden.update(found.places)
    form = page.option("form")
    if isinstance(form, Class):
        own = modelforms.own_choices(page.index, form.qualname)
        info = page.index.class_info(form.qualname)
        changed = forms.changes(page.frame.evaluator, info) if info is not None else {}
        if own is None or forms.ANY in changed:
            return None
        hidden |= own | changed.keys()
    return hidden


# ------------------------------------------------------------------ inlines


def inline(page: AdminClass, info: ClassInfo) -> None:
    """Each row of an inline shows its `__str__`, and has a form of its own; no relation is known to be held."""
    frame = page.inside(info)
    model = attributes.attribute(frame, Object(info.qualname), "model", header(info))
    if not isinstance(model, Class) or is_single(page, model.qualname):
        return
    inner = AdminClass(frame, info, model.qualname)
    if inner.option("max_num") in (Const(0), Const(1)) or formset_fetches(inner):
        return
    back = leading_back(inner, page.model)
    for queryset in inner.rows():
        loop, row = iteration.iterate(frame, queryset, inner.span, inner.span, noted=True)
        with frame.iterating(loop):
            calls.call_own(frame, row, "__str__", inner.span)
            for owner, value, span in inner.items("readonly_fields"):
                if text_of(value) not in back:
                    inner.read_only(inner.inside(owner), row, value, span)
            if nobody_changes(inner):
                read(inner, row, shown(inner), back)
            else:
                offer(inner, shown(inner), back)


def is_single(page: AdminClass, model: str) -> bool:
    """Does a one-to-one field lead from the inline's model here? Then there is one row at most."""
    here = page.index.model(page.model)
    return here is not None and any(
        relation.kind is RelationKind.REVERSE_ONE and relation.target == model for relation in here.relations.values()
    )


def formset_fetches(page: AdminClass) -> bool:
    """Does the inline's formset put other rows in place than the inline's `get_queryset` gives?"""
    formset = page.option("formset")
    if not isinstance(formset, Class):
        return False
    if isinstance(page.index.member(formset.qualname, "get_queryset"), FunctionInfo):
        return True
    made = page.index.member(formset.qualname, "__init__")
    body = page.frame.evaluator.body(made) if isinstance(made, FunctionInfo) else None
    targets = [node.targets for node in nodes_in(body.body if body is not None else ()) if type(node) is ir.Assign]
    return any(type(target) is ir.Attribute and target.name == "queryset" for each in targets for target in each)


def leading_back(page: AdminClass, parent: str) -> set[str]:
    """The fields by which the rows of an inline belong to the row above: they are not shown."""
    for option in ("fk_name", "ct_field"):
        named = text_of(page.option(option) or UNKNOWN)
        if named is not None:
            return {named}
    if page.index.is_a(page.info.qualname, GENERIC_INLINE):
        return {"content_type"}
    owners = {parent, *page.index.mro(parent)}
    model = page.index.model(page.model)
    keys = [] if model is None else [each for each in model.relations.values() if each.kind is RelationKind.FORWARD_ONE]
    return {relation.name for relation in keys if relation.target in owners}


def nobody_changes(page: AdminClass) -> bool:
    """Does the class refuse all changes?"""
    method = page.method("has_change_permission")
    return method is not None and method.fact.answer is False


def read(page: AdminClass, row: Value, fields: Names | None, hidden: set[str]) -> None:
    """Where nobody may change the rows, their fields are shown as text."""
    for relation in choices.offered(page.index, page.model, None if fields is None else fields.places):
        if relation.name not in hidden:
            frame = page.frame if fields is None else page.inside(fields.holder)
            span = page.span if fields is None else fields.places[relation.name]
            page.read_only(frame, row, taint.constant(relation.name), span)
