"""Work that the database should do: rows fetched only to be counted, tested, summed, filtered, sorted or grouped.

Whether rows are used for nothing else is only known at a function's end: until then each use of a queryset is noted
under its identity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.observation import PythonWork, WorkKind
from djcheck.flow.frame import UNSETTLED, Event, Frame, multiplying, real_loops
from djcheck.flow.lattice.values import (
    NUMBER,
    Closure,
    Const,
    External,
    Formal,
    Instance,
    Mapping,
    QuerySet,
    Sequence,
    Tuple,
    Union,
    Value,
    members,
)
from djcheck.flow.orm import patterns, querysets
from djcheck.flow.python import formatting

if TYPE_CHECKING:
    from djcheck.domain.source import Span


def settle_uses(frame: Frame) -> None:
    """At a function's end: tell of querysets whose rows served one purpose only."""
    for uses in frame.uses.values():
        events = [use.event for use in uses if use.event is not None]
        kinds = {getattr(event.draft, "kind", None) for event in events}
        if len(events) == len(uses) and (len(uses) == 1 or kinds <= TOGETHER):
            frame.emit(min(events, key=lambda event: SERVES[getattr(event.draft, "kind", WorkKind.TRUTH)]))


# Purposes that one query could serve together. Two halves of the same rows are better taken from one result.
TOGETHER = frozenset({WorkKind.AGGREGATE, WorkKind.LENGTH, WorkKind.TRUTH, WorkKind.COUNT_TEST})
# Which purpose to name where rows serve several.
SERVES = {kind: at for at, kind in enumerate((WorkKind.GROUP, WorkKind.AGGREGATE, WorkKind.FILTER, WorkKind.SORT,
                                              WorkKind.MEMBERSHIP, WorkKind.FIRST, WorkKind.LENGTH, WorkKind.TRUTH,
                                              WorkKind.COUNT_TEST))}  # fmt: skip


def note(frame: Frame, queryset: QuerySet, span: Span, event: Event | None) -> None:
    """One more use of a queryset's rows; in a loop that does not make the queryset anew it counts as several."""
    frame.use(queryset.identity, "rows", span, event)
    if any(loop not in queryset.varies for loop in frame.loops):
        frame.use(queryset.identity, "rows", span)


def rows_used(
    frame: Frame,
    value: Value,
    queryset: QuerySet,
    kind: WorkKind,
    function: str,
    span: Span,
    columns: tuple[str, ...],
    suggestion: str,
) -> None:
    """The rows of a queryset, which `value` is, or may be, are needed for `function`; whether for that alone is told at
    the function's end."""
    note(frame, queryset, span, work_event(frame, value, queryset, kind, function, span, columns, suggestion))


def work_event(
    frame: Frame,
    value: Value,
    queryset: QuerySet,
    kind: WorkKind,
    function: str,
    span: Span,
    columns: tuple[str, ...],
    suggestion: str,
) -> Event | None:
    # Rows that an earlier use of this very queryset fetched are told with that use.
    fetched_before = queryset.evaluated and not frame.uses.get(queryset.identity)
    prefetched = queryset.prefetched is not None and not queryset.narrowed
    if fetched_before or prefetched or queryset.is_manager or not queryset.model or owned_by_rows(frame, queryset):
        return None
    if queryset.limit is not None and kind not in (WorkKind.FIRST,):
        return None
    always = isinstance(value, QuerySet)
    draft = PythonWork(
        frame.place(span), frame.symbol, (), (), "", kind, UNSETTLED, function, columns, suggestion, always
    )
    return Event(draft, frame.narrow(queryset.varies), queryset.source, (), must_vary=False)


def owned_by_rows(frame: Frame, queryset: QuerySet) -> bool:
    """Does it belong to a row of a loop, or to an argument? Then whether it was prefetched decides, not this."""
    owner = frame.narrow(queryset.owner_varies)
    return bool(multiplying(real_loops(owner))) or any(isinstance(item, Formal) for item in owner)


def rows_of_list(sequence: Sequence) -> QuerySet | None:
    """The queryset that a list of rows was made of, as far as uses go."""
    if sequence.rows is not None:
        return sequence.rows
    row = sequence.of
    if not sequence.identity or not isinstance(row, Instance):
        return None
    return QuerySet(row.model, row.source, row.eager, row.varies, identity=sequence.identity)


