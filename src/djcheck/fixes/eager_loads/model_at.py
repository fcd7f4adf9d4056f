"""Is an origin's expression about one model only? `self.model.objects.all()` in a base class may be about many."""

from __future__ import annotations

import libcst as cst

from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.domain.source import Place
from djcheck.fixes.editing.chains import NotFixable, parsed
from djcheck.fixes.project.project import Project
from djcheck.flow.admin import registrations

# What the framework gives an object whoever it is.
EVERYBODYS = frozenset(["request", "user"])
SHOWN = ("model", "queryset")


def must_be_one(origin: Place, model: str, project: Project) -> None:
    """Raise NotFixable where rows of another model may come from the same expression."""
    # An admin class is the origin of its change form's choices too: those are told apart where it is changed.
    if not project.code(origin).startswith(("class ", "@")) and project.evidence.models_at(origin) != {model}:
        raise NotFixable("rows of several models come from there")
    must_start_from_one(origin, model, project)


def must_start_from_one(place: Place, model: str, project: Project) -> None:
    """Raise NotFixable where a queryset's expression begins with what may stand for rows of another model."""
    code, owner = project.code(place), project.class_at(place)
    first, called, second = started(code)
    if owner is not None and leads_to(owner, first, second, project) == {model}:
        return
    if first in ("self", "cls") and owner is not None and second not in EVERYBODYS:
        must_be_defined_once(owner, (second, *SHOWN), project)
    elif first == "super" and called and owner is not None:
        must_be_defined_once(owner, SHOWN, project)
    elif second and second.endswith(("objects", "_manager")):
        function = project.function_at(place)
        if function is not None and any(parameter.name == first for parameter in function.fact.parameters):
            raise NotFixable("the model is an argument")


def leads_to(owner: ClassInfo, first: str, second: str, project: Project) -> set[str | None]:
    """Whose rows a model's class, and those that extend it, name by `self.relation` or `cls.manager`."""
    keys = (owner.qualname, *project.index.subclasses(owner.qualname))
    models = [model for key in keys if (model := project.model(key)) is not None and not model.abstract]
    if first == "cls":
        return {model.key for model in models if second in model.managers or second == "objects"}
    return {each.relations[second].target for each in models if first == "self" and second in each.relations}


def started(code: str) -> tuple[str, bool, str]:
    """What a queryset's chain begins with: (first name, is it called, the attribute behind it)."""
    try:
        node: cst.CSTNode = parsed(code)
    except NotFixable:
        return "", False, ""
    attribute = ""
    while not isinstance(node, cst.Name):
        if isinstance(node, cst.Call) and (rows := wrapped(node)) is not None:
            node, attribute = rows, ""
        elif isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
            return node.func.value, True, attribute
        elif isinstance(node, cst.Call):
            node = node.func
        elif isinstance(node, cst.Attribute):
            attribute, node = node.attr.value, node.value
        elif isinstance(node, cst.Subscript):
            node = node.value
        else:
            return "", False, ""
    return node.value, False, attribute


def wrapped(call: cst.Call) -> cst.BaseExpression | None:
    """The rows in `ModelChoiceField(queryset=rows)` and `get_list_or_404(rows)`."""
    named = (arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == "queryset")
    first = call.args[0].value if isinstance(call.func, cst.Name) and call.args else None
    return next(named, first)


def must_be_defined_once(owner: ClassInfo, names: tuple[str, ...], project: Project) -> None:
    """Raise where the class and those that extend it do not all get their rows' model from the same line."""
    definitions = set()
    for qualname in (owner.qualname, *project.index.subclasses(owner.qualname)):
        for name in names:
            member = project.index.member(qualname, name)
            if isinstance(member, FunctionInfo):
                continue
            if member is not None and not member[0].qualname.startswith(("django.", "rest_framework.")):
                definitions.add((member[0].qualname, member[1].span))
                break
    registered = {
        model
        for qualname in (owner.qualname, *project.index.subclasses(owner.qualname))
        for model in registrations.of(project.index).get(qualname, ())
    }
    if len(definitions) > 1 or len(registered) > 1 or not (definitions or registered):
        raise NotFixable("classes that extend it may have rows of other models")
