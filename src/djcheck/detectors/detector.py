"""The base of every rule: observations in, findings out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct

from djcheck.detectors.view import ProjectView
from djcheck.domain.finding import Ambiguity, Finding, Related, Severity, Status
from djcheck.domain.observation import Loop, LoopKind, Observation, Origin, Step, Subject
from djcheck.domain.source import Place
from djcheck.domain.trace import Role
from djcheck.rulebook import Rule

Seen = TypeVar("Seen", bound=Observation)

ROUNDS = {
    LoopKind.ROWS: "once for each row",
    LoopKind.DATA: "once for each item",
    LoopKind.UNKNOWN: "once for each item",
    LoopKind.PAGES: "in each round",
    LoopKind.FEW: "a few times",
    LoopKind.BOUNDED: "a few times",
}


class Verdict(Struct, frozen=True):
    """What a detector says of one observation.

    Reads that share `subject`, `relation` and `key` are one finding. `facts` fill the rule's texts.
    """

    place: Place
    facts: dict[str, object]
    suggestion: str = ""
    subject: Subject | None = None
    relation: str | None = None
    model: str | None = None
    doubt: str = ""
    key: str = ""
    severity: Severity | None = None
    sources: tuple[Step, ...] = ()
    sink: str = ""


class Detector(Generic[Seen]):
    """One rule. `code` is its code, `observes` the type of observation that it judges."""

    code: ClassVar[str]
    observes: ClassVar[type[Observation]]

    def judge(self, seen: Seen, project: ProjectView) -> Iterator[Verdict]:
        """The faults that an observation amounts to under this rule."""
        raise NotImplementedError


def finding(rule: Rule, seen: Observation, verdict: Verdict, project: ProjectView) -> Finding:
    """A verdict in the words of its rule."""
    place = verdict.place
    origin = verdict.subject.origin if verdict.subject is not None else None
    facts = {
        "expression": project.code(place),
        "line": place.span.line,
        "path": place.path,
        "symbol": seen.symbol,
        "model": verdict.model,
        "relation": verdict.relation,
        "origin": "" if origin is None else f"{origin.place.path}:{origin.place.span.line}",
        **verdict.facts,
    }
    doubt = verdict.doubt
    return Finding(
        rule.code,
        rule.name,
        Severity.NOTE if only_few(seen.loops) else verdict.severity or rule.severity,
        Status.AMBIGUOUS if doubt else Status.CERTAIN,
        rule.say(facts),
        rule.advise(facts, verdict.suggestion),
        place.path,
        *spread(place),
        symbol=seen.symbol,
        model=verdict.model,
        relation=verdict.relation,
        related=tuple(related(step) for step in trace(seen, verdict, project, origin)),
        ambiguity=Ambiguity(doubt, rule.ask(doubt, facts)) if doubt else None,
    )


def only_few(loops: tuple[Loop, ...]) -> bool:
    """Loops over a short slice cost little, however large the table grows."""
    return bool(loops) and all(loop.kind is LoopKind.FEW for loop in loops)


def spread(place: Place) -> tuple[int, int, int, int]:
    span = place.span
    return span.line, span.column, span.end_line, span.end_column


def trace(seen: Observation, verdict: Verdict, project: ProjectView, origin: Origin | None) -> Iterator[Step]:
    """Where the rows come from, the loops, the calls, the read: in the order in which they happen."""
    if origin is not None and origin.place.path:
        yield Step(Role.ORIGIN, origin.place, f"the rows come from `{project.code(origin.place)}`")
    yield from verdict.sources
    waiting = list(seen.loops)
    for step in seen.trace:
        around = [loop for loop in waiting if loop.place.path == step.place.path and loop.place.line <= step.place.line]
        waiting = [loop for loop in waiting if loop not in around]
        yield from map(loop_step, around)
        yield Step(step.role, step.place, f"calls `{step.message}`" if step.role is Role.CALL else step.message)
    yield from map(loop_step, waiting)
    if verdict.sink:
        yield Step(Role.SINK, verdict.place, verdict.sink)
    else:
        yield Step(Role.ACCESS, verdict.place, f"`{project.code(verdict.place)}`")


def loop_step(loop: Loop) -> Step:
    return Step(Role.LOOP, loop.place, f"runs {ROUNDS[loop.kind]}")


def related(step: Step) -> Related:
    return Related(step.place.path, *spread(step.place), step.role, step.message)