def list_used(frame: Frame, sequence: Sequence, kind: WorkKind, function: str, span: Span) -> None:
    queryset = rows_of_list(sequence)
    if queryset is not None and sequence.size is None:
        suggestion = "count()" if kind is WorkKind.LENGTH else "first()"
        rows_used(frame, sequence, queryset, kind, function, span, (), suggestion)


def first_of_list(frame: Frame, sequence: Sequence, index: Value, node: ir.Subscript) -> None:
    """`list(qs)[0]`."""
    if isinstance(index, Const) and index.value in (0, -1):
        list_used(frame, sequence, WorkKind.FIRST, "[0]" if index.value == 0 else "[-1]", node.span)
    else:
        escapes(frame, sequence, node.span)


def escapes(frame: Frame, value: Value, span: Span) -> None:
    """The value goes where its rows may be used for anything."""
    # Asked of every argument and item there is: told apart by type, which is much the quickest.
    if type(value) is QuerySet or type(value) is Sequence:
        frame.use(value.identity, "escape", span)
        frame.use(value.identity, "escape", span)
    elif type(value) is Tuple:
        for item in value.items:
            escapes(frame, item, span)
    elif type(value) is Mapping:
        for _, item in value.items:
            escapes(frame, item, span)
    elif type(value) is Union:
        for member in value.members:
            escapes(frame, member, span)


# ------------------------------------------------------------------ counts and membership


def count_call(frame: Frame, node: ir.Expr) -> tuple[QuerySet, Value] | None:
    """The queryset of a `qs.count()` call, after evaluating it."""
    if type(node) is not ir.Call or node.args or node.keywords or type(node.function) is not ir.Attribute:
        return None
    if node.function.name not in ("count", "acount"):
        return None
    receiver = frame.evaluate(node.function.value)
    for member in members(receiver):
        if type(member) is QuerySet and querysets.own_method(frame, member, "count") is None:
            queryset = querysets.initial(frame, member, node.span)
            return querysets.lazy(frame, queryset) if member.is_manager else queryset, receiver
    return None


def count_test(frame: Frame, node: ir.Call) -> Value | None:
    """`if qs.count():`."""
    found = count_call(frame, node)
    if found is None:
        return None
    test_by_count(frame, *found, node)
    return NUMBER


def test_by_count(frame: Frame, queryset: QuerySet, value: Value, node: ir.Expr) -> None:
    event = work_event(frame, value, queryset, WorkKind.COUNT_TEST, "count", node.span, (), "exists()")
    if event is not None:
        frame.emit(event)
    querysets.run_always(frame, queryset, "count", node.span)


def compared_count(frame: Frame, node: ir.Comparison) -> bool:
    """`qs.count() > 0`, `len(qs) == 0`, …: existence asked by counting."""
    if not patterns.tests_existence(node):
        return False
    found = count_call(frame, node.left)
    if found is not None:
        test_by_count(frame, *found, node)
        return True
    return False


def membership(frame: Frame, value: Value, container: Value, node: ir.Comparison) -> None:
    """`obj in qs` fetches every row."""
    for member in members(container):
        if type(member) is QuerySet and not member.is_manager:
            columns = member.columns[:1]
            name = columns[0] if columns and columns[0] != "?" else "pk"
            label = formatting.label_of(node.left)
            suggestion = f"filter({name}={label if name != 'pk' else label + '.pk'}).exists()"
            rows_used(frame, container, member, WorkKind.MEMBERSHIP, "in", node.span, columns, suggestion)
            querysets.run_rows(frame, member, "contains", node.span)
        elif type(member) is Sequence:
            escapes(frame, member, node.span)


# ------------------------------------------------------------------ loops and comprehensions


def looped(frame: Frame, value: Value, queryset: QuerySet, node: ir.For) -> None:
    """A `for` over a queryset: perhaps it only adds up."""
    found = patterns.of_loop(node)
    told = None if found is None or not columns_only(frame, queryset, found.columns) else found
    if told is None:
        note(frame, queryset, node.span, None)
    else:
        rows_used(frame, value, queryset, told.kind, told.function, node.span, told.columns, told.suggestion)


