"""Observations in, findings out: every detector is asked; what speaks of one missing relation is one finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from djcheck.detectors.catalogue import detectors
from djcheck.detectors.detector import Verdict, finding
from djcheck.detectors.view import ProjectView
from djcheck.domain.finding import Finding, Related
from djcheck.domain.observation import Observation
from djcheck.domain.source import Place
from djcheck.domain.trace import Role
from djcheck.rulebook import Rule, Rulebook

Told = tuple[Rule, Observation, Verdict]


def judge(
    observations: Iterable[Observation], rules: Rulebook, project: ProjectView, wants: Callable[[str, Rule], bool]
) -> list[Finding]:
    """The findings of all rules; `wants(path, rule)` says whether a rule runs on a file."""
    groups: dict[object, list[Told]] = {}
    for observation in sorted(observations, key=place_order):
        for detector in detectors():
            if not isinstance(observation, detector.observes):
                continue
            rule = rules[detector.code]
            for verdict in detector.judge(observation, project):
                if wants(verdict.place.path, rule):
                    groups.setdefault(group(rule, verdict), []).append((rule, observation, verdict))
    return [one_finding(told, project) for told in without_prefixes(groups)]


def place_order(observation: Observation) -> tuple[object, ...]:
    span = observation.place.span
    return (
        observation.place.path, span.line, span.column, bool(observation.doubt), len(observation.trace),
        [(step.place.path, step.place.span.line, step.place.span.column) for step in observation.trace],
        type(observation).__name__, repr(observation),
    )  # fmt: skip


def group(rule: Rule, verdict: Verdict) -> object:
    """Findings about one relation of one origin are one."""
    if verdict.subject is None or not (verdict.relation or verdict.key):
        return (rule.code, verdict.place)
    return (rule.code, verdict.subject.origin.place, verdict.relation, verdict.key)


def without_prefixes(groups: dict[object, list[Told]]) -> list[list[Told]]:
    """`book.author.publisher` misses `author__publisher`: that it misses `author` too goes without saying."""
    by_origin: dict[object, list[list[Told]]] = {}
    for told in groups.values():
        rule, _, verdict = told[0]
        if verdict.subject is not None and verdict.relation is not None:
            by_origin.setdefault((rule.code, verdict.subject.origin.place), []).append(told)
    covered = set()
    for siblings in by_origin.values():
        for told in siblings:
            if any(covers(other, told) for other in siblings if other is not told):
                covered.add(id(told))
    return [told for told in groups.values() if id(told) not in covered]


def covers(longer: list[Told], shorter: list[Told]) -> bool:
    """Is every read of the shorter path part of a read of the longer one?"""
    if not str(longer[0][2].relation).startswith(f"{shorter[0][2].relation}__"):
        return False
    lines = {(verdict.place.path, verdict.place.span.line) for _, _, verdict in longer}
    return all((verdict.place.path, verdict.place.span.line) in lines for _, _, verdict in shorter)


def one_finding(told: list[Told], project: ProjectView) -> Finding:
    """The finding at the certain place nearest to the origin, the others as further accesses."""
    ordered = sorted(told, key=lambda item: (bool(item[2].doubt), len(item[1].trace)))
    rule, observation, verdict = ordered[0]
    made = finding(rule, observation, verdict, project)
    places: dict[Place, None] = {}
    for _, _, other in ordered[1:]:
        if other.place != verdict.place:
            places[other.place] = None
    further = tuple(
        Related(place.path, place.span.line, place.span.column, place.span.end_line, place.span.end_column,
                Role.ACCESS, f"read here too: `{project.code(place)}`")
        for place in places
    )  # fmt: skip
    return replace(made, related=(*made.related, *further)) if further else made
