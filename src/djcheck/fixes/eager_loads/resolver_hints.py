"""GraphQL types of strawberry-django: what a resolver reads of its parents is named in its field's hints.

Facts from strawberry-django's documentation ("Query Optimizer", "Optimization hints"): a field with a resolver of its
own is loaded for as its `select_related` and `prefetch_related` say, if the schema has the extension.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from djcheck.domain import ir
from djcheck.domain.finding import Edit, Finding
from djcheck.domain.index import ClassInfo, External, FunctionInfo
from djcheck.domain.source import Place
from djcheck.fixes.editing.chains import Loads, NotFixable, added, parsed, text_of, written
from djcheck.fixes.editing.edits import replacing, trimmed
from djcheck.fixes.project.evidence import place_of
from djcheck.fixes.project.project import Project
from djcheck.index.reading import dotted

FIELDS = frozenset({"strawberry_django.field", "strawberry.django.field"})
TYPES = ("strawberry_django.", "strawberry.django.")
OPTIMIZER = "DjangoOptimizerExtension"
WITHOUT = f"only a schema with the `{OPTIMIZER}` heeds hints"


def is_type(origin: Place, project: Project) -> bool:
    """Is the origin the class of a type, whose rows come from whatever field gives such objects?"""
    owner = project.class_at(origin)
    return owner is not None and any(
        meaning(owner, decorator, project).startswith(TYPES) for decorator in owner.fact.decorators
    )


def edits(findings: Sequence[Finding], origin: Place, loads: Loads, project: Project) -> tuple[Edit, ...]:
    """The hints written into the decorator of the one resolver that reads the findings' relations."""
    owner = project.class_at(origin)
    resolvers = {each.qualname: each for finding in findings for each in resolvers_of(finding, owner, project)}
    if owner is None or len(resolvers) != 1 or loads.nested:
        raise NotFixable("no resolver of the type's own reads it alone")
    resolver = next(iter(resolvers.values()))
    for decorator in resolver.fact.decorators:
        function = decorator.function if isinstance(decorator, ir.Call) else decorator
        if meaning(owner, function, project) in FIELDS:
            place = Place(resolver.path, decorator.span)
            code = project.code(place)
            return (trimmed(replacing(place, hinted(code, loads, project.quote_at(place))), code),)
    raise NotFixable("the resolver's field takes no hints")


def cautions(project: Project) -> Iterator[str]:
    if not project.paths_with(OPTIMIZER):
        yield WITHOUT


def resolvers_of(finding: Finding, owner: ClassInfo | None, project: Project) -> Iterator[FunctionInfo]:
    """The methods of the type's own body that the way to the read begins with."""
    for place in (place_of(finding), *map(place_of, finding.related)):
        function = project.function_at(place)
        if function is not None and owner is not None and function.owner == owner.qualname:
            yield function


def meaning(owner: ClassInfo, expression: ir.Expr, project: Project) -> str:
    """The dotted name of another package's function that a decorator stands for."""
    function = expression.function if isinstance(expression, ir.Call) else expression
    symbol = project.index.resolve(owner.module, dotted(function) or "")
    return symbol.name if isinstance(symbol, External) else ""


def hinted(code: str, loads: Loads, quote: str) -> str:
    """`strawberry_django.field` with hints beside those that it has."""
    node = parsed(code)
    call = node if isinstance(node, cst.Call) else cst.Call(node)
    for name, paths in (("select_related", loads.joins), ("prefetch_related", loads.prefetches)):
        if paths:
            call = call.with_changes(args=with_hint(list(call.args), name, paths, quote))
    return written(call)


def with_hint(args: list[cst.Arg], name: str, paths: Sequence[str], quote: str) -> list[cst.Arg]:
    there = next((arg for arg in args if arg.keyword is not None and arg.keyword.value == name), None)
    known = [] if there is None else texts_in(there)
    shown = ", ".join(f"{quote}{path}{quote}" for path in dict.fromkeys([*known, *paths]))
    value = cst.parse_expression(f"[{shown}]")
    if there is not None:
        return [arg.with_changes(value=value) if arg is there else arg for arg in args]
    made = added(args, value)
    equals = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return [*made[:-1], made[-1].with_changes(keyword=cst.Name(name), equal=equals)]


def texts_in(arg: cst.Arg) -> list[str]:
    """The lookups that a hint names. Raises NotFixable where they are not spelled out."""
    items = arg.value.elements if isinstance(arg.value, cst.List | cst.Tuple) else [cst.Element(arg.value)]
    found = [text_of(cst.Arg(item.value)) for item in items]
    if None in found:
        raise NotFixable("the hints are not spelled out")
    return [text for text in found if text is not None]
