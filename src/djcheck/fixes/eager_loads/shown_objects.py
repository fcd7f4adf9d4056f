"""Rows of one object that a serializer's field shows, wherever the object was fetched: loaded when it is shown.

Facts from the documentation of Django (`prefetch_related_objects`) and of Django REST framework (`to_representation`).
"""

from __future__ import annotations

import libcst as cst

from djcheck.domain.finding import Edit, Fix
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.domain.ir import Call, Constant
from djcheck.domain.source import Place
from djcheck.fixes.eager_loads.view_classes import with_method
from djcheck.fixes.editing.chains import NotFixable
from djcheck.fixes.project.function_code import FunctionCode
from djcheck.fixes.project.missing_loads import Missing
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.loading_risks import of_certainty, of_changes
from djcheck.flow.rest_framework.serializer_fields import Meta, is_serializer

CAUTIONS = (
    "what is read of the same object later is as it was when it was shown",
    "a serializer that shows data of no object would fail",
)


def fix(missing: Missing, project: Project) -> Fix:
    """`prefetch_related_objects` in the serializer's `to_representation`. Raises NotFixable where it has one of its
    own, or the field's relation cannot be told, and LookupError where a name is taken."""
    owner = project.class_at(missing.origin)
    if (
        owner is None
        or project.function_at(missing.origin) is not None
        or not is_serializer(project.index, owner.qualname)
    ):
        raise NotFixable("it is no serializer's field")
    relation, quote = shown(owner, missing, project), project.quote(owner.path)
    prefetch, imports = project.django_name(owner.path, "prefetch_related_objects")
    lookups = ", ".join(f"{quote}{relation}__{lookup}{quote}" for lookup in missing.prefetches)
    own = project.index.member(owner.qualname, "to_representation")
    if isinstance(own, FunctionInfo) and own.owner == owner.qualname:
        edit = at_beginning(own, f"{prefetch}([{{}}], {lookups})", project)
    else:
        body = [f"{prefetch}([instance], {lookups})", "return super().to_representation(instance)"]
        edit = with_method(owner, ["def to_representation(self, instance):"], body, project)
    cautions = [*of_certainty(missing.findings), *of_changes(missing.findings, project), *CAUTIONS]
    return Fix(f"Load what `{relation}` lack when the object is shown", (edit, *imports), False, "; ".join(cautions))


def at_beginning(method: FunctionInfo, line: str, project: Project) -> Edit:
    """A line about the method's first argument as the first of what it does."""
    code = FunctionCode(Place(method.path, method.fact.span), project)
    body = next(each.body.body for each in code.all(cst.FunctionDef) if each.name.value == method.fact.name)
    first = next((each for each in body if not is_docstring(each)), None)
    if len(method.fact.parameters) < 2 or not isinstance(first, cst.SimpleStatementLine | cst.If | cst.For):
        raise NotFixable("the serializer represents its objects in a way of its own")
    return code.lines_before(first, [line.format(method.fact.parameters[1].name)])


def is_docstring(statement: cst.CSTNode) -> bool:
    body = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return isinstance(body, cst.Expr) and isinstance(body.value, cst.SimpleString | cst.ConcatenatedString)


def shown(owner: ClassInfo, missing: Missing, project: Project) -> str:
    """The relation whose rows the field at the origin shows."""
    model = Meta(project.index, owner.qualname).model
    for assign in owner.fact.attributes:
        call = assign.value
        if isinstance(call, Call) and call.span.line == missing.origin.span.line:
            source = next((each.value for each in call.keywords if each.name == "source"), None)
            name = source.value if isinstance(source, Constant) and isinstance(source.value, str) else assign.name
            relation = None if model is None else model.relations.get(name)
            if relation is not None and relation.target == missing.model:
                return name
    raise NotFixable("it is no field that shows a relation's rows")
