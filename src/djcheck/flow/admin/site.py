"""The admin: which pages of which classes are shown, and what their rows are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from djcheck.flow.admin import changeforms, changelists, registrations
from djcheck.flow.admin.admin_classes import AdminClass
from djcheck.flow.lattice.taint import constant
from djcheck.flow.lattice.values import UNKNOWN, Class, Object, Tuple, Value
from djcheck.flow.libraries import resources
from djcheck.flow.orm.choices import default_rows
from djcheck.flow.python import attributes, options

if TYPE_CHECKING:
    from djcheck.domain.index import ClassInfo
    from djcheck.domain.ir import Call
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.flow.python.parameters import Arguments
    from djcheck.index.project import ProjectIndex

# Functions of other packages, by canonical dotted name.
HANDLERS: dict[str, Callable[[Frame, Arguments, Call], Value]] = {}
# Options that a method may decide for each request, with what they are where the class says nothing.
OPTIONS: dict[str, Value] = {
    "list_display": Tuple((constant("__str__"),)),
    **dict.fromkeys(("list_filter", "readonly_fields", "search_fields", "autocomplete_fields"), Tuple(())),
}


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """A method that the project's class has from the framework; None where this room knows nothing of it."""
    exported = resources.inherited_method(frame, receiver, name, arguments, node)
    if exported is not None:
        return exported
    if not frame.evaluator.registered.is_admin(receiver.qualname):
        return None
    if name.removeprefix("get_") in OPTIONS:
        return declared_option(frame, receiver, name.removeprefix("get_"))
    if name not in ("get_queryset", "queryset"):
        return None
    model = receiver.get("model") or attributes.attribute(frame, receiver, "model", node.span)
    if not isinstance(model, Class):
        known = frame.evaluator.registered.models(receiver.qualname)
        model = Class(known[0]) if len(known) == 1 else UNKNOWN
    return default_rows(frame, model.qualname, node.span) if isinstance(model, Class) else None


def declared_option(frame: Frame, receiver: Object, name: str) -> Value:
    """`super().get_list_display(request)` gives what the class's body says."""
    found = options.declared(frame, receiver.qualname, name)
    return OPTIONS[name] if found is None else options.value_of(frame, found[0], name, found[1])


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """What the framework does by itself with the project's classes."""
    for qualname, models in sorted(registrations.of(index).items()):
        info = index.class_info(qualname)
        if info is not None:
            for model in models:
                yield partial(enter, info, model)
    yield from resources.entries(index)


def enter(info: ClassInfo, model: str, evaluator: Evaluator) -> None:
    def play(frame: Frame) -> None:
        page = AdminClass(frame, info, model)
        changelists.play(page)
        changeforms.play(page)
        resources.export(page)

    evaluator.act(info.path, info.module, info.qualname, info.qualname, play)
