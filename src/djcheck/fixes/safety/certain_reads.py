"""Is a relation asked for whenever rows are fetched? If so, loading it for all of them costs no query more, ever.

A prefetch is one query wherever rows are fetched. Reading costs as much if the first row is surely asked for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from djcheck.domain.observation import QueryRun, RelationRead
from djcheck.domain.source import Place
from djcheck.fixes.project.callers import HOOKS
from djcheck.fixes.project.evidence import contains
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.ways import Step, way_to

Read = RelationRead | QueryRun
# Steps with the file that they stand in.
Way = list[tuple[str, Step]]
GONE_OVER = re.compile(r"\bin\s+(.+)$", re.DOTALL)
ASSIGNED = re.compile(r"(\w+)\s*=\s*$")


def is_surely_read(reads: Sequence[Read], origin: Place, project: Project) -> bool:
    """Is a relation read, in one of several places, of the first row that the expression at `origin` gives, if any?"""
    return any(is_sure(read, origin, project) for read in reads) and not is_shared(reads, origin, project)


def is_sure(read: Read, origin: Place, project: Project) -> bool:
    around = loops_around(origin, project)
    loops = [loop.place for loop in read.loops if loop.place not in around]
    if not loops or read.doubt:
        return False
    first, hops = loops[0], [*(step.place for step in read.trace), read.place]
    body = project.body_at(first)
    at = next((at for at, hop in enumerate(hops) if body is not None and project.body_at(hop) is body), 0)
    behind = way_behind(first, hops[at], project)
    for hop in hops[at + 1 :]:
        further = way(hop, project)
        if behind is None or further is None:
            return False
        behind += further
    inner = sum(not relation.is_single for relation in project.relations_of(read)[:-1])
    return (
        behind is not None
        and is_open(behind, first, inner, project)
        and not any(is_skipped(place, origin, around, project) for place in (*hops[:at], first))
    )


def way(place: Place, project: Project) -> Way | None:
    """The way to a place from the beginning of its function or template; what a class declares has none."""
    body = project.body_at(place)
    found = [] if body is None else way_to(place.span, body)
    return None if found is None else [(place.path, step) for step in found]


def loops_around(origin: Place, project: Project) -> list[Place]:
    """The headers of the loops in which the origin stands."""
    return [Place(path, step.span) for path, step in way(origin, project) or () if step.span is not None]


def way_behind(loop: Place, hop: Place, project: Project) -> Way | None:
    """The way from a loop, itself first, to a place in the same body; all of it where it stands in another one."""
    before, whole = way(loop, project), way(hop, project)
    if whole is None or before is None:
        return None
    return whole[len(before) :] if project.body_at(loop) is project.body_at(hop) else whole


def is_open(behind: Way, first: Place, inner: int, project: Project) -> bool:
    """Is there nothing on the way but the rows' loop, and at most `inner` loops over rows that these lead to?"""
    loops = [(path, step) for path, step in behind if step.span is not None]
    gone_over = {code_over(path, step, project) for path, step in loops}
    further = [step for path, step in loops if Place(path, step.span or first.span) != first]
    return (
        all(step.span is not None or code_over(path, step, project) in gone_over for path, step in behind)
        and len(further) <= inner
        and not (inner and any(step.may_leave for _, step in loops))
    )


def code_over(path: str, step: Step, project: Project) -> str | None:
    return None if step.over is None else project.code(Place(path, step.over))


# ------------------------------------------------------------------ before the rows' loop


def is_skipped(place: Place, origin: Place, around: list[Place], project: Project) -> bool:
    """May rows be fetched without the code coming to a place: to their loop, or to a call that leads there?"""
    found = GONE_OVER.search(project.code(place).rstrip(":%-} "))
    over = found[1] if found is not None else None
    if place.path == origin.path and contains(place.span, origin.span):
        return False
    steps = way(place, project)
    hurdles = (
        step
        for path, step in steps or ()
        if (step.span is None or Place(path, step.span) not in around)
        and (over is None or code_over(path, step, project) != over)
    )
    return steps is None or (any(hurdles) and not is_mentioned_once(place, origin, over, project))


def is_mentioned_once(place: Place, origin: Place, over: str | None, project: Project) -> bool:
    """Are the rows used in one place of the body alone, and so fetched there or nowhere?"""
    function = project.function_at(place)
    text = project.text_of(place.path) if function is None else project.code(Place(function.path, function.fact.span))
    if function is not None and project.function_at(origin) == function:
        line = project.lines_of(origin.path)[origin.span.line - 1]
        name = ASSIGNED.search(line[: origin.span.column - 1])
        return name is None or len(re.findall(rf"\b{name[1]}\b", text)) == 2
    return over is not None and len(re.findall(rf"(?<![\w.]){re.escape(over)}(?!\w)", text)) == 1


# ------------------------------------------------------------------ who else gets the rows


def is_shared(reads: Sequence[Read], origin: Place, project: Project) -> bool:
    """Do others than those who read the relation get the rows of the function that makes them?"""
    maker = project.function_at(origin)
    readers = {found.qualname for place in places_of(reads) if (found := project.function_at(place)) is not None}
    if maker is None or maker.qualname in readers:
        return False
    if maker.fact.name in HOOKS and maker.owner is not None:
        return asks_itself(maker.owner, maker.fact.name, project)
    return not {found.qualname for found in project.callers.mentioning(maker)} <= readers


def asks_itself(owner: str, hook: str, project: Project) -> bool:
    """Do the class, or those that extend it, ask for what the framework asks for: `self.get_queryset()`?"""
    classes = (project.index.class_info(name) for name in (owner, *project.index.subclasses(owner)))
    return any(
        f"self.{hook}(" in project.code(Place(each.path, each.fact.span)) for each in classes if each is not None
    )


def places_of(reads: Sequence[Read]) -> Iterator[Place]:
    for read in reads:
        yield from (read.place, *(loop.place for loop in read.loops), *(step.place for step in read.trace))
