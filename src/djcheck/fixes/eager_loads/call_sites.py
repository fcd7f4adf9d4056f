"""Rows that a function makes for several others: what one of them reads is loaded where it asks for the rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import libcst as cst
from msgspec import Struct

from djcheck.domain.finding import Edit, Fix
from djcheck.domain.index import FunctionInfo
from djcheck.domain.observation import QuerySetAsked
from djcheck.domain.source import Place
from djcheck.fixes.eager_loads.left_out import columns_to_name
from djcheck.fixes.eager_loads.model_at import must_start_from_one, started
from djcheck.fixes.editing.chains import Loads, NotFixable, with_loads
from djcheck.fixes.editing.edits import inserting
from djcheck.fixes.project.evidence import contains
from djcheck.fixes.project.function_code import FunctionCode
from djcheck.fixes.project.missing_loads import Missing, loads_of, used
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.certain_reads import Read, places_of
from djcheck.fixes.safety.loading_risks import of_pages, risks_of_rows

PROPERTIES = frozenset({"property", "django.utils.functional.classproperty"})
# What makes something else than a queryset of one.
OTHERS = (cst.ListComp, cst.List, cst.Tuple, cst.Set, cst.Dict, cst.GeneratorExp, cst.SetComp, cst.DictComp, cst.Await)
LISTING = frozenset({"list", "sorted", "tuple", "set", "iter", "reversed", "chain", "map", "filter"})
ROWS = "_.rows"
MOST_ASKING = 4
FindSite = Callable[[Read, Missing, FunctionInfo, Project], Place]


class Site(Struct, frozen=True):
    """Where a function asks another for rows, and what it reads of them."""

    place: Place
    reads: tuple[Read, ...]


def fix(missing: Missing, project: Project) -> Fix:
    """The relations loaded in every function that reads them. Raises NotFixable where one of them cannot be told."""
    return loaded_at(missing, site_of, [], project)


def fix_by_name(missing: Missing, project: Project) -> Fix:
    """The relations loaded where a function of that name is called, since nothing else says who asks for the rows."""
    return loaded_at(missing, only_call, ["that the rows are asked for there is known by the name alone"], project)


def loaded_at(missing: Missing, site_of: FindSite, doubts: Sequence[str], project: Project) -> Fix:
    maker = project.function_at(missing.origin)
    if maker is None:
        raise NotFixable("no function makes the rows")
    sites = list(sites_of(missing, maker, site_of, project))
    must_give_queryset(maker, missing.origin, project)
    asked = [
        seen for seen in project.evidence.asked(missing.origin, missing.model) if concerns(seen, sites, maker, project)
    ]
    if columns_to_name(missing.origin, missing.paths, asked, project):
        raise NotFixable("the column to load along is left out")
    cautions = [*doubts]
    cautions += risks_of_rows(missing, asked, [(site.place, site.reads) for site in sites], project)
    for site in sites:
        cautions += of_pages(project.class_at(site.place), project, prefetches=bool(missing.plain.prefetches))
    edits: list[Edit] = []
    for site in sites:
        loads, imports = loads_of(missing.lookups, site.place.path, project)
        text = loading(loads, project.quote_at(site.place))
        edits += [
            inserting(site.place.path, site.place.span.end_line, site.place.span.end_column, text),
            *used(imports, text),
        ]
    return Fix(missing.title, tuple(dict.fromkeys(edits)), not cautions, "; ".join(dict.fromkeys(cautions)))


def loading(loads: Loads, quote: str) -> str:
    """What is written behind an expression that gives a queryset."""
    return with_loads(ROWS, loads, (), quote).removeprefix(ROWS)


def sites_of(missing: Missing, maker: FunctionInfo, site_of: FindSite, project: Project) -> Iterator[Site]:
    found: dict[Place, list[Read]] = {}
    for finding in missing.findings:
        for read in project.evidence.reads(finding):
            if not isinstance(read, Read):
                raise NotFixable("it is no relation that is read")
            found.setdefault(site_of(read, missing, maker, project), []).append(read)
    yield from (Site(place, tuple(reads)) for place, reads in found.items())


def site_of(read: Read, missing: Missing, maker: FunctionInfo, project: Project) -> Place:
    """The one place where a function on the way from the rows to their reading asks for them."""
    for place in places_of([read]):
        reader = project.function_at(place)
        if reader is None or reader.qualname == maker.qualname:
            continue
        if maker.fact.name not in project.code(Place(reader.path, reader.fact.span)):
            continue
        code = FunctionCode(place, project)
        calls = [code.place(call) for call in asking(code, maker, project)]
        if len(calls) > 1 or project.evidence.models_at(missing.origin) != {missing.model}:
            calls = [call for call in calls if names_model(call, missing.model, project)]
        if len(calls) > 1:
            raise NotFixable("rows are asked for there in several places")
        if calls:
            must_give_one_model(calls[0], missing, maker, project)
            return calls[0]
    raise NotFixable("who asks for the rows cannot be told")


def only_call(read: Read, missing: Missing, maker: FunctionInfo, project: Project) -> Place:
    """Where alone the function is called, in the whole project, or by what shows the template that reads the rows: they
    may get there in a context or an attribute."""
    places = [Place(each.path, each.fact.span) for each in project.callers.mentioning(maker)]
    if len(places) > MOST_ASKING:  # a common name: what many functions may mean by it is not worth looking at
        places = [place for place in places if names_template(place, read, project)]
    if len(places) > MOST_ASKING:
        raise NotFixable("who asks for the rows cannot be told")
    codes = [FunctionCode(place, project) for place in places]
    calls = [code.place(call) for code in codes for call in asking(code, maker, project)]
    if project.evidence.models_at(missing.origin) != {missing.model}:
        calls = [call for call in calls if names_model(call, missing.model, project)]
    if len(calls) > 1:
        calls = [call for call in calls if names_template(call, read, project)]
    if len(calls) != 1:
        raise NotFixable("who asks for the rows cannot be told")
    must_give_one_model(calls[0], missing, maker, project)
    return calls[0]


def names_template(call: Place, read: Read, project: Project) -> bool:
    """Does the class in which a call stands name the template that reads the rows?"""
    if read.place.path.endswith(".py"):
        return False
    owner = project.class_at(call)
    return owner is not None and "/".join(read.place.path.split("/")[-2:]) in project.code(
        Place(owner.path, owner.fact.span)
    )


def asking(code: FunctionCode, maker: FunctionInfo, project: Project) -> Iterator[cst.Call | cst.Attribute]:
    """The calls of a function in another one's code; of a property, where it is read."""
    name = maker.fact.name
    if any(project.code(Place(maker.path, each.span)) in PROPERTIES for each in maker.fact.decorators):
        yield from (each for each in code.all(cst.Attribute) if each.attr.value == name)
        return
    for call in code.all(cst.Call):
        called = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
        if isinstance(called, cst.Name) and called.value == name and not is_super(call.func):
            yield call