def comprehended(frame: Frame, value: Value, queryset: QuerySet, found: patterns.Pattern | None, span: Span) -> None:
    """A comprehension over a queryset: perhaps the database could do what it amounts to."""
    if found is None or not columns_only(frame, queryset, found.columns):
        note(frame, queryset, span, None)
    else:
        rows_used(frame, value, queryset, found.kind, found.function, span, found.columns, found.suggestion)


def column_list(frame: Frame, node: ir.Comprehension, iterable: Value) -> QuerySet | None:
    """The queryset of `[row.column for row in qs]`, whose uses are those of the list."""
    if type(iterable) is not QuerySet or not iterable.identity or iterable.is_manager:
        return None
    column = patterns.listed_column(node)
    return iterable if column is not None and columns_only(frame, iterable, (column,)) else None


def comprehension_pattern(frame: Frame, node: ir.Comprehension) -> patterns.Pattern | None:
    consumer = frame.consumer[0] if frame.consumer is not None and frame.consumer[1] is node else ""
    return patterns.of_comprehension(node, consumer)


def columns_only(frame: Frame, queryset: QuerySet, columns: tuple[str, ...]) -> bool:
    """Are these names columns that a query could speak of?"""
    model = frame.evaluator.index.model(queryset.model)
    if model is None or queryset.rows != "instances":
        return False
    attnames = {relation.attname for relation in model.relations.values() if relation.attname}
    known = {*model.fields, *attnames, *queryset.eager.annotated, "pk", model.primary_key}
    return all(column in known for column in columns)


def reduced_rows(frame: Frame, value: Value, function: str, node: ir.Call) -> None:
    """`max(qs.values_list("price", flat=True))`, or any other going over rows."""
    aggregate = patterns.AGGREGATES.get(function)
    for member in members(value):
        if isinstance(member, Sequence) and member.rows is not None and aggregate is not None:
            suggestion = f'aggregate({aggregate}("{member.column}"))'
            rows_used(frame, member, member.rows, WorkKind.AGGREGATE, function, node.span, (member.column,), suggestion)
        elif isinstance(member, Sequence) and member.identity:
            escapes(frame, member, node.span)
        if not isinstance(member, QuerySet):
            continue
        if aggregate is not None and member.rows == "flat" and len(member.columns) == 1:
            column = member.columns[0]
            suggestion = f'aggregate({aggregate}("{column}"))'
            rows_used(frame, value, member, WorkKind.AGGREGATE, function, node.span, (column,), suggestion)
        else:
            note(frame, member, node.span, None)
            note(frame, member, node.span, None)


def sorted_rows(frame: Frame, value: Value, key: Value | None, node: ir.Call, *, in_place: bool = False) -> None:
    """`sorted(qs, key=…)`, `rows.sort(key=…)` by a column."""
    column = key_column(key)
    for member in members(value):
        queryset = (
            rows_of_list(member) if isinstance(member, Sequence) else member if isinstance(member, QuerySet) else None
        )
        if queryset is None:
            continue
        if column is not None and not in_place and columns_only(frame, queryset, (column,)):
            suggestion = f'order_by("{"-" if patterns.is_reversed(node) else ""}{column}")'
            rows_used(frame, value, queryset, WorkKind.SORT, "sorted", node.span, (column,), suggestion)
        else:
            note(frame, queryset, node.span, None)


def key_column(key: Value | None) -> str | None:
    if isinstance(key, Closure):
        return patterns.lambda_column(key.function)
    if isinstance(key, External) and key.name.startswith("operator.attrgetter:"):
        column = key.name.partition(":")[2]
        return column if "." not in column else None
    return None


def filtered_rows(frame: Frame, value: Value, node: ir.Call) -> None:
    """`filter(lambda b: b.active, qs)`."""
    function = node.args[0] if node.args else None
    found = patterns.of_filter_lambda(function) if isinstance(function, ir.Lambda) else None
    for member in members(value):
        if isinstance(member, QuerySet):
            comprehended(frame, value, member, found, node.span)
