"""Class-based views and viewsets that only name their model: their rows are loaded in `get_queryset`."""

from __future__ import annotations

from djcheck.domain.finding import Edit
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.domain.source import Place
from djcheck.fixes.chains import Loads, NotFixable, with_loads
from djcheck.fixes.edits import inserting
from djcheck.fixes.model_at import SHOWN, must_be_defined_once
from djcheck.fixes.project import Project

VIEWS = ("django.views.generic.MultipleObjectMixin", "django.views.generic.SingleObjectMixin")


def is_declaration(origin: Place, code: str, project: Project) -> bool:
    """Is the origin the value of `model = Book` in a class body?"""
    owner = project.class_at(origin)
    return owner is not None and any(
        assign.name == "model" and assign.value is not None and assign.value.span == origin.span
        for assign in owner.fact.attributes
    )


def edits(origin: Place, loads: Loads, project: Project) -> tuple[Edit, ...]:
    """`get_queryset` given to the class that names the model."""
    owner = project.class_at(origin)
    if owner is None or not project.index.is_a(owner.qualname, *VIEWS):
        raise NotFixable("it is no view whose rows `get_queryset` makes")
    must_be_defined_once(owner, SHOWN, project)
    return override(owner, "self", "", loads, project)


def override(owner: ClassInfo, parameters: str, arguments: str, loads: Loads, project: Project) -> tuple[Edit, ...]:
    """`get_queryset` at the end of a class that has none of its own: what the base gives, with the eager loads."""
    own = project.index.member(owner.qualname, "get_queryset")
    if isinstance(own, FunctionInfo) and own.owner == owner.qualname:
        raise NotFixable("the class makes its rows itself")
    lines = project.lines_of(owner.path)
    _, indent = body_of(owner, project)
    rows = with_loads(f"super().get_queryset({arguments})", loads, (), project.quote(owner.path))
    last = owner.fact.span.end_line
    text = f"\n\n{indent}def get_queryset({parameters}):\n{indent * 2}return {rows}"
    return (inserting(owner.path, last, len(lines[last - 1]) + 1, text),)


def body_of(owner: ClassInfo, project: Project) -> tuple[int | None, str]:
    """(the first line that a class's body declares something on, if any; what the body is indented by)."""
    lines, span = project.lines_of(owner.path), owner.fact.span
    body = [each.span for each in owner.fact.attributes] + [each.span for each in owner.fact.methods]
    first = min((each.line for each in body), default=None)
    line = lines[(first or span.end_line) - 1]
    indent = line[: len(line) - len(line.lstrip())]
    if len(indent) < span.column or (first is None and ")" in line):
        raise NotFixable("the class has no body to add to")
    return first, indent
