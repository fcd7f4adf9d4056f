"""Who answers for what a function reads of the rows that it is given: the function by itself, or all that call it.

Serializers and templates hand on what they are given, as functions do.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from djcheck.domain.source import Place
from djcheck.flow.frame import Holder
from djcheck.flow.lattice.values import (
    Const,
    Formal,
    Instance,
    Mapping,
    QuerySet,
    Sequence,
    Text,
    Value,
    is_known,
    members,
)
from djcheck.flow.summaries import holders_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from djcheck.flow.frame import Event, Frame

# Where something is read, and the last relation on the way to it.
Read = tuple[Place, tuple[str, ...]]


# What a call hands over: rows of a queryset that is known, something of which nothing is known, or (a Holder) what the
# caller was given itself.
FETCHED = "fetched"
UNTOLD = "untold"
Giver = str | Holder


class Leftover(NamedTuple):
    """An event of a function evaluated by itself, about the rows that `holder` holds (None: nothing does)."""

    event: Event
    holder: Holder | None = None


class Calls:
    """What all calls hand over, and reads of which it was not followed what becomes of them for the callers."""

    def __init__(self) -> None:
        self.givers: defaultdict[Holder, set[Giver]] = defaultdict(set)
        self.lost: set[Read] = set()

    def add(self, other: Calls) -> None:
        for holder, givers in other.givers.items():
            self.givers[holder] |= givers
        self.lost |= other.lost

    def answer_for(self, leftover: Leftover) -> bool:
        """Does its holder only ever hold rows that were fetched? What these do not bring along is told of them."""
        holder = leftover.holder
        if holder is None or read_of(leftover.event) in self.lost:
            return False
        return UNTOLD not in self.givers.get(holder, ()) and self._is_fetched(holder, set())

    def _is_fetched(self, holder: Holder, seen: set[Holder]) -> bool:
        givers = self.givers.get(holder, set())
        if FETCHED in givers or holder in seen:
            return FETCHED in givers
        seen.add(holder)
        return any(isinstance(giver, Holder) and self._is_fetched(giver, seen) for giver in givers)


def read_of(event: Event) -> Read:
    return event.draft.place, event.suffix[-1:]


def left(events: tuple[Event, ...], function: str, shape: dict[str, Value]) -> tuple[Leftover, ...]:
    """What evaluating a function by itself leaves, where its parameters have the values of `shape`."""
    holders = holders_of(function, shape)
    return tuple(
        Leftover(event, None if event.source is None else holders.get(event.source.origin)) for event in events
    )


def givers(frame: Frame, function: str, passed: dict[str, Value]) -> Iterator[tuple[Holder, Giver]]:
    """What a call in a frame hands to each parameter that may hold rows."""
    if frame.unlikely or frame.symbol == function:
        return  # what is read there is not told; a function that calls itself was called by others first
    for name, value in passed.items():
        for giver in of_value(frame, value):
            yield Holder(function, name), giver


def of_value(frame: Frame, value: Value) -> Iterable[Giver]:
    for member in members(value):
        if type(member) is Sequence:
            yield from of_value(frame, member.of)
        elif type(member) is Instance or type(member) is QuerySet:
            origin = member.source.origin
            if member.eager.opaque:
                yield UNTOLD
            elif type(origin) is Formal:
                yield frame.holders.get(origin, UNTOLD)
            elif is_known(member.source):
                yield FETCHED
        elif type(member) not in (Const, Text, Mapping):
            yield UNTOLD
