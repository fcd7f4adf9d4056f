"""Class-based views and viewsets that only name their model: their rows are loaded in `get_queryset`."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from djcheck.domain.finding import Edit, Finding
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.domain.source import Place
from djcheck.domain.trace import Role
from djcheck.fixes.eager_loads.model_at import SHOWN, must_be_defined_once
from djcheck.fixes.editing.chains import Loads, NotFixable, with_loads
from djcheck.fixes.editing.edits import inserting, replacing, trimmed
from djcheck.fixes.project.evidence import place_of
from djcheck.fixes.project.function_code import FunctionCode
from djcheck.fixes.project.project import Project

API_VIEW = "rest_framework.generics.GenericAPIView"
FRAMEWORKS = ("django.", "rest_framework.")
GIVES_LIST = re.compile(r"\breturn\s+(?:\[|list\(|sorted\(|tuple\()")
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


def shown_in(findings: Sequence[Finding], origin: Place, project: Project) -> ClassInfo | None:
    """The one view that goes over the findings' rows, which a class that it extends makes, for other views too."""
    views: dict[str, ClassInfo] = {}
    for finding in findings:
        loops = (place_of(step) for step in finding.related if step.role is Role.LOOP)
        view = next((found for place in loops if (found := goes_over(place, origin, project)) is not None), None)
        if view is None:
            return None
        views[view.qualname] = view
    return view if len(views) == 1 else None


def only_one_of(model: str, origin: Place, project: Project) -> ClassInfo | None:
    """The one view that gets rows of a model from the class which makes rows of whatever model views name."""
    maker = project.class_at(origin)
    views = []
    for qualname in project.index.subclasses(maker.qualname) if maker is not None else ():
        named = project.index.member(qualname, "model")
        view = project.index.class_info(qualname)
        if view is not None and isinstance(named, tuple) and named[1].value is not None:
            found = project.index.class_of(named[0].module, named[1].value)
            views += [view] if found == model and project.index.is_a(qualname, *VIEWS, API_VIEW) else []
    return views[0] if len(views) == 1 else None


def goes_over(loop: Place, origin: Place, project: Project) -> ClassInfo | None:
    """The view in whose class the loop stands, if it is that over its own rows: those that `get_queryset` gives it."""
    view, maker = project.class_at(loop), project.class_at(origin)
    if view is None or not project.index.is_a(view.qualname, *VIEWS, API_VIEW):
        return None
    ancestors = project.index.mro(view.qualname)
    # The framework goes over a view's rows for what its class declares: a serializer, a table's columns.
    declared = project.function_at(loop) is None
    if not declared and (maker is None or maker.qualname not in ancestors):
        return None
    made = (project.index.member(each, "get_queryset") for each in ancestors)
    makers = [each for each in made if isinstance(each, FunctionInfo) and not each.qualname.startswith(FRAMEWORKS)]
    return view if makers and not any(GIVES_LIST.search(source_of(each, project)) for each in makers) else None


def source_of(function: FunctionInfo, project: Project) -> str:
    return project.code(Place(function.path, function.fact.span))


def override(owner: ClassInfo, parameters: str, arguments: str, loads: Loads, project: Project) -> tuple[Edit, ...]:
    """`get_queryset` at the end of a class that has none of its own: what the base gives, with the eager loads."""
    own = project.index.member(owner.qualname, "get_queryset")
    if isinstance(own, FunctionInfo) and own.owner == owner.qualname:
        return (extended(own, loads, project),)
    rows = with_loads(f"super().get_queryset({arguments})", loads, (), project.quote(owner.path))
    return (with_method(owner, [f"def get_queryset({parameters}):"], [f"return {rows}"], project),)


def with_method(owner: ClassInfo, header: Sequence[str], body: Sequence[str], project: Project) -> Edit:
    """One more method at the end of a class, by the lines of its header and body."""
    _, indent = body_of(owner, project)
    inner = indent + indent[owner.fact.span.column - 1 :]
    text = "".join([f"\n{indent}{line}" for line in header] + [f"\n{inner}{line}" for line in body])
    return at_end(owner, f"\n{text}", project)


def at_end(owner: ClassInfo, text: str, project: Project) -> Edit:
    """More lines at the end of a class; a `pass` that is all of its body gives way."""
    last = owner.fact.span.end_line
    line = project.lines_of(owner.path)[last - 1]
    if line.strip() == "pass" and body_of(owner, project)[0] is None:
        return Edit(owner.path, last, line.index("pass") + 1, last, len(line) + 1, text.lstrip())
    return inserting(owner.path, last, len(line) + 1, text)


def extended(own: FunctionInfo, loads: Loads, project: Project) -> Edit:
    """The rows that the class's own `get_queryset` returns, with the eager loads, where there is one return."""
    code = FunctionCode(Place(own.path, own.fact.span), project)
    returns = list(code.all(cst.Return))
    if len(returns) != 1 or not isinstance(returns[0].value, cst.Call):
        raise NotFixable("the class makes its rows itself")
    place = code.place(returns[0].value)
    old = project.code(place)
    return trimmed(replacing(place, with_loads(old, loads, (), project.quote(own.path))), old)


def body_of(owner: ClassInfo, project: Project) -> tuple[int | None, str]:
    """(the first line that a class's body declares something on, if any; what the body is indented by)."""
    lines, span = project.lines_of(owner.path), owner.fact.span
    fact = owner.fact
    body = [each.span for each in fact.attributes]
    body += [*(each.span for each in fact.methods), *(each.span for each in fact.classes)]
    first = min((each.line for each in body), default=None)
    line = lines[(first or span.end_line) - 1]
    indent = line[: len(line) - len(line.lstrip())]
    if len(indent) < span.column or (first is None and ")" in line):
        raise NotFixable("the class has no body to add to")
    return first, indent
