"""Function summaries: arguments made anonymous before a call, and made concrete again after it.

A function is evaluated once per shape of its arguments, with a Formal in the place of each argument's rows; what it
was seen to do and what it returns is then instantiated at each call site.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import is_
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from djcheck.domain.observation import Assumption, Loop, Origin, QueryRun, Step
from djcheck.flow.frame import Event, Holder, multiplying, real_loops
from djcheck.flow.lattice.joining import join_all
from djcheck.flow.lattice.values import (
    NOTHING_VARIES,
    UNKNOWN,
    Context,
    Fallback,
    Formal,
    Function,
    Instance,
    Mapping,
    Method,
    Object,
    QuerySet,
    Request,
    Sequence,
    Source,
    Super,
    Tuple,
    Union,
    Value,
    Varies,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from djcheck.flow.frame import Frame

MOST_EVENTS = 80
# How many calls away a read may be, and still be worth telling the caller's loop of; for queries of other kinds fewer:
# the further away, the likelier it is that some condition on the way keeps them from running.
MOST_HOPS = 5
MOST_QUERY_HOPS = 3
MOST_LOOPED_HOPS = 7


class Summary(Struct, frozen=True):
    """What calling a function does: its result, the events that depend on its callers, and what `self` is after it.

    `fetched` are parameters whose querysets hold their rows afterwards.
    """

    result: Value
    events: tuple[Event, ...]
    self_after: Value | None = None
    fetched: tuple[str, ...] = ()


# Instead of one that was not made: of which nothing is known.
NOT_MADE = Summary(UNKNOWN, ())
Change = Callable[[Source, Varies], tuple[Source, Varies]]


def rebuild(value: Value, change: Change) -> Value:
    """The value with every (source, varies) in it replaced by what `change` says, and without identities.

    What holds no rows, which most values don't, is given back as it is.
    """
    rebuilder = REBUILDERS.get(type(value))
    return value if rebuilder is None else rebuilder(value, change)


def rebuild_instance(value: Instance, change: Change) -> Value:
    source, varies = change(value.source, value.varies)
    given = rebuild_named(value.given, change) if value.given else ()
    return replace(value, source=source, varies=varies, given=given)


def rebuild_queryset(value: QuerySet, change: Change) -> Value:
    source, varies = change(value.source, value.varies)
    owner, owner_varies = value.owner, value.owner_varies
    if owner is not None:
        owner, owner_varies = change(owner, owner_varies)
    given = rebuild_named(value.given, change) if value.given else ()
    return replace(value, source=source, varies=varies, owner=owner, owner_varies=owner_varies, identity=0, given=given)


def rebuild_sequence(value: Sequence, change: Change) -> Value:
    of = rebuild(value.of, change)
    if of is value.of and not value.identity and value.rows is None and not value.column:
        return value
    return Sequence(of, value.size, value.from_rows, 0, "", None, value.pages)


def rebuild_tuple(value: Tuple, change: Change) -> Value:
    items = [rebuild(item, change) for item in value.items]
    return value if all_same(items, value.items) else Tuple(tuple(items))


def rebuild_named(named: tuple[tuple[str, Value], ...], change: Change) -> tuple[tuple[str, Value], ...]:
    """Items of a dict, attributes of an object: the same tuple where nothing in it changes."""
    items = [item for _, item in named]
    rebuilt = [rebuild(item, change) for item in items]
    if all_same(rebuilt, items):
        return named
    return tuple([(name, new) for (name, _), new in zip(named, rebuilt, strict=True)])


def rebuild_mapping(value: Mapping, change: Change) -> Value:
    items = rebuild_named(value.items, change)
    of = None if value.of is None else rebuild(value.of, change)
    key = rebuild(value.key, change)
    if items is value.items and of is value.of and key is value.key:
        return value
    return Mapping(items, of, key, value.from_rows)


def rebuild_object(value: Object, change: Change) -> Value:
    _, varies = change(NOBODYS, value.varies) if value.varies else (None, NOTHING_VARIES)
    fields = rebuild_named(value.fields, change)
    return value if fields is value.fields and varies is value.varies else Object(value.qualname, fields, varies)


def rebuild_request(value: Request, change: Change) -> Value:
    given = rebuild_named(value.given, change)
    return value if given is value.given else Request(given)


def rebuild_union(value: Union, change: Change) -> Value:
    members = [rebuild(item, change) for item in value.members]
    return value if all_same(members, value.members) else join_all(members)


def rebuild_function(value: Function, change: Change) -> Value:
    return value if value.bound is None else Function(value.qualname, rebuild(value.bound, change))


def rebuild_method(value: Method, change: Change) -> Value:
    receiver = rebuild(value.receiver, change)
    return value if receiver is value.receiver else Method(receiver, value.name)


def rebuild_super(value: Super, change: Change) -> Value:
    return Super(rebuild(value.bound, change), value.after)


def all_same(new: Iterable[Value], old: Iterable[Value]) -> bool:
    return all(map(is_, new, old))


# An object of a class that is no model has loops, but no rows that it comes from.
NOBODYS = Source(Formal(-1))
REBUILDERS: dict[type, Callable[[Any, Change], Value]] = {
    Instance: rebuild_instance,
    QuerySet: rebuild_queryset,
    Sequence: rebuild_sequence,
    Tuple: rebuild_tuple,
    Mapping: rebuild_mapping,
    Object: rebuild_object,
    Union: rebuild_union,
    Function: rebuild_function,
    Method: rebuild_method,
    Super: rebuild_super,
    Request: rebuild_request,
}


class Anonymous:
    """Gives each distinct (rows, loops) of a call's arguments a Formal, and remembers which it stands for."""

    def __init__(self) -> None:
        self.actual: list[tuple[Source, Varies]] = []

    def shape(self, value: Value) -> Value:
        return rebuild(value, self._formal)

    def _formal(self, source: Source, varies: Varies) -> tuple[Source, Varies]:
        pair = (source, varies)
        for at, known in enumerate(self.actual):
            if known == pair:
                return formal_rows(at)
        self.actual.append(pair)
        return formal_rows(len(self.actual) - 1)


