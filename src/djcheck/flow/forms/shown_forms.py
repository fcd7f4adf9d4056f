"""Forms in templates and views: where a form, or a field of one, is shown, its choices are fetched and labelled.

Only what Django makes of a model's relations is followed here; what a form declares itself is told of each form
(`forms.py`). Facts from django/forms/forms.py, boundfield.py and django/views/generic/edit.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.flow.forms import forms, modelforms
from djcheck.flow.lattice.joining import join_all
from djcheck.flow.lattice.taint import constant
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import PLAIN, UNKNOWN, Class, Object, Tuple, Value, members
from djcheck.flow.orm import choices
from djcheck.flow.python import constructors
from djcheck.flow.python.assignment import changed_name
from djcheck.flow.python.parameters import Arguments

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.flow.frame import Frame

FORM_VIEW = "django.views.generic.FormMixin"
MODEL_FORM_VIEW = "django.views.generic.ModelFormMixin"
# A form that a view makes of its model: `view` is the view's class.
OF_VIEW = "djcheck.ModelForm"
# `{{ form.book }}`: `form` is the form, `name` the field's name ("" stands for any field).
BOUND_FIELD = "djcheck.BoundField"
WHOLE = frozenset(
    {"__str__", "__html__", "render", "as_p", "as_div", "as_table", "as_ul", "as_widget", "as_field_group"}
)


def is_form(frame: Frame, value: Value) -> bool:
    return isinstance(value, Object) and (
        value.qualname in (OF_VIEW, BOUND_FIELD) or frame.evaluator.index.is_a(value.qualname, forms.FORM)
    )


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """A method of a form, of a field in one, or of a view that has a form."""
    if name in WHOLE and is_form(frame, receiver):
        show(frame, receiver)
        return PLAIN
    if name == "visible_fields":
        found = fields(frame, receiver)
        return None if found is None else Tuple((found,))
    if name in ("get_form", "get_form_class") and frame.evaluator.index.is_a(receiver.qualname, FORM_VIEW):
        return form_of(frame, receiver, node) if name == "get_form" else form_class(frame, receiver)
    return None


def inherited_attribute(frame: Frame, receiver: Object, name: str) -> Value | None:
    """`{{ form.book }}`: templates look fields up by their names."""
    if frame.template is None or receiver.qualname == BOUND_FIELD or not is_form(frame, receiver):
        return None
    return field(receiver, name) if any(relation.name == name for relation, _, _ in implied(frame, receiver)) else None


def fields(frame: Frame, value: Object) -> Object | None:
    """What a loop over a form gives: any of its fields. None where the value is no form."""
    return field(value, "") if value.qualname != BOUND_FIELD and is_form(frame, value) else None


def field(form: Object, name: str) -> Object:
    return Object(BOUND_FIELD, (("form", form), ("name", constant(name))), form.varies)


# ------------------------------------------------------------------ showing


def implied(frame: Frame, form: Object) -> list[modelforms.Choice]:
    """The choices that Django makes of the model's relations, as far as no code changes them."""
    index = frame.evaluator.index
    view = form.get("view")
    owner = view.qualname if isinstance(view, Class) else form.qualname
    info = index.class_info(owner)
    found = list(modelforms.of_view(frame, owner) if isinstance(view, Class) else modelforms.implicit(frame, owner))
    changed = forms.changes(frame.evaluator, info) if found and info is not None else {}
    if forms.ANY in changed or form.get(changed_name("")) is not None:
        return []
    return [each for each in found if each[0].name not in changed and form.get(changed_name(each[0].name)) is None]


def show(frame: Frame, shown: Object) -> None:
    """A form, or one field of it, is rendered."""
    form, name = shown.get("form"), text_of(shown.get("name") or UNKNOWN)
    if shown.qualname != BOUND_FIELD or not isinstance(form, Object):
        form, name = shown, ""
    for relation, holder, span in implied(frame, form):
        if name in ("", relation.name):
            inner = frame.inside(holder.path, holder.module, holder.qualname, holder.qualname)
            choices.offer(inner, relation, span)


# ------------------------------------------------------------------ views


def form_class(frame: Frame, view: Object) -> Value:
    """`get_form_class`: the class that is named, else one made of the model and `fields`."""
    from djcheck.flow.views import generic_views

    named = generic_views.own(frame, view, "form_class")
    if named is not None:
        return named
    made = frame.evaluator.index.is_a(view.qualname, MODEL_FORM_VIEW)
    return Object(OF_VIEW, (("view", Class(view.qualname)),)) if made else UNKNOWN


def form_of(frame: Frame, view: Object, node: Call) -> Value:
    """`get_form`: an object of that class."""
    from djcheck.flow.views import generic_views

    cls = generic_views.call_self(frame, view, "get_form_class", Arguments([], {}), node)
    given = Arguments([], {}, rest=True)
    return join_all(
        [
            constructors.construct(frame, member, given, node) if isinstance(member, Class) else member
            for member in members(cls)
        ]
    )
