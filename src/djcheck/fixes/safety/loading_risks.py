"""What could make an eager load change results, fail, or cost more than it saves.

Facts from Django's documentation ("QuerySet API reference", "Database access optimization") and from its sources
(django/db/models/query.py and sql/compiler.py); tests/fixes/test_django_facts.py asks Django itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from djcheck.domain.finding import Finding, Status
from djcheck.domain.index import ClassInfo, FunctionInfo, Relation
from djcheck.domain.observation import QueryRun, QuerySetAsked, Subject
from djcheck.domain.relation_kind import RelationKind
from djcheck.domain.source import Place
from djcheck.fixes.editing.chains import LAZY, NotFixable
from djcheck.fixes.project.callers import TOO_MANY
from djcheck.fixes.project.evidence import contains, place_of
from djcheck.fixes.project.missing_loads import Missing
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.certain_reads import Read, is_surely_read

BARE = re.compile(r"[\w.]+")
CALLED = re.compile(r"\.(\w+)\(")
# What related managers do, and a queryset does not, or not for the relation.
WRITING = frozenset({"add", "set", "remove", "clear", "create", "get_or_create", "update_or_create", "bulk_create"})
COMBINING = frozenset({"union", "intersection", "difference"})
QUERYSET = "django.db.models.QuerySet"
# Classes whose rows are also fetched one by one, where a prefetch is a query that may be for nothing.
SINGLE_OBJECT = (
    "django.views.generic.SingleObjectMixin",
    "django.contrib.admin.BaseModelAdmin",
    "rest_framework.mixins.RetrieveModelMixin",
    "rest_framework.mixins.UpdateModelMixin",
    "rest_framework.mixins.DestroyModelMixin",
)
# What shows a view's rows, and the method that may choose between several of these.
SHOWING = {"serializer_class": "get_serializer_class", "template_name": "get_template_names"}
CHOOSING = re.compile(r"\b(?:if|match)\b|\[|\.get\(")
AGAINST_JOINS = COMBINING | {"only", "defer", "extra", "raw", "select_for_update", "select_related", TOO_MANY}
AGAINST_PREFETCHES = COMBINING | {"raw", "iterator", "Prefetch", TOO_MANY}
# What asks for no rows: one query for all of them is one query, but it fetches what nobody wants to see.
NUMBERS = frozenset({"count", "exists", "acount", "aexists"})
# `ModelChoiceField(queryset=…)`
OFFERED = re.compile(r"[\w.]+\([^()]*\bqueryset=")
ITERATOR = ".iterator()"
# `select_for_update(of=("self",))` locks the rows alone.
OF = "of="
NARROWING = LAZY - {"all", "using", "get_queryset"}
Paths = Sequence[Sequence[Relation]]
Site = tuple[Place, Sequence[Read]]


def risks(missing: Missing, project: Project, view: ClassInfo | None = None) -> list[str]:
    """What speaks against loading relations at the origin, or in a view that shows the rows, if anything.

    Raises NotFixable where Django would refuse it.
    """
    joins, prefetches = bool(missing.plain.joins), bool(missing.plain.prefetches)
    found = [
        *risks_of_rows(missing, project.evidence.asked(missing.origin, missing.model), [(missing.origin, ())], project),
        *of_callers(missing.subject, project, joins=joins, prefetches=prefetches),
        *(of_origin(missing.subject, project) if view is None else ()),
        *of_pages(view or project.class_at(missing.origin), project, prefetches=prefetches),
    ]
    return list(dict.fromkeys(found))


def risks_of_rows(
    missing: Missing, asked: Sequence[QuerySetAsked], sites: Iterable[Site], project: Project, *, joins: bool = True
) -> list[str]:
    """What speaks against loading relations with rows of which this is asked, whoever else may get them.

    `sites` are the expressions in which they are loaded, with what is read of each one's rows (all where that is
    empty); without `joins` everything is prefetched. Raises NotFixable where Django would refuse it.
    """
    joins, paths = joins and bool(missing.plain.joins), missing.paths
    prefetches = not joins or bool(missing.plain.prefetches)
    found = [
        *of_certainty(missing.findings),
        *of_methods(missing.origin, asked, paths, project, joins=joins, prefetches=prefetches),
        *of_relations([relation for path in paths for relation in path], project, joins=joins),
        *of_changes(missing.findings, project),
        *(caution for origin, reads in sites for caution in of_reads(missing, origin, reads, project, joins=joins)),
    ]
    return list(dict.fromkeys(found))


def of_certainty(findings: Sequence[Finding]) -> Iterator[str]:
    if any(finding.status is not Status.CERTAIN for finding in findings):
        yield "it is not certain that this is a fault"


# ------------------------------------------------------------------ what else is asked of the queryset


def of_methods(
    origin: Place, asked: Iterable[QuerySetAsked], paths: Paths, project: Project, *, joins: bool, prefetches: bool
) -> Iterator[str]:
    for seen in asked:
        method = seen.method
        if method in COMBINING or method == "raw":
            raise NotFixable(f"the queryset goes into {method}()")
        if method == "select_related" and joins:
            raise NotFixable("select_related() without arguments would be overruled")
        if method == "iterator" and prefetches and not project.code(seen.place).endswith(ITERATOR):
            raise NotFixable("iterator() without a chunk size takes no prefetches")
        if method == "prefetch_related" and any(clashes(seen, path, origin) for path in paths):
            raise NotFixable("the relation is prefetched elsewhere with rows of its own")
        if method == "select_for_update" and joins and OF not in project.code(seen.place):
            if any(relation.nullable or not relation.is_forward for path in paths for relation in path):
                raise NotFixable("select_for_update() over rows that may be missing is refused by PostgreSQL")
            yield "select_for_update() would lock the joined rows too"
        if method in ("extra", "RawSQL") and joins:
            yield f"a join may make columns ambiguous that {method} names"


def clashes(seen: QuerySetAsked, path: Sequence[Relation], origin: Place) -> bool:
    """Would a later `Prefetch` find its relation prefetched already, which Django refuses?"""
    if not seen.own_rows or (seen.place.path == origin.path and contains(origin.span, seen.place.span)):
        return False
    wanted = [relation.name for relation in path]
    given = seen.lookup.split("__")
    return not seen.lookup or wanted[: len(given)] == given


def of_callers(subject: Subject, project: Project, *, joins: bool, prefetches: bool) -> Iterator[str]:
    """What callers that could not be followed may ask of the rows."""
    function = project.function_at(subject.origin.place)
    asked = project.callers.asked_of(function) if function is not None else frozenset()
    against = asked & ((AGAINST_JOINS if joins else set()) | (AGAINST_PREFETCHES if prefetches else set()))
    if against:
        yield f"code that mentions `{function.fact.name if function else ''}` uses {', '.join(sorted(against))}"


# ------------------------------------------------------------------ the relations themselves


def of_relations(relations: Sequence[Relation], project: Project, *, joins: bool) -> Iterator[str]:
    if joins and any("oracle" in engine for engine in project.index.settings.databases.values()):
        yield "Oracle refuses DISTINCT and GROUP BY over large text columns, which a join may add"
    for relation in relations:
        if (
            joins
            and project.index.settings.database_routers
            and app_of(relation.owner, project) != app_of(relation.target, project)
        ):
            yield f"a database router may keep the rows of `{relation.name}` elsewhere, where no join gets at them"
        if joins and relation.is_forward and not relation.nullable and not is_enforced(relation, project):
            yield f"`{relation.name}` has no constraint: a join drops rows whose `{relation.name}` is gone"
        target = relation.target
        if relation.kind is RelationKind.GENERIC_ONE:
            yield f"one row whose model is gone makes the query for all of `{relation.name}` fail"
        if target is None:
            continue
        if has_base_manager(target, project):
            yield f"`{relation.name}` is read through a base manager of its own, which a join passes over"
        if any(ancestor.startswith("polymorphic.") for ancestor in project.index.mro(target)):
            yield f"the rows of `{relation.name}` are polymorphic"


def app_of(model: str | None, project: Project) -> str:
    known = project.model(model)
    return "" if known is None else known.label.partition(".")[0]


def is_enforced(relation: Relation, project: Project) -> bool:
    """Does the database see to it that the target exists (`db_constraint`)?"""
    call = project.declaration(relation.owner, relation.name)
    return call is None or all(keyword.name not in ("db_constraint", None) for keyword in call.keywords)


def has_base_manager(model: str, project: Project) -> bool:
    meta = project.index.inner_class(model, "Meta")
    return meta is not None and project.index.member(meta, "base_manager_name") is not None


# ------------------------------------------------------------------ what happens between fetching and reading


def of_changes(findings: Sequence[Finding], project: Project) -> Iterator[str]:
    """Rows fetched earlier are older: a change made in between would no longer be seen."""
    places: set[Place] = set()
    symbols: set[str] = set()
    for finding in findings:
        places.update((place_of(finding), *map(place_of, finding.related)))
        for read in project.evidence.reads(finding):
            symbols.add(read.symbol)
            if read.subject is not None:
                symbols.add(read.subject.origin.symbol)
            places.update((read.place, *(loop.place for loop in read.loops), *(step.place for step in read.trace)))
    for place in places:
        function = project.function_at(place)
        if function is not None:
            symbols.add(function.qualname)
    writing = sorted(symbol for symbol in symbols if project.evidence.writes(symbol))
    if writing:
        yield f"`{writing[0].rpartition('.')[2]}` changes rows, and what was loaded before would not show it"


# ------------------------------------------------------------------ who else uses the queryset


def of_pages(owner: ClassInfo | None, project: Project, *, prefetches: bool) -> Iterator[str]:
    if not prefetches or owner is None:
        return
    classes = (owner.qualname, *project.index.subclasses(owner.qualname))
    if any(project.index.is_a(each, *SINGLE_OBJECT) for each in classes):
        yield "pages that show a single object run the same queryset, and prefetch for nothing"
    elif any(shows_variously(classes, *names, project) for names in SHOWING.items()):
        yield "pages that show the same rows in another form prefetch for nothing"


def shows_variously(classes: Iterable[str], attribute: str, method: str, project: Project) -> bool:
    """Do views, one of which extends the other, show rows by several serializers or templates?"""
    index = project.index
    declared = [found for each in classes if isinstance(found := index.member(each, attribute), tuple)]
    chosen = [found for each in classes if isinstance(found := index.member(each, method), FunctionInfo)]
    own = [each for each in chosen if (module := index.module(each.module)) is not None and module.is_project]
    return len({owner.qualname for owner, _ in declared}) > 1 or any(
        CHOOSING.search(project.code(Place(each.path, each.fact.span))) for each in own
    )


def of_reads(missing: Missing, origin: Place, reads: Sequence[Read], project: Project, *, joins: bool) -> Iterator[str]:
    """A prefetch costs a query wherever there are rows, whether they are asked for the relation or not."""
    fetched = {lookup.prefetch for lookup in missing.lookups if not (joins and lookup.is_joinable)}
    for finding in missing.findings:
        known = [read for read in project.evidence.reads(finding) if isinstance(read, Read)]
        here = [read for read in known if read in reads] if reads else known
        if finding.relation in fetched and not is_surely_read(here, origin, project):
            yield f"where rows are not asked for `{finding.relation}`, the prefetch is a query for nothing"
        if known and all(isinstance(read, QueryRun) and read.method in NUMBERS for read in known):
            yield f"all rows of `{finding.relation}` would be fetched, to learn how many there are"
    if fetched and OFFERED.match(project.code(origin)):
        yield "a form that checks what was chosen asks for that row alone, and prefetches for nothing"


def of_origin(subject: Subject, project: Project) -> Iterator[str]:
    origin = subject.origin
    must_not_be_manager(origin.place, origin.model, project)
    owner = project.class_at(origin.place)
    if owner is not None and (project.index.is_manager(owner.qualname) or project.index.is_a(owner.qualname, QUERYSET)):
        yield "every user of the manager would load it"
    code = project.code(origin.place)
    if is_whole_relation(code, origin.model, project) and may_be_prefetched(origin.place, code, project):
        yield "where the relation was prefetched, the rows are at hand, and would be fetched once more"


def must_not_be_manager(origin: Place, model: str, project: Project) -> None:
    """Raise where the origin is a bare manager, `Book.objects`, of which something is asked that no queryset can do."""
    function, code = project.function_at(origin), project.code(origin)
    if function is None or not BARE.fullmatch(code):
        return
    asked = set(CALLED.findall(project.code(Place(function.path, function.fact.span))))
    if asked & (WRITING | project.manager_methods(model)):
        raise NotFixable("the manager itself may be asked for more than its rows")


def may_be_prefetched(origin: Place, code: str, project: Project) -> bool:
    """May `author.books.all()` be at hand? Some code names the relation in quotes, or goes over authors there."""
    per_owner = any(run.per_owner for run in project.evidence.runs(origin))
    return per_owner or any(project.is_quoted(part.partition("(")[0].strip()) for part in code.split(".")[1:])


def is_whole_relation(code: str, model: str, project: Project) -> bool:
    """`author.books.all()`: rows that somebody may have prefetched, and that nothing narrows."""
    names = [part.partition("(")[0].strip() for part in code.split(".")]
    if any(name in NARROWING for name in names):
        return False
    return not project.managers_of(model).isdisjoint(names[1:])