def must_give_one_model(call: Place, missing: Missing, maker: FunctionInfo, project: Project) -> None:
    """Raise where a call may give rows of another model."""
    if not is_single_method(maker, call, missing, project):
        must_start_from_one(call, missing.model, project)


def is_single_method(maker: FunctionInfo, call: Place, missing: Missing, project: Project) -> bool:
    """Is it `self.rows()`, in a class where one method alone can be meant, which makes rows of one model?"""
    owner = project.class_at(call)
    if owner is None or started(project.code(call))[0] != "self":
        return False
    classes = (owner.qualname, *project.index.subclasses(owner.qualname))
    methods = [project.index.member(each, maker.fact.name) for each in classes]
    if not all(isinstance(method, FunctionInfo) and method.qualname == maker.qualname for method in methods):
        return False
    try:
        must_start_from_one(missing.origin, missing.model, project)
    except NotFixable:
        return False
    return True


def is_super(function: cst.BaseExpression) -> bool:
    """`super().rows()` goes to a function of the same name that another class has."""
    inner = function.value if isinstance(function, cst.Attribute) else function
    return isinstance(inner, cst.Call) and isinstance(inner.func, cst.Name) and inner.func.value == "super"


def names_model(call: Place, model: str, project: Project) -> bool:
    """Does a call name the model whose rows are wanted: `visible(Book)`, `Book.objects.visible()`?"""
    name = project.named(call.path, model)
    return name is not None and re.search(rf"\b{name}\b", project.code(call)) is not None


def must_give_queryset(maker: FunctionInfo, origin: Place, project: Project) -> None:
    """Raise unless the function returns a queryset, and nothing else, from one place."""
    code = FunctionCode(origin, project)
    returns = list(code.all(cst.Return))
    if len(returns) != 1 or maker.fact.is_async or any(code.all(cst.Yield)):
        raise NotFixable("the function may give something else than a queryset")
    value = returns[0].value
    given = [] if value is None else [value]
    if isinstance(value, cst.Name):
        given = [each.value for each in code.all(cst.Assign) if value.value in set(code.bound_in(each))]
    if not given or any(isinstance(each, OTHERS) or called(each) in LISTING for each in given):
        raise NotFixable("the function may give something else than a queryset")


def called(node: cst.BaseExpression) -> str:
    return node.func.value if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) else ""


def concerns(seen: QuerySetAsked, sites: Sequence[Site], maker: FunctionInfo, project: Project) -> bool:
    """Is it asked of these rows, not of those that the function makes for yet another one?"""
    asker = project.function_at(seen.place)
    if asker is None or asker.qualname == maker.qualname:
        return True
    inside = any(seen.place.path == site.place.path and contains(asker.fact.span, site.place.span) for site in sites)
    return inside or not any(asking(FunctionCode(seen.place, project), maker, project))
