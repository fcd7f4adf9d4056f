"""GraphQL types (graphene-django, strawberry-django): what their objects lack is loaded in the type's `get_queryset`.

Facts from the libraries' documentation ("Queries & ObjectTypes", "Types"): it is asked for the rows of every field that
starts from the type's model.
"""

from __future__ import annotations

from djcheck.domain.finding import Fix
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.fixes.eager_loads.resolver_hints import is_type
from djcheck.fixes.eager_loads.view_classes import with_method
from djcheck.fixes.editing.chains import NotFixable, with_loads
from djcheck.fixes.project.missing_loads import Missing, loads_of, used
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.loading_risks import of_certainty, of_changes
from djcheck.flow.graphql.graphene import MANAGED, type_of_list
from djcheck.flow.python.parameters import bare_name

EVERYBODY = "every field that gives such objects loads it, whether it is asked for or not"
SINCE = "versions of graphene-django from before 2019 do not ask for it"


def fix(missing: Missing, project: Project) -> Fix:
    """A `get_queryset` for the type. Raises NotFixable where it has one of its own, or the origin is no type's rows."""
    owner, old = type_at(missing, project)
    own = project.index.member(owner.qualname, "get_queryset")
    if isinstance(own, FunctionInfo) and own.owner == owner.qualname:
        raise NotFixable("the type makes its rows itself")
    loads, imports = loads_of(missing.lookups, owner.path, project)
    arguments = "queryset, info" if old else "queryset, info, **kwargs"
    given = f"super().get_queryset({arguments})" if isinstance(own, FunctionInfo) else "queryset.all()"
    rows = with_loads(given, loads, (), project.quote(owner.path))
    header = ["@classmethod", f"def get_queryset(cls, {arguments}):"]
    edit = with_method(owner, header, [f"return {rows}"], project)
    cautions = [
        *of_certainty(missing.findings),
        *of_changes(missing.findings, project),
        EVERYBODY,
        *([SINCE] if old else []),
    ]
    return Fix(missing.title, (edit, *used(imports, edit.text)), False, "; ".join(cautions))


def type_at(missing: Missing, project: Project) -> tuple[ClassInfo, bool]:
    """(the type whose rows come from the origin, is it graphene-django's?)"""
    holder = project.class_at(missing.origin)
    if holder is None:
        raise NotFixable("the rows come from no class")
    if is_type(missing.origin, project):
        return holder, False
    for assign in holder.fact.attributes:
        if assign.span.line == missing.origin.span.line and bare_name(assign.value) in MANAGED:
            named = type_of_list(project.index, holder, assign)
            owner = None if named is None else project.index.class_info(named)
            if owner is not None:
                return owner, True
    raise NotFixable("the rows come from no GraphQL type")
