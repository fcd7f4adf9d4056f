"""Forms: a field that chooses among rows shows a label for each of them.

Facts from django/forms/models.py (ModelChoiceIterator). Rows that a form's `__init__` puts in place are taken for the
declared ones; a field whose widget or labels are set there is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.flow.forms import shown_forms
from djcheck.flow.lattice.values import UNKNOWN, Class, Object, QuerySet, Value, members
from djcheck.flow.nodes import parts
from djcheck.flow.orm import choices, querysets
from djcheck.flow.python import calls, constructors
from djcheck.flow.python.assignment import FIELD_CHANGES, changed_name
from djcheck.flow.python.parameters import Arguments

if TYPE_CHECKING:
    from djcheck.domain.facts import AssignFact
    from djcheck.domain.ir import Call
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

# Functions of other packages, by canonical dotted name.
HANDLERS: dict[str, Callable[[Frame, Arguments, Call], Value]] = {}
FORM = "django.forms.BaseForm"
FIELD = "django.forms.ModelChoiceField"
LABEL = "label_from_instance"
ANY = ""


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """A method that the project's class has from the framework; None where this room knows nothing of it."""
    return shown_forms.inherited_method(frame, receiver, name, arguments, node)


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """What the framework does by itself with the project's classes: show each form."""
    for qualname in index.subclasses(FORM):
        info = index.class_info(qualname)
        if info is not None and any(choosing(index, info)):
            yield partial(enter, info)


def enter(info: ClassInfo, evaluator: Evaluator) -> None:
    changed = changes(evaluator, info)
    if ANY in changed:
        return

    def play(frame: Frame) -> None:
        made = begun(frame, info) if any("queryset" in how for how in changed.values()) else None
        for fact, call, field in choosing(frame.evaluator.index, info):
            if fact.name not in changed:
                show(frame, call, field, declared_rows(frame, call))
            elif changed[fact.name] == {"queryset"} and made is not None:
                show(frame, call, field, made.get(changed_name(fact.name)) or UNKNOWN)

    evaluator.act(info.path, info.module, info.qualname, info.qualname, play)


# ------------------------------------------------------------------ fields that are declared


def choosing(index: ProjectIndex, info: ClassInfo) -> Iterator[tuple[AssignFact, ir.Call, str]]:
    """The fields of a form that list rows: the declaration, its call and the field's class."""
    for fact in info.fact.attributes:
        if isinstance(fact.value, ir.Call):
            field = index.class_of(info.module, fact.value.function, info.qualname)
            if field is not None and index.is_a(field, FIELD) and shows_all(index, info, fact.value, field):
                yield fact, fact.value, field


def shows_all(index: ProjectIndex, info: ClassInfo, call: ir.Call, field: str) -> bool:
    """Does the field show every row, labelled as Django or `label_from_instance` has it?

    A field class that changes anything else (how it reads data, searches, renders) may well show none.
    """
    for name in index.mro(field):
        own = index.class_info(name) if name in index.subclasses(FIELD) else None
        if own is not None and (own.fact.attributes or {method.name for method in own.fact.methods} - {LABEL}):
            return False
    for keyword in call.keywords:
        if keyword.name is None:
            return False
        if keyword.name == "widget":
            return choices.shows_all(index, info, keyword.value)
    return True


def declared_rows(frame: Frame, call: ir.Call) -> Value:
    given = [keyword.value for keyword in call.keywords if keyword.name == "queryset"] or list(call.args[:1])
    return frame.evaluate(given[0]) if given else UNKNOWN


def begun(frame: Frame, info: ClassInfo) -> Object | None:
    """A form of the class, after its `__init__`."""
    node = ir.Call(ir.Name(info.fact.name, info.fact.span), (), (), info.fact.span)
    made = constructors.construct(frame, Class(info.qualname), Arguments([], {}, rest=True), node)
    return made if isinstance(made, Object) else None


def show(frame: Frame, call: ir.Call, field: str, offered: Value) -> None:
    """Each row's label."""
    for member in members(offered):
        if isinstance(member, QuerySet):
            rows = querysets.built_in(frame, member, "all", Arguments([], {}), call)
            if isinstance(rows, QuerySet):
                choices.label_each(frame, rows, call.span, lambda row: label(frame, field, row, call))


def label(frame: Frame, field: str, row: Value, call: ir.Call) -> None:
    method = frame.evaluator.index.member(field, LABEL)
    if isinstance(method, FunctionInfo):
        frame.evaluator.call(frame, method, Arguments([Object(field), row], {}), call.span)
    else:
        calls.call_own(frame, row, "__str__", call.span)


# ------------------------------------------------------------------ fields changed in methods


def changes(evaluator: Evaluator, info: ClassInfo) -> dict[str, set[str]]:
    """The fields that the form's methods change, and what of them ("" is the field as such).

    ANY stands for fields of which it cannot be told which.
    """
    found: dict[str, set[str]] = {}
    for owner in evaluator.index.mro(info.qualname):
        declared = evaluator.index.class_info(owner)
        for fact in declared.fact.methods if declared is not None else ():
            method = evaluator.index.function(f"{owner}.{fact.name}")
            body = None if method is None else evaluator.body(method)
            for name, what in changed_in(body.body if body is not None else ()):
                found.setdefault(name, set()).add(what)
    return found


def changed_in(node: object) -> Iterator[tuple[str, str]]:
    if type(node) is ir.Assign:
        for target in node.targets:
            if type(target) is ir.Attribute and target.name in FIELD_CHANGES:
                yield field_named(target.value), target.name
            elif type(target) is ir.Subscript and field_named(target) != ANY:
                yield field_named(target), ""
    elif isinstance(node, ir.Delete):
        yield from ((name, "") for name in map(field_named, node.targets) if name != ANY)
    elif type(node) is ir.Call and type(node.function) is ir.Attribute and node.function.name == "pop":
        owner = node.function.value
        if type(owner) is ir.Attribute and owner.name == "fields" and node.args:
            yield field_named(ir.Subscript(owner, node.args[0], node.span)), ""
    for part in parts(node):
        yield from changed_in(part)


def field_named(node: ir.Expr) -> str:
    """`self.fields["book"]`: the field's name."""
    if isinstance(node, ir.Subscript) and isinstance(node.value, ir.Attribute) and node.value.name == "fields":
        key = node.index
        if isinstance(key, ir.Constant) and isinstance(key.value, str):
            return key.value
    return ANY
