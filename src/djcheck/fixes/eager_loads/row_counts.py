"""DJC102 where related rows are only counted: the number comes with the rows, by `annotate(Count(…))`.

Facts from Django's documentation ("Aggregation"): several multi-valued joins in one queryset multiply each other's
rows, which `distinct=True` undoes; a filter before `annotate()` also restricts what is counted over the same relation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst
from msgspec import Struct

from djcheck.domain.finding import Edit, Finding, Fix
from djcheck.domain.index import Model, Relation
from djcheck.domain.observation import QueryRun
from djcheck.domain.relation_kind import RelationKind
from djcheck.domain.source import Place
from djcheck.fixes.editing.chains import NotFixable, name_of, parsed, spine, written
from djcheck.fixes.editing.edits import replacing, trimmed
from djcheck.fixes.project.evidence import contains, origin_of
from djcheck.fixes.project.function_code import FunctionCode
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.loading_risks import of_certainty, of_changes

COUNTABLE = frozenset({RelationKind.FORWARD_MANY, RelationKind.REVERSE_MANY})
# Methods that neither multiply rows nor group them.
PLAIN = frozenset(
    ["all", "filter", "exclude", "order_by", "reverse", "using", "select_related", "prefetch_related", "only", "defer"]
)


class Counted(Struct, frozen=True):
    """A relation whose rows are counted, and the places that do."""

    relation: Relation
    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        return f"{self.relation.name.removesuffix('_set')}_count"


def only_counts(finding: Finding, project: Project) -> bool:
    reads = project.evidence.reads(finding)
    return bool(reads) and all(isinstance(read, QueryRun) and read.method in ("count", "len") for read in reads)


def fix(findings: Sequence[Finding], project: Project) -> Fix | None:
    """The numbers fetched with the rows of one origin, and read from there."""
    origin = origin_of(findings[0])
    model = project.labelled(findings[0].model)
    if origin is None or model is None or not origin.path.endswith(".py"):
        return None
    try:
        counted = [counted_by(finding, model, project) for finding in findings]
        edits = (*annotated(origin, model, counted, project), *renamed(counted, project))
        risks = [*of_certainty(findings), *of_changes(findings, project), *of_reads(findings, project)]
    except (NotFixable, LookupError):
        return None
    cautions = list(dict.fromkeys(risks))
    names = ", ".join(f"`{each.relation.name}`" for each in counted)
    return Fix(f"Count {names} with the rows", edits, not cautions, "; ".join(cautions))


def counted_by(finding: Finding, model: Model, project: Project) -> Counted:
    relation = model.relations.get(finding.relation or "")
    target = project.model(relation.target) if relation is not None else None
    if relation is None or target is None or relation.kind not in COUNTABLE:
        raise NotFixable("it is no relation of the origin's own rows")
    if {"get_queryset", "count", "all"} & project.queryset_methods(target.key):
        raise NotFixable("the relation's manager may leave rows out")
    found = Counted(relation, tuple(dict.fromkeys(read.place for read in project.evidence.reads(finding))))
    if found.name in {*model.fields, *model.relations} or project.index.member(model.key, found.name) is not None:
        raise NotFixable("the model has such a name already")
    return found


# ------------------------------------------------------------------ where rows are made


def annotated(origin: Place, model: Model, counted: Sequence[Counted], project: Project) -> tuple[Edit, ...]:
    """`.annotate(book_count=Count("book"))` at the end of the origin's chain."""
    code = project.code(origin)
    node = parsed(code)
    hops = list(spine(node))
    if not isinstance(node, cst.Call) or not {name_of(hop) for hop in hops} <= PLAIN:
        raise NotFixable("the queryset may group or multiply its rows")
    manager = hops[-1].func.value if isinstance(hops[-1].func, cst.Attribute) else node
    if not isinstance(manager, cst.Attribute) or manager.attr.value not in {"objects", *model.managers}:
        raise NotFixable("the origin is no manager's queryset")
    if "get_queryset" in project.queryset_methods(model.key) or any(over_many(arg, model) for arg in arguments(hops)):
        raise NotFixable("the queryset may group or multiply its rows")
    count, imports = project.django_name(origin.path, "Count")
    quote = project.quote_at(origin)
    distinct = ", distinct=True" if len(counted) > 1 else ""
    if distinct and any(each.relation.through is not None for each in counted):
        raise NotFixable("a table of the project's own may hold a pair twice")
    numbers = [f"{each.name}={count}({quote}{each.relation.query_name}{quote}{distinct})" for each in counted]
    rows = hops[0].func.value if bare_all(hops[0]) and isinstance(hops[0].func, cst.Attribute) else node
    changed = f"{written(rows)}.annotate({', '.join(numbers)})"
    return (trimmed(replacing(origin, changed), code), *imports)


def bare_all(call: cst.Call) -> bool:
    return name_of(call) == "all" and not call.args


def arguments(hops: Sequence[cst.Call]) -> Iterator[cst.Arg]:
    for hop in hops:
        if name_of(hop) in ("filter", "exclude", "order_by"):
            yield from hop.args


def over_many(arg: cst.Arg, model: Model) -> bool:
    """May an argument lead over a relation to many rows?"""
    text = arg.value.evaluated_value if isinstance(arg.value, cst.SimpleString) else None
    name = arg.keyword.value if arg.keyword is not None else text.lstrip("-") if isinstance(text, str) else ""
    first, _, rest = name.partition("__")
    relations = {relation.query_name: relation for relation in model.relations.values()}
    return not name or (first in relations and (relations[first].is_many or "__" in rest))


# ------------------------------------------------------------------ where rows are read


def renamed(counted: Sequence[Counted], project: Project) -> Iterator[Edit]:
    """`author.books.count()` → `author.books_count`, in Python and in templates."""
    for each in counted:
        name = re.escape(each.relation.name)
        read = re.compile(rf"(?:len\()?(?P<row>[\w.]+)\.{name}(?:\.all(?:\(\))?)?(?:\.count(?:\(\))?|\))")
        for place in each.places:
            found = read.fullmatch(project.code(place))
            if found is None:
                raise NotFixable("the number is read in another form")
            yield replacing(place, f"{found['row']}.{each.name}")


def of_reads(findings: Sequence[Finding], project: Project) -> Iterator[str]:
    """Rows that come from elsewhere would have no number: Python code would fail, a template show nothing."""
    for finding in findings:
        for read in project.evidence.reads(finding):
            if read.subject is None or not comes_straight(read.place, read.subject.origin.place, project):
                if read.place.path.endswith(".py"):
                    raise NotFixable("other rows, without the number, may be read there")
                short = read.place.path.rpartition("/")[2]
                yield f"`{short}` may be shown other rows, which would not have the number"


def comes_straight(read: Place, origin: Place, project: Project) -> bool:
    """Is the row that is read the item of a loop over just the origin's rows?"""
    if read.path != origin.path or not read.path.endswith(".py"):
        return False
    try:
        code = FunctionCode(read, project)
        start = code.at(read, cst.Call)
    except NotFixable:
        return False
    row = re.match(r"(?:len\()?(\w+)\.", project.code(read))
    for node in code.above(start):
        loops = [node] if isinstance(node, cst.For) else [node.for_in] if isinstance(node, cst.BaseComp) else []
        for loop in loops:
            if row is not None and isinstance(loop.target, cst.Name) and loop.target.value == row[1]:
                return contains(code.span(loop.iter), origin.span) and loop.asynchronous is None
    return False
