"""Who answers for what a function reads of the rows that it is given: the function by itself, or all that call it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from djcheck.domain.observation import Origin
from djcheck.domain.source import Place
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
from djcheck.flow.summaries import rebuild

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from djcheck.flow.frame import Event, Frame
    from djcheck.flow.lattice.values import Source, Varies

# Where something is read, and the last relation on the way to it.
Read = tuple[Place, tuple[str, ...]]


class Parameter(NamedTuple):
    function: str
    name: str


# What a call hands to a parameter: rows of a queryset that is known, something of which nothing is known, or (a
# Parameter) what the caller was given itself.
FETCHED = "fetched"
UNTOLD = "untold"
Giver = str | Parameter


class Leftover(NamedTuple):
    """An event of a function evaluated by itself, about the rows that `parameter` holds (None: no parameter does)."""

    event: Event
    parameter: Parameter | None = None


class Calls:
    """What all calls hand over, and reads of which it was not followed what becomes of them for the callers."""

    def __init__(self) -> None:
        self.givers: defaultdict[Parameter, set[Giver]] = defaultdict(set)
        self.lost: set[Read] = set()

    def add(self, other: Calls) -> None:
        for parameter, givers in other.givers.items():
            self.givers[parameter] |= givers
        self.lost |= other.lost

    def answer_for(self, leftover: Leftover) -> bool:
        """Does the parameter only ever hold rows that were fetched? What these do not bring along is told of them."""
        parameter = leftover.parameter
        if parameter is None or read_of(leftover.event) in self.lost:
            return False
        return UNTOLD not in self.givers.get(parameter, ()) and self._is_fetched(parameter, set())

    def _is_fetched(self, parameter: Parameter, seen: set[Parameter]) -> bool:
        givers = self.givers.get(parameter, set())
        if FETCHED in givers or parameter in seen:
            return FETCHED in givers
        seen.add(parameter)
        return any(isinstance(giver, Parameter) and self._is_fetched(giver, seen) for giver in givers)


def read_of(event: Event) -> Read:
    return event.draft.place, event.suffix[-1:]


def left(events: tuple[Event, ...], function: str, shape: dict[str, Value]) -> tuple[Leftover, ...]:
    """What evaluating a function by itself leaves, where its parameters have the values of `shape`."""
    holders = holders_of(function, shape)
    return tuple(
        Leftover(event, None if event.source is None else holders.get(event.source.origin)) for event in events
    )


def holders_of(function: str, shape: dict[str, Value]) -> dict[Origin | Formal, Parameter]:
    """Which parameter holds an argument's rows."""
    found: dict[Origin | Formal, Parameter] = {}
    for name, value in shape.items():

        def change(source: Source, varies: Varies, name: str = name) -> tuple[Source, Varies]:
            found.setdefault(source.origin, Parameter(function, name))
            return source, varies

        rebuild(value, change)
    return found


def givers(frame: Frame, function: str, passed: dict[str, Value]) -> Iterator[tuple[Parameter, Giver]]:
    """What a call in a frame hands to each parameter that may hold rows."""
    if frame.unlikely or frame.symbol == function:
        return  # what is read there is not told; a function that calls itself was called by others first
    for name, value in passed.items():
        for giver in of_value(frame, value):
            yield Parameter(function, name), giver


def of_value(frame: Frame, value: Value) -> Iterable[Giver]:
    for member in members(value):
        if type(member) is Sequence:
            yield from of_value(frame, member.of)
        elif type(member) is Instance or type(member) is QuerySet:
            origin = member.source.origin
            if member.eager.opaque:
                yield UNTOLD
            elif type(origin) is Formal:
                yield holders_of(frame.symbol, frame.given).get(origin, UNTOLD)
            elif is_known(member.source):
                yield FETCHED
        elif type(member) not in (Const, Text, Mapping):
            yield UNTOLD
