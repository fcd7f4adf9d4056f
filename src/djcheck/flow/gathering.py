"""What the evaluator was told: observations complete at last, and those that still wait for a caller."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from msgspec.structs import replace

from djcheck.domain.observation import (
    UNRESOLVED_BASE,
    Assumption,
    FunctionWrites,
    Loop,
    LoopKind,
    Observation,
    Origin,
    PythonWork,
    QueryRun,
    QuerySetAsked,
    RelationRead,
    SqlText,
    Step,
    Subject,
)
from djcheck.domain.source import Place, Span
from djcheck.flow.callers import Calls, Giver, Leftover, Read, read_of
from djcheck.flow.frame import Event, Holder, depends_on_callers, multiplying, real_loops
from djcheck.flow.lattice.values import Source

PARAMETER = "parameter"
NOWHERE = Place("", Span(1, 1, 1, 1))


class Gathering:
    """The observations of one evaluator; those of several can be put together, in a fixed order."""

    def __init__(self) -> None:
        self.observations: dict[object, Observation] = {}
        self.leftovers: list[Leftover] = []
        self._writers: set[str] = set()
        self._callers: defaultdict[str, set[str]] = defaultdict(set)
        self._loops: dict[Place, set[LoopKind]] = {}
        self._sql_certain: set[Place] = set()
        # Functions that somebody calls with rows that are known.
        self._informed: set[str] = set()
        self._calls = Calls()

    def add(self, other: Gathering) -> None:
        """Take in what another evaluator of the same project was told."""
        for key, draft in other.observations.items():
            self.keep(key, draft)
        self.leftovers.extend(other.leftovers)
        self._writers |= other._writers
        for callee, callers in other._callers.items():
            self._callers[callee].update(callers)
        for place, kinds in other._loops.items():
            self._loops.setdefault(place, set()).update(kinds)
        self._sql_certain |= other._sql_certain
        self._informed |= other._informed
        self._calls.add(other._calls)

    def saw_loop(self, place: Place, kind: LoopKind) -> None:
        self._loops.setdefault(place, set()).add(kind)

    def writes(self, symbol: str) -> None:
        """A function changes rows."""
        self._writers.add(symbol)

    def calls(self, symbol: str, callee: str) -> None:
        """A function changes rows if the one that it calls does."""
        self._callers[callee].add(symbol)

    def leave(self, leftovers: tuple[Leftover, ...]) -> None:
        """Events that still wait for a caller where there are no more."""
        self.leftovers.extend(leftovers)

    def gives(self, holder: Holder, giver: Giver) -> None:
        """A call hands something to a parameter."""
        self._calls.givers[holder].add(giver)

    def loses(self, read: Read) -> None:
        """It is not followed any further what a read means for those who call."""
        self._calls.lost.add(read)

    def saw_known_rows(self, function: str) -> None:
        self._informed.add(function)

    def complete(self, event: Event) -> bool:
        """Record the event if nothing in it depends on callers any more. True: it is dealt with."""
        draft = event.draft
        if type(draft) is SqlText:
            self._record_sql(draft)
            return True
        if type(draft) is PythonWork:
            return self._complete_work(event, draft)
        if type(draft) is QuerySetAsked:
            return self._complete_asked(event, draft)
        loops = multiplying(real_loops(event.varies))
        if not loops:
            return not depends_on_callers(event.varies)
        if type(draft) is QueryRun:
            return self._complete_query(event, draft, loops)
        subject = subject_of(event.source)
        if subject is None:
            return False
        if climbs((*subject.path, *event.suffix), draft.trace):
            return True
        draft = replace(draft, loops=loops, subject=subject)
        if type(draft) is RelationRead:
            draft = replace(draft, path=(*subject.path, *event.suffix))
        self._record(draft, subject, event.suffix)
        return True

    def _complete_query(self, event: Event, draft: QueryRun, loops: tuple[Loop, ...]) -> bool:
        owner_loops = multiplying(real_loops(event.owner_varies))
        subject = subject_of(event.source)
        if event.source is not None and subject is None and (owner_loops or depends_on_callers(event.owner_varies)):
            return False
        path = (*subject.path, *event.suffix) if subject is not None else ()
        unsure = bool(draft.doubt) or all(loop.kind is LoopKind.UNKNOWN for loop in loops)
        if unsure and draft.trace:
            # A query some calls away from a loop of which nothing is known: too little to bother anybody with.
            return True
        if climbs(path, draft.trace):
            return True
        draft = replace(draft, loops=loops, subject=subject, path=path, per_owner=bool(owner_loops))
        self._record(draft, subject, event.suffix)
        return True

    def _complete_work(self, event: Event, draft: PythonWork) -> bool:
        subject = subject_of(event.source)
        if subject is not None:
            loops = multiplying(real_loops(event.varies))
            self._record(replace(draft, loops=loops, subject=subject), subject, event.suffix)
        return True

    def _complete_asked(self, event: Event, draft: QuerySetAsked) -> bool:
        """Noted of every origin that the rows may be counted from."""
        source = event.source
        if source is None or not isinstance(source.origin, Origin):
            return False
        origins = [
            (source.origin, source.path),
            *((each.origin, source.path[each.start :]) for each in source.fallbacks),
        ]
        for origin, path in origins:
            if not path:
                told = replace(draft, subject=Subject(origin, ()))
                self.keep((QuerySetAsked, draft.place, origin, draft.method, draft.lookup), told)
        return True

    def _record_sql(self, draft: SqlText) -> None:
        if draft.doubt != PARAMETER:
            self.is_certain(draft.place)
        self.keep((SqlText, draft.place, draft.pieces), draft)

    def is_certain(self, place: Place) -> None:
        """The text at a place is dangerous whoever calls."""
        self._sql_certain.add(place)

    def _record(self, draft: Observation, subject: Subject | None, suffix: tuple[str, ...]) -> None:
        where = None if subject is None else (subject.origin.place, subject.path)
        assumed = None if subject is None else subject.origin.assumed
        if assumed is not None and not (assumed.typed and is_asked_anyway(draft, assumed)):
            if isinstance(draft, PythonWork) or (
                draft.trace and not (assumed.typed or isinstance(draft, RelationRead))
            ):
                return  # too little is known of such rows to say that they were fetched in vain
            draft = replace(draft, doubt=draft.doubt or assumed.reason)
        kind = draft.kind if isinstance(draft, PythonWork) else draft.method if isinstance(draft, QueryRun) else ""
        self.keep((type(draft), draft.place, where, suffix, kind), draft)

    def keep(self, key: object, draft: Observation) -> None:
        """Observations with the same key are the same fault; the best known of them is told."""
        old = self.observations.get(key)
        if old is None or is_better(draft, old):
            self.observations[key] = draft

    def finish(self) -> list[Observation]:
        """Settle what no caller settled, and return every observation."""
        told = self._known_reads()
        for leftover in self.leftovers:
            settled = None if self._calls.answer_for(leftover) else settle(leftover.event)
            if settled is not None and read_of(settled) not in told:
                self.complete(settled)
        kept = []
        told = self._known_reads()
        for item in self.observations.values():
            if self._is_refuted(item, told):
                continue
            if isinstance(item, SqlText) and item.doubt == PARAMETER:
                if item.place in self._sql_certain:
                    continue
                item = replace(item, doubt="unknown-taint")
            loops = tuple(self._best_known(loop) for loop in item.loops)
            kept.append(item if loops == item.loops else replace(item, loops=loops))
        return kept + [FunctionWrites(NOWHERE, symbol, (), (), "") for symbol in sorted(self._all_writers())]

    def _all_writers(self) -> set[str]:
        """Those that change rows, and those that call them, however far away."""
        found, waiting = set(self._writers), list(self._writers)
        while waiting:
            new = self._callers.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    def _is_refuted(self, item: Observation, told: set[Read]) -> bool:
        """Was something assumed of the rows of which callers told better?"""
        assumed = assumption_of(item)
        if assumed is None:
            return False
        if isinstance(item, RelationRead | QueryRun) and (item.place, item.path[-1:]) in told:
            return True
        known = self._loops.get(assumed.place, set()) - {LoopKind.UNKNOWN} if assumed.place is not None else set()
        return bool(known) or assumed.symbol in self._informed

    def _known_reads(self) -> set[Read]:
        """What is read of rows of which nothing had to be assumed."""
        return {
            (item.place, item.path[-1:])
            for item in self.observations.values()
            if isinstance(item, RelationRead | QueryRun) and assumption_of(item) is None
        }

    def _best_known(self, loop: Loop) -> Loop:
        """What any caller told of a loop whose iterable was a mere parameter here."""
        if loop.kind is not LoopKind.UNKNOWN:
            return loop
        kinds = self._loops.get(loop.place, set()) - {LoopKind.UNKNOWN}
        for kind in (LoopKind.ROWS, LoopKind.DATA, LoopKind.BOUNDED):
            if kind in kinds:
                return Loop(loop.place, kind)
        return loop


def is_asked_anyway(draft: Observation, assumed: Assumption) -> bool:
    """Is it a query that runs whatever its rows bring along? A class that nobody could read may prefetch them."""
    if not isinstance(draft, QueryRun):
        return False
    return assumed.reason != UNRESOLVED_BASE or not draft.relation or draft.narrowed


def is_better(draft: Observation, old: Observation) -> bool:
    return (bool(draft.doubt), len(draft.trace)) < (bool(old.doubt), len(old.trace))


def assumption_of(item: Observation) -> Assumption | None:
    subject: Subject | None = getattr(item, "subject", None)
    return None if subject is None else subject.origin.assumed


def climbs(path: tuple[str, ...], trace: tuple[Step, ...]) -> bool:
    """Does a function that calls itself follow one relation twice running, up a tree to an end that nobody knows?"""
    calls = [step.message for step in trace]
    return len(set(calls)) < len(calls) and any(one == other for one, other in pairwise(path))


def subject_of(source: Source | None) -> Subject | None:
    """Whose rows these are, if no caller has to say so; counted from the first rows that any loop multiplies."""
    if source is None or not isinstance(source.origin, Origin):
        return None
    for fallback in reversed(source.fallbacks):
        if not multiplying(real_loops(fallback.varies)):
            return Subject(fallback.origin, source.path[fallback.start :])
    return Subject(source.origin, source.path)


def settle(event: Event) -> Event | None:
    """An event that no caller completed: count from the single object that the function was given."""
    source = event.source
    if source is None or not source.fallbacks or not real_loops(event.varies):
        return None
    single = [fallback for fallback in source.fallbacks if not multiplying(real_loops(fallback.varies))]
    if not single:
        return None
    varies = frozenset(item for item in event.varies if type(item) is Loop)
    owner = frozenset(item for item in event.owner_varies if type(item) is Loop)
    return replace(
        event, source=Source(single[-1].origin, source.path[single[-1].start :]), varies=varies, owner_varies=owner
    )
