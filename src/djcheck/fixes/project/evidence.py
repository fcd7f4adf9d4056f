"""What the observations say about a finding's rows, beyond what the finding itself tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from djcheck.domain.finding import Finding, Related
from djcheck.domain.observation import (
    DeferredRead,
    FunctionWrites,
    Observation,
    PythonWork,
    QueryRun,
    QuerySetAsked,
    RelationRead,
    Subject,
)
from djcheck.domain.source import Place, Span
from djcheck.domain.trace import Role

Read = RelationRead | QueryRun | DeferredRead


class Evidence:
    """The observations of a run, by the origin of the rows that they speak of.

    `ask` is told the file in which stands what a question is about. `writers` are the functions that change rows.
    """

    def __init__(self, observations: Iterable[Observation], ask: Callable[[str], None]) -> None:
        self._ask = ask
        self._in_file: dict[str, list[Observation]] = {}
        self._reads: dict[tuple[Place, str], list[Read]] = {}
        self._asked: dict[str, list[QuerySetAsked]] = {}
        self.writers: set[str] = set()
        self._runs: dict[Place, list[QueryRun]] = {}
        self._models: dict[Place, set[str]] = {}
        self._work: dict[tuple[Place, Place | None], PythonWork] = {}
        for seen in observations:
            subject = getattr(seen, "subject", None)
            for path in {seen.place.path, seen.place.path if subject is None else subject.origin.place.path}:
                self._in_file.setdefault(path, []).append(seen)
            if subject is not None:
                self._models.setdefault(subject.origin.place, set()).add(subject.origin.model)
            if isinstance(seen, QueryRun):
                self._runs.setdefault(seen.place, []).append(seen)
            match seen:
                case RelationRead() | QueryRun() if seen.subject is not None and seen.path:
                    self._reads.setdefault((seen.subject.origin.place, "__".join(seen.path)), []).append(seen)
                case DeferredRead():
                    self._reads.setdefault((seen.subject.origin.place, "__".join(seen.subject.path)), []).append(seen)
                case PythonWork():
                    self._work[(seen.place, seen.subject.origin.place)] = seen
                case QuerySetAsked():
                    self._asked.setdefault(seen.subject.origin.place.path, []).append(seen)
                case FunctionWrites():
                    self.writers.add(seen.symbol)

    def in_file(self, path: str) -> list[Observation]:
        """What was seen in a file, and of rows that come from there: what questions about it are answered by."""
        return self._in_file.get(path, [])

    def reads(self, finding: Finding) -> list[Read]:
        """Every read of the relation (or columns) that the finding says is missing."""
        origin = self._origin(finding)
        return [] if origin is None else self._reads.get((origin, finding.relation or ""), [])

    def runs(self, place: Place) -> list[QueryRun]:
        """The queries that run at a place."""
        self._ask(place.path)
        return self._runs.get(place, [])

    def writes_in(self, path: str) -> list[QueryRun]:
        """The queries of a file that change rows."""
        self._ask(path)
        return [run for place, runs in self._runs.items() if place.path == path for run in runs if run.is_write]

    def deferred(self, finding: Finding) -> str | None:
        """The column that was left out, of a finding that says so."""
        place = place_of(finding)
        reads = (read for read in self.reads(finding) if isinstance(read, DeferredRead))
        return next((read.field for read in reads if read.place == place), None)

    def subject(self, finding: Finding) -> Subject | None:
        return next((read.subject for read in self.reads(finding)), None)

    def asked(self, origin: Place, model: str) -> list[QuerySetAsked]:
        """What restricts eager loads of the rows that come from an expression, anywhere on their way."""
        self._ask(origin.path)
        return [
            seen
            for seen in self._asked.get(origin.path, ())
            if seen.subject.origin.model == model and contains(origin.span, seen.subject.origin.place.span)
        ]

    def work_on(self, finding: Finding) -> str | None:
        """The model whose rows Python works on, of a finding that says so."""
        found = self._work_of(finding)
        return None if found is None else found.subject.origin.model

    def is_always_queryset(self, finding: Finding) -> bool:
        """Is what Python works on a queryset whichever way the code went?"""
        found = self._work_of(finding)
        return found is not None and found.always

    def columns_worked_on(self, finding: Finding) -> tuple[str, ...]:
        """The columns that this work reads; of a membership none where whole rows are looked through."""
        found = self._work_of(finding)
        return () if found is None else found.columns

    def models_at(self, origin: Place) -> set[str]:
        """Of which models rows come from an expression, as far as they were seen to be read."""
        self._ask(origin.path)
        return self._models.get(origin, set())

    def writes(self, symbol: str) -> bool:
        """Does the function change rows?"""
        return symbol in self.writers

    def _work_of(self, finding: Finding) -> PythonWork | None:
        self._ask(finding.path)
        return self._work.get((place_of(finding), self._origin(finding)))

    def _origin(self, finding: Finding) -> Place | None:
        origin = origin_of(finding)
        if origin is not None:
            self._ask(origin.path)
        return origin


def origin_of(finding: Finding) -> Place | None:
    return next((place_of(step) for step in finding.related if step.role is Role.ORIGIN), None)


def place_of(step: Related | Finding) -> Place:
    return Place(step.path, Span(step.line, step.column, step.end_line, step.end_column))


def contains(outer: Span, inner: Span) -> bool:
    return (outer.line, outer.column) <= (inner.line, inner.column) and (inner.end_line, inner.end_column) <= (
        outer.end_line,
        outer.end_column,
    )
