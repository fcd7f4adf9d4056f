"""Function summaries: arguments made anonymous before a call, and made concrete again after it.

A function is evaluated once per shape of its arguments, with a Formal in the place of each argument's rows; what it
was seen to do and what it returns is then instantiated at each call site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from djcheck.domain.observation import Origin, QueryRun, Step
from djcheck.flow.frame import Event, multiplying, real_loops
from djcheck.flow.joining import join
from djcheck.flow.values import (
    NOTHING_VARIES,
    UNKNOWN,
    Class,
    Closure,
    Const,
    Context,
    External,
    Fallback,
    Formal,
    Function,
    Instance,
    Mapping,
    Meta,
    Method,
    Module,
    Object,
    Plain,
    QuerySet,
    Request,
    Sequence,
    Source,
    Super,
    Tainted,
    Text,
    Tuple,
    Union,
    Unknown,
    Value,
    Varies,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.flow.frame import Frame

MOST_EVENTS = 80
# How many calls away a read may be, and still be worth telling the caller's loop of; for queries of other kinds fewer:
# the further away, the likelier it is that some condition on the way keeps them from running.
MOST_HOPS = 5
MOST_QUERY_HOPS = 3
MOST_LOOPED_HOPS = 7


class Summary(Struct, frozen=True):
    """What calling a function does: its result, the events that depend on its callers, and what `self` is after it."""

    result: Value
    events: tuple[Event, ...]
    self_after: Value | None = None


# Values that hold no rows: most there are.
PLAIN_TYPES = frozenset({Unknown, Const, Plain, Text, Tainted, Class, External, Module, Meta, Request, Closure})


def rebuild(  # noqa: C901 - one arm a kind of value
    value: Value, change: Callable[[Source, Varies], tuple[Source, Varies]], keep_identity: bool
) -> Value:
    """The value with every (source, varies) in it replaced by what `change` says."""

    def walk(value: Value) -> Value:  # noqa: C901
        if type(value) in PLAIN_TYPES:
            return value
        match value:
            case Instance():
                source, varies = change(value.source, value.varies)
                return replace(value, source=source, varies=varies)
            case QuerySet():
                source, varies = change(value.source, value.varies)
                owner, owner_varies = value.owner, value.owner_varies
                if owner is not None:
                    owner, owner_varies = change(owner, owner_varies)
                identity = value.identity if keep_identity else 0
                return replace(
                    value, source=source, varies=varies, owner=owner, owner_varies=owner_varies, identity=identity
                )
            case Sequence():
                kept = keep_identity and value.identity
                column, rows = (value.column, value.rows) if kept else ("", None)
                return Sequence(walk(value.of), value.size, value.from_rows, kept or 0, column, rows, value.pages)
            case Tuple():
                return Tuple(tuple(walk(item) for item in value.items))
            case Mapping():
                items = tuple((name, walk(item)) for name, item in value.items)
                of = None if value.of is None else walk(value.of)
                return Mapping(items, of, walk(value.key), value.from_rows)
            case Object():
                _, varies = change(Source(Formal(-1)), value.varies) if value.varies else (None, NOTHING_VARIES)
                return Object(value.qualname, tuple((name, walk(item)) for name, item in value.fields), varies)
            case Union():
                joined = walk(value.members[0])
                for item in value.members[1:]:
                    joined = join(joined, walk(item))
                return joined
            case Function() if value.bound is not None:
                return Function(value.qualname, walk(value.bound))
            case Method():
                return Method(walk(value.receiver), value.name)
            case Super():
                return Super(walk(value.bound), value.after)
        return value

    return walk(value)


class Anonymous:
    """Gives each distinct (rows, loops) of a call's arguments a Formal, and remembers which it stands for."""

    def __init__(self) -> None:
        self.actual: list[tuple[Source, Varies]] = []

    def shape(self, value: Value) -> Value:
        return rebuild(value, self._formal, keep_identity=False)

    def _formal(self, source: Source, varies: Varies) -> tuple[Source, Varies]:
        pair = (source, varies)
        if pair not in self.actual:
            self.actual.append(pair)
        formal = Formal(self.actual.index(pair))
        return Source(formal), frozenset((formal,))


class Instantiation:
    """Puts the actual arguments of one call site into a summary."""

    def __init__(self, frame: Frame, actual: list[tuple[Source, Varies]], step: Step) -> None:
        self.frame = frame
        self.actual = actual
        self.step = step
        self.around = frame.active()

    def varies(self, varies: Varies) -> Varies:
        if not varies:
            return varies
        found: set[object] = set()
        for item in varies:
            match item:
                case Formal(index) if index < len(self.actual):
                    found |= self.frame.narrow(self.actual[index][1])
                case Context():
                    found |= self.around
                case _:
                    found.add(item)
        return frozenset(found)  # type: ignore[arg-type]

    def source(self, source: Source) -> Source:
        origin = source.origin
        if isinstance(origin, Origin):
            return replace(source, fallbacks=self.fallbacks(source, 0)) if source.fallbacks else source
        if origin.index < 0 or origin.index >= len(self.actual):
            return source
        actual, _ = self.actual[origin.index]
        inner = self.fallbacks(source, len(actual.path))
        return Source(actual.origin, (*actual.path, *source.path), (*actual.fallbacks, *inner))

    def fallbacks(self, source: Source, before: int) -> tuple[Fallback, ...]:
        return tuple(
            Fallback(fallback.origin, fallback.start + before, self.varies(fallback.varies))
            for fallback in source.fallbacks
        )

    def both(self, source: Source, varies: Varies) -> tuple[Source, Varies]:
        return self.source(source), self.varies(varies)

    def value(self, value: Value) -> Value:
        return rebuild(value, self.both, keep_identity=False)

    def event(self, event: Event) -> Event | None:
        # An event that loops multiply already only waits to hear where its rows come from.
        looped = bool(multiplying(real_loops(event.varies)))
        limit = MOST_LOOPED_HOPS if looped else MOST_QUERY_HOPS if isinstance(event.draft, QueryRun) else MOST_HOPS
        if event.hops >= limit:
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


def concrete(value: Value) -> Value:
    """The value without rows that only a caller could name."""

    def change(source: Source, varies: Varies) -> tuple[Source, Varies]:
        if isinstance(source.origin, Formal):
            raise StillFormal
        return source, NOTHING_VARIES

    try:
        return rebuild(value, change, keep_identity=False)
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
