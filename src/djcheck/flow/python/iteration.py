"""What a loop over a value yields each round, and what kind of loop that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain.index import FunctionInfo
from djcheck.domain.observation import UNRESOLVED_BASE, Assumption, Loop, LoopKind, Origin
from djcheck.flow.lattice.joining import join, join_all
from djcheck.flow.lattice.values import (
    LOADED,
    PLAIN,
    UNKNOWN,
    Class,
    Const,
    Function,
    Mapping,
    Object,
    Plain,
    QuerySet,
    Sequence,
    Source,
    Tainted,
    Text,
    Tuple,
    Union,
    Unknown,
    Value,
    Varies,
    members,
)
from djcheck.flow.orm import querysets
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.summaries import rebuild

if TYPE_CHECKING:
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame

# A slice or literal this short is no loop that a database notices.
SHORT = 12
# `Paginator.page()` gives one; its rows are its field `object_list`.
PAGE = "django.core.paginator.Page"


def iterate(frame: Frame, value: Value, span: Span, header: Span, *, noted: bool = False) -> tuple[Loop, Value]:
    """The loop over `value` (an expression at `span`) whose header stands at `header`, and one round's item."""
    kind = loop_kind(frame, value)
    loop = frame.loop(header, kind)
    items = []
    for member in members(value):
        item = item_of(frame, member, span, noted=noted)
        # Of alternatives, one that is a single row (`filter(pk=…)`) does not change with the loop over the others.
        single = type(member) is QuerySet and member.limit == 1
        items.append(item if single else vary(item, loop))
    return loop, join_all(items)


STRENGTH = {
    LoopKind.ROWS: 4,
    LoopKind.DATA: 3,
    LoopKind.PAGES: 2,
    LoopKind.UNKNOWN: 1,
    LoopKind.FEW: 1,
    LoopKind.BOUNDED: 0,
}


def is_guess(source: Source) -> bool:
    """Rows of a method that nobody could read: it may as well have given none."""
    return isinstance(source.origin, Origin) and source.origin.assumed == Assumption(UNRESOLVED_BASE)


def loop_kind(frame: Frame, value: Value) -> LoopKind:  # noqa: C901 - one arm a kind of value
    match value:
        case QuerySet():
            if value.limit == 1:
                return LoopKind.BOUNDED
            if is_guess(value.source):
                return LoopKind.UNKNOWN
            return LoopKind.FEW if value.limit is not None and value.limit <= SHORT else LoopKind.ROWS
        case Sequence() if is_spelled_out(members(value.of)):
            return LoopKind.BOUNDED  # as many as the code spells out
        case Sequence():
            if value.pages:
                return LoopKind.PAGES
            if value.size is not None and value.size <= SHORT:
                return LoopKind.FEW if value.from_rows else LoopKind.BOUNDED
            if value.from_rows:
                return LoopKind.ROWS
            return LoopKind.UNKNOWN if isinstance(value.of, Unknown) and value.of.why else LoopKind.DATA
        case Tuple() | Text() | Const() | Plain():
            return LoopKind.BOUNDED
        case Mapping():
            if value.from_rows:
                return LoopKind.ROWS
            return LoopKind.BOUNDED if value.of is None or value.size is not None else LoopKind.DATA
        case Tainted():
            return LoopKind.DATA
        case Object() if (rows := held(frame, value)) is not None:
            return loop_kind(frame, rows)
        case Object() if of_framework(frame, value) is not None:
            return LoopKind.BOUNDED
        case Union() if any(type(member) is Tuple and is_spelled_out(member.items) for member in value.members):
            return LoopKind.BOUNDED  # where one alternative is a few classes, the others will be classes too
        case Union():
            return max((loop_kind(frame, member) for member in value.members), key=STRENGTH.__getitem__)
    return LoopKind.UNKNOWN


def is_spelled_out(items: tuple[Value, ...]) -> bool:
    """Classes, functions, or objects each of a class of its own: what one of them does is not done in every round."""
    if items and all(isinstance(item, Class | Function) for item in items):
        return True
    objects = sum(type(item) is Object for item in items)
    return objects > 1 and all(isinstance(item, Object | Unknown) for item in items)


def of_framework(frame: Frame, value: Object) -> Object | None:
    """What a loop over one of the framework's own objects gives."""
    from djcheck.flow import machinery

    return machinery.iterated(frame, value)


def item_of(frame: Frame, value: Value, span: Span, *, noted: bool = False) -> Value:  # noqa: C901 - one arm a kind of value
    """One item of a value that is iterated at `span`; iterating a queryset runs it."""
    match value:
        case QuerySet():
            if not noted:
                frame.use(value.identity, "rows", span)
                frame.use(value.identity, "rows", span)
            querysets.run_rows(frame, value, "iterate", span)
            return querysets.row(value)
        case Sequence():
            if value.identity and not noted:
                frame.use(value.identity, "rows", span)
                frame.use(value.identity, "rows", span)
            return value.of
        case Tuple():
            found = value.items[0] if value.items else UNKNOWN
            for item in value.items[1:]:
                found = join(found, item)
            return found
        case Mapping():
            return value.key
        case Tainted():
            return value
        case Text():
            return PLAIN
        case Union():
            found = item_of(frame, value.members[0], span, noted=noted)
            for member in value.members[1:]:
                found = join(found, item_of(frame, member, span, noted=noted))
            return found
        case Object():
            return item_of_object(frame, value, span)
    return LOADED if value == LOADED else UNKNOWN


def held(frame: Frame, value: Object) -> Value | None:
    """The rows that a page holds, or a filter set (up to django-filter 0.15 it is iterated itself)."""
    if value.qualname == PAGE:
        return value.get("object_list") or UNKNOWN
    filter_set = frame.evaluator.index.filter_set_above(value.qualname)
    return None if filter_set is None else value.get(filter_set.gives[0])


def item_of_object(frame: Frame, value: Object, span: Span) -> Value:
    rows = held(frame, value)
    if rows is not None:
        return item_of(frame, rows, span)
    method = frame.evaluator.index.member(value.qualname, "__iter__")
    if not isinstance(method, FunctionInfo):
        return of_framework(frame, value) or UNKNOWN
    result = frame.evaluator.call(frame, method, Arguments([value], {}), span)
    return UNKNOWN if isinstance(result, Object) else item_of(frame, result, span)


def vary(value: Value, loop: Loop) -> Value:
    """The value, changing with the loop."""
    extra: Varies = frozenset((loop,))

    def change(source: Source, varies: Varies) -> tuple[Source, Varies]:
        return source, varies | extra

    value = rebuild(value, change)
    if type(value) is Object:
        return replace(value, varies=value.varies | extra)
    if type(value) is Union:
        return Union(
            tuple(
                replace(member, varies=member.varies | extra) if type(member) is Object else member
                for member in value.members
            )
        )
    return value


def picked(frame: Frame, value: Value) -> Value:
    """An item taken out of a container by a key that may be another one each round of the loops around."""
    if not frame.loops:
        return value
    for loop in frame.loops:
        value = vary(value, loop)
    return value


def rows_of(frame: Frame, value: Value, span: Span, header: Span) -> tuple[Loop, Value] | None:
    """As `iterate`, or None where nothing is known of the items and nothing is lost by not looking."""
    if all(isinstance(member, Unknown | Plain | Const) for member in members(value)):
        return None
    return iterate(frame, value, span, header)
