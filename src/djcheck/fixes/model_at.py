"""Is an origin's expression about one model only? `self.model.objects.all()` in a base class may be about many."""

from __future__ import annotations

import re

from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.domain.source import Place
from djcheck.fixes.chains import NotFixable
from djcheck.fixes.project import Project
from djcheck.flow import registrations

START = re.compile(r"(?:[\w.]+\(\s*(?:\w+\s*=\s*)?)?\(?\s*(\w+)(\(\))?(?:\s*\.\s*(\w+))?")
# What the framework gives an object whoever it is.
EVERYBODYS = frozenset(["request", "user"])
SHOWN = ("model", "queryset")


def must_be_one(origin: Place, model: str, project: Project) -> None:
    """Raise NotFixable where rows of another model may come from the same expression."""
    code, owner = project.code(origin), project.class_at(origin)
    # An admin class is the origin of its change form's choices too: those are told apart where it is changed.
    if not code.startswith(("class ", "@")) and project.evidence.models_at(origin) != {model}:
        raise NotFixable("rows of several models come from there")
    first, called, second = started(code)
    if first in ("self", "cls") and owner is not None and second not in EVERYBODYS:
        must_be_defined_once(owner, (second, *SHOWN), project)
    elif first == "super" and called and owner is not None:
        must_be_defined_once(owner, SHOWN, project)
    elif second and second.endswith(("objects", "_manager")):
        function = project.function_at(origin)
        if function is not None and any(parameter.name == first for parameter in function.fact.parameters):
            raise NotFixable("the model is an argument")


def started(code: str) -> tuple[str, bool, str]:
    """(first name, is it called, the attribute behind it)."""
    found = START.match(code)
    return (found[1], bool(found[2]), found[3] or "") if found is not None else ("", False, "")


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
