"""What is asked of a queryset that bears on which eager loads could still be given to it.

Facts from Django's documentation, "QuerySet API reference": combined querysets take no eager loads, `only()` and
`defer()` contradict a join over the columns they leave out, `select_for_update()` locks what is joined, SQL written by
hand may name columns that a join makes ambiguous, an iterator without a chunk size refuses prefetches, and a lookup
that was prefetched once cannot be given rows of its own later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain.observation import QuerySetAsked
from djcheck.flow.frame import UNSETTLED, Event, Frame
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import NOTHING_VARIES, Const, External, Object, QuerySet, members
from djcheck.flow.orm.eager import PREFETCH, spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from djcheck.domain.ir import Call
    from djcheck.domain.source import Span
    from djcheck.flow.python.parameters import Arguments

COMBINING = frozenset(["union", "intersection", "difference"])
RESTRICTING = COMBINING | {"only", "defer", "extra", "raw", "select_for_update"}
RAW_SQL = "RawSQL"


def note(frame: Frame, queryset: QuerySet, name: str, arguments: Arguments, node: Call) -> None:
    """Tell of a call that restricts eager loading; most calls do not."""
    span = node.span
    for method, lookup, own_rows in asked(name, arguments, node):
        tell(frame, queryset, method, span, lookup, own_rows)
    if name in COMBINING:
        for value in arguments.positional:
            for member in members(value):
                if isinstance(member, QuerySet):
                    tell(frame, member, name, span)


def asked(name: str, arguments: Arguments, node: Call) -> Iterator[tuple[str, str, bool]]:
    if name in RESTRICTING:
        yield name, "", False
    elif name == "iterator":
        if not node.args and not node.keywords:
            yield name, "", False
    elif name == "select_related":
        if not node.args:
            yield name, "", False
    elif name == "prefetch_related":
        yield from (("prefetch_related", lookup, own_rows) for lookup, own_rows in prefetches(arguments))
    elif any(is_raw(value) for value in (*arguments.positional, *arguments.keywords.values())):
        yield RAW_SQL, "", False


def prefetches(arguments: Arguments) -> Iterator[tuple[str, bool]]:
    for found in spread(arguments.positional)[0]:
        if isinstance(found, str):
            yield found, False
        elif isinstance(found, Object) and found.qualname == PREFETCH:
            yield text_of(found.get("lookup") or Const(None)) or "", bool(found.get("queryset") or found.get("to_attr"))


def is_raw(value: object) -> bool:
    return isinstance(value, External) and value.name.rpartition(".")[2] == RAW_SQL


def tell(frame: Frame, queryset: QuerySet, method: str, span: Span, lookup: str = "", own_rows: bool = False) -> None:
    draft = QuerySetAsked(frame.place(span), frame.symbol, (), (), "", UNSETTLED, method, lookup, own_rows)
    frame.emit(Event(draft, NOTHING_VARIES, queryset.source, must_vary=False))