def holders_of(function: str, shape: dict[str, Value]) -> dict[Origin | Formal, Holder]:
    """What holds the rows of each argument, by the Formals in the shape of a call."""
    found: dict[Origin | Formal, Holder] = {}
    for name, value in shape.items():

        def change(source: Source, varies: Varies, name: str = name) -> tuple[Source, Varies]:
            found.setdefault(source.origin, Holder(function, name))
            return source, varies

        rebuild(value, change)
    return found


@cache
def formal_rows(index: int) -> tuple[Source, Varies]:
    """The rows, and the loops, of a call's so-manieth argument that has any."""
    formal = Formal(index)
    return Source(formal), frozenset((formal,))


class Instantiation:
    """Puts the actual arguments of one call site into a summary."""

    def __init__(self, frame: Frame, actual: list[tuple[Source, Varies]], step: Step) -> None:
        self.frame = frame
        self.actual = actual
        self.step = step
        self.around = frame.active()
        assumptions = [source.origin.assumed for source, _ in actual if type(source.origin) is Origin]
        # What a call makes of nothing but guesses is no surer than they are.
        self.assumed = assumptions[0] if assumptions and len(assumptions) == len(actual) and all(assumptions) else None

    def varies(self, varies: Varies) -> Varies:
        if not varies:
            return varies
        found: set[Loop | Formal | Context] = set()
        for item in varies:
            if type(item) is Formal and item.index < len(self.actual):
                found |= self.frame.narrow(self.actual[item.index][1])
            elif type(item) is Context:
                found |= self.around
            else:
                found.add(item)
        return frozenset(found)

    def source(self, source: Source) -> Source:
        origin = source.origin
        if isinstance(origin, Origin):
            if self.assumed is not None:
                source = replace(source, origin=guessed(origin, self.assumed))
            return replace(source, fallbacks=self.fallbacks(source, 0, self.assumed)) if source.fallbacks else source
        if origin.index < 0 or origin.index >= len(self.actual):
            return source
        actual, _ = self.actual[origin.index]
        assumed = actual.origin.assumed if isinstance(actual.origin, Origin) else None
        inner = self.fallbacks(source, len(actual.path), assumed)
        return Source(actual.origin, (*actual.path, *source.path), (*actual.fallbacks, *inner))

    def fallbacks(self, source: Source, before: int, assumed: Assumption | None) -> tuple[Fallback, ...]:
        return tuple(
            Fallback(
                fallback.origin if assumed is None else guessed(fallback.origin, assumed),
                fallback.start + before,
                self.varies(fallback.varies),
            )
            for fallback in source.fallbacks
        )

    def both(self, source: Source, varies: Varies) -> tuple[Source, Varies]:
        return self.source(source), self.varies(varies)

    def value(self, value: Value) -> Value:
        return rebuild(value, self.both)

    def event(self, event: Event) -> Event | None:
        if event.hops >= farthest(event):
            if all(step.message != self.step.message for step in event.draft.trace):  # else a round less was told
                self.frame.evaluator.told.loses((event.draft.place, event.suffix[-1:]))
            return None
        draft = replace(event.draft, trace=(self.step, *event.draft.trace))
        return Event(
            draft,
            self.varies(event.varies),
            None if event.source is None else self.source(event.source),
            event.suffix,
            self.varies(event.owner_varies),
            event.must_vary,
            event.hops + 1,
        )


def guessed(origin: Origin, assumed: Assumption) -> Origin:
    """What follows from a guess is no surer than it."""
    return origin if origin.assumed is not None else replace(origin, assumed=assumed)


def farthest(event: Event) -> int:
    """Through how many calls an event is told; fetching an owner's related rows counts as a read of the relation."""
    if multiplying(real_loops(event.varies)):
        return MOST_LOOPED_HOPS  # it only waits to hear where its rows come from
    run = event.draft
    reads = type(run) is not QueryRun or (run.relation and run.method == "iterate" and not run.narrowed)
    return MOST_HOPS if reads else MOST_QUERY_HOPS


def concrete(value: Value) -> Value:
    """The value without rows that only a caller could name."""

    def change(source: Source, varies: Varies) -> tuple[Source, Varies]:
        if type(source.origin) is Formal:
            raise StillFormal
        return source, NOTHING_VARIES

    try:
        return rebuild(value, change)
    except StillFormal:
        return UNKNOWN


class StillFormal(Exception):
    """A value speaks of an argument's rows."""


def distinct(events: list[Event], most: int = MOST_EVENTS) -> tuple[Event, ...]:
    """Events worth keeping for callers: one of a kind at one place, reads of relations before plain queries."""
    seen: dict[object, Event] = {}
    for event in events:
        draft = event.draft
        key = (type(draft), draft.place, event.source, event.suffix, event.varies)
        old = seen.get(key)
        if old is None or len(draft.trace) < len(old.draft.trace):
            seen[key] = event
    kept = list(seen.values())
    if len(kept) > most:
        kept.sort(key=lambda event: (isinstance(event.draft, QueryRun) and event.source is None, event.hops))
        kept = kept[:most]
    return tuple(kept)
