"""What each QuerySet and manager method does to a queryset, and which of them run a query.

Facts from Django's documentation, "QuerySet API reference" and "Database access optimization".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain.index import FunctionInfo
from djcheck.domain.observation import Loop, Origin, Piece, PieceKind, QueryRun
from djcheck.domain.source import Place, Span
from djcheck.flow.frame import Event, Frame
from djcheck.flow.lattice.joining import join
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    CONTEXT,
    NONE,
    NOT_ASKED_FOR,
    NOTHING_EAGER,
    NUMBER,
    PLAIN,
    UNKNOWN,
    Const,
    Instance,
    Mapping,
    Prefetched,
    QuerySet,
    Sequence,
    Source,
    Text,
    Tuple,
    Value,
    Varies,
    members,
)
from djcheck.flow.orm import eager, restrictions, result_cache, row_facts, single_rows
from djcheck.flow.orm.queryset_methods import (
    ASYNC,
    COUNTING,
    EAGER,
    NARROWING,
    PASSING,
    RELATED_WRITES,
    SINGLE,
    WRITES,
)
from djcheck.flow.python.parameters import Arguments

if TYPE_CHECKING:
    from djcheck.domain.ir import Call


def row(queryset: QuerySet) -> Value:
    """One row of a queryset, before any loop is added to what it varies with."""
    if queryset.rows == "instances":
        eager_load = queryset.eager
        if queryset.prefetched and not queryset.narrowed:
            prefetched = queryset.prefetched.eager
            eager_load = replace(prefetched, annotated=prefetched.annotated | eager_load.annotated)
        known = frozenset((queryset.parent,)) if queryset.parent else frozenset()
        lone = queryset.parent if not any(type(item) is Loop for item in queryset.owner_varies) else ""
        return Instance(
            queryset.model, queryset.source, eager_load, queryset.varies, known,
            lone=lone, given=queryset.given, facts=queryset.facts,
        )  # fmt: skip
    if queryset.rows in ("none", "made"):
        return UNKNOWN
    if queryset.rows == "values":
        return Mapping((), PLAIN, Text((Piece(PieceKind.SAFE, "column name"),)), False)
    if queryset.rows == "flat":
        return column(queryset.columns[0]) if queryset.columns else PLAIN
    return Tuple(tuple(column(name) for name in queryset.columns)) if queryset.columns else Sequence(PLAIN)


def column(name: str) -> Value:
    """A column's value; keys are numbers."""
    return NUMBER if name in ("pk", "id") or name.endswith(("_id", "__pk")) else PLAIN


def fresh(frame: Frame, model: str, span: Span) -> Origin:
    """An origin at this expression."""
    return Origin(frame.place(span), frame.symbol, model)


def manager_of(frame: Frame, model: str, name: str, span: Span) -> QuerySet | None:
    """The manager `name` of a model class (`Book.objects`), its origin being this expression."""
    found = frame.evaluator.index.model(model)
    if found is None:
        return None
    fact = found.managers.get(name)
    if fact is None and name not in ("objects", "_default_manager", "_base_manager"):
        return None
    if fact is None and name == "_default_manager":
        fact = found.managers.get(found.default_manager)
    return QuerySet(
        model,
        Source(fresh(frame, model, span)),
        NOTHING_EAGER,
        frame.active(),
        manager_class=None if fact is None else fact.manager,
        queryset_class=None if fact is None else fact.queryset,
        is_manager=True,
    )


def extend_origin(frame: Frame, queryset: QuerySet, span: Span) -> Source:
    """The origin grows with the chain that starts at it (`Book.objects` → `Book.objects.filter(…)`)."""
    source = queryset.source
    origin = source.origin
    if type(origin) is not Origin or source.path:
        last = source.fallbacks[-1] if source.fallbacks else None
        if last is not None and covers(frame, last.origin.place, span):
            grown = replace(last, origin=replace(last.origin, place=frame.place(span)))
            return Source(source.origin, source.path, (*source.fallbacks[:-1], grown))
        return source
    if not covers(frame, origin.place, span):
        return source
    return Source(replace(origin, place=frame.place(span)), source.path, source.fallbacks)


def with_source(queryset: QuerySet, source: Source) -> QuerySet:
    owner = source if queryset.owner == queryset.source else queryset.owner
    return replace(queryset, source=source, owner=owner)


def covers(frame: Frame, place: Place, span: Span) -> bool:
    inner = place.span
    return (
        place.path == frame.path
        and (span.line, span.column) <= (inner.line, inner.column)
        and (span.end_line, span.end_column) >= (inner.end_line, inner.end_column)
    )


def query_method(frame: Frame, queryset: QuerySet, name: str, arguments: Arguments, node: Call) -> Value:
    """The result of calling a QuerySet or manager method."""
    name = ASYNC.get(name, name)
    own = own_method(frame, queryset, name)
    if own is not None:
        bound = Arguments([queryset, *arguments.positional], arguments.keywords, arguments.rest)
        result = grow(frame, frame.evaluator.call(frame, own, bound, node.span), node.span)
        # A `filter()` of the project's own filters all the same.
        return conditioned(frame, result, name, arguments, node) if type(result) is QuerySet else result
    return built_in(frame, queryset, name, arguments, node)


def own_method(frame: Frame, queryset: QuerySet, name: str) -> FunctionInfo | None:
    """The project's own method of that name on the manager's or queryset's class."""
    index = frame.evaluator.index
    for qualname in (queryset.manager_class if queryset.is_manager else None, queryset.queryset_class):
        if qualname is not None:
            found = index.member(qualname, name)
            if type(found) is FunctionInfo:
                return found
    return None


def grow(frame: Frame, value: Value, span: Span) -> Value:
    if type(value) is QuerySet:
        return replace(with_source(value, extend_origin(frame, value, span)), identity=frame.new_identity())
    return value


def initial(frame: Frame, manager: QuerySet, span: Span) -> QuerySet:
    """The queryset that a manager starts from: its own `get_queryset`, if the project defines one."""
    if not manager.is_manager:
        return manager
    if manager.manager_class is not None and manager.manager_class != "":
        own = frame.evaluator.index.member(manager.manager_class, "get_queryset")
        if type(own) is FunctionInfo and frame.symbol != own.qualname:
            result = frame.evaluator.call(frame, own, Arguments([manager], {}), span)
            for member in members(result):
                if type(member) is QuerySet and member.model == manager.model:
                    return keep_owner(manager, member)
    return replace(manager, is_manager=False)


def keep_owner(manager: QuerySet, queryset: QuerySet) -> QuerySet:
    """A related manager's default manager narrows its rows, but Django's prefetch serves them all the same."""
    return replace(
        queryset,
        is_manager=False,
        source=manager.source,
        relation=manager.relation,
        owner=manager.owner,
        owner_varies=manager.owner_varies,
        prefetched=manager.prefetched,
        narrowed=manager.narrowed,
        parent=manager.parent,
        varies=manager.varies,
    )


def built_in(frame: Frame, receiver: QuerySet, name: str, arguments: Arguments, node: Call) -> Value:
    """A method as Django defines it."""
    span = node.span
    if name in RELATED_WRITES:
        frame.writes()
        return NONE
    queryset = initial(frame, receiver, span)
    queryset = with_source(queryset, extend_origin(frame, queryset, span))
    if receiver.is_manager and not receiver.relation:
        queryset = replace(queryset, varies=frame.active() if CONTEXT in queryset.varies else queryset.varies)
    restrictions.note(frame, queryset, name, arguments, node)
    if name in PASSING:
        return lazy(frame, queryset)
    if name in NARROWING:
        return narrowed(frame, queryset, name, arguments, node)
    if name in EAGER:
        return lazy(frame, eager.apply(frame, queryset, name, arguments))
    if name in ("values", "values_list"):
        return values_rows(frame, queryset, name, arguments)
    if name == "iterator":
        run_rows(frame, queryset, "iterate", span)
        return Sequence(row(queryset), queryset.limit, True)
    if name in SINGLE:
        return single(frame, queryset, name, span)
    if name in COUNTING:
        run_always(frame, queryset, name, span)
        return Mapping((), NUMBER) if name == "aggregate" else NUMBER
    if name == "in_bulk":
        run_always(frame, queryset, name, span)
        return Mapping((), row(queryset), PLAIN, True)
    if name in WRITES:
        return write(frame, queryset, name, arguments, span)
    return UNKNOWN


def lazy(frame: Frame, queryset: QuerySet) -> QuerySet:
    return replace(
        queryset,
        is_manager=False,
        evaluated=False,
        identity=frame.new_identity(),
        varies=created(frame, queryset),
        given=(),
    )


def created(frame: Frame, queryset: QuerySet) -> Varies:
    """A queryset made here is a new object each round of the loops around it."""
    return queryset.varies | frame.active()


def narrowed(frame: Frame, queryset: QuerySet, name: str, arguments: Arguments, node: Call) -> QuerySet:
    result = replace(lazy(frame, queryset), narrowed=True, source=own_source(queryset))
    result = conditioned(frame, result, name, arguments, node)
    if name == "annotate":
        annotated = result.eager.annotated | frozenset(arguments.keywords)
        result = replace(result, eager=replace(result.eager, annotated=annotated))
    if name == "none":
        return replace(result, rows="none")  # it has no rows, and never asks for any
    if name in ("dates", "datetimes"):
        return replace(result, rows="flat")
    if name == "union":
        return replace(result, limit=None)
    return result


def conditioned(frame: Frame, queryset: QuerySet, name: str, arguments: Arguments, node: Call) -> QuerySet:
    """The queryset with what the conditions of a `filter()` or `exclude()` say of its rows."""
    conditions = spelled_out(arguments, node)
    result = row_facts.filtered(frame, queryset, name, conditions)
    if name != "filter":
        return result
    result = eager.with_empty_keys(frame, result, conditions)
    is_single = single_rows.is_single(frame.evaluator.index, queryset.model, conditions.keywords)
    return replace(result, limit=1) if is_single else result


def spelled_out(arguments: Arguments, node: Call) -> Arguments:
    """The arguments that are certainly passed: a dictionary (`**filters`) may have been filled in some cases only."""
    written = {keyword.name for keyword in node.keywords}
    keywords = {name: value for name, value in arguments.keywords.items() if name in written}
    return Arguments(arguments.positional, keywords, arguments.rest or len(keywords) < len(arguments.keywords))


def own_source(queryset: QuerySet) -> Source:
    """Rows that a related manager narrows down come from that very expression: no prefetch could bring them."""
    fallbacks = queryset.source.fallbacks
    if queryset.relation is None or not fallbacks or queryset.source != queryset.owner:
        return queryset.source
    return Source(fallbacks[-1].origin)


def values_rows(frame: Frame, queryset: QuerySet, name: str, arguments: Arguments) -> QuerySet:
    flat = arguments.keywords.get("flat")
    rows = "values" if name == "values" else "flat" if isinstance(flat, Const) and flat.value else "tuples"
    columns = tuple(text_of(value) or "?" for value in arguments.positional)
    # A relation among the columns may lead to many rows for each.
    limit = None if any("__" in column for column in columns) else queryset.limit
    return replace(lazy(frame, queryset), rows=rows, columns=columns, narrowed=True, limit=limit)


def single(frame: Frame, queryset: QuerySet, name: str, span: Span) -> Value:
    """`get`, `first`, …: one row, fetched anew each time."""
    if result_cache.in_memory(queryset) and name == "first" and is_ordered(frame, queryset.model):
        return row(queryset)
    run_always(frame, queryset, name, span)
    found = row(replace(queryset, varies=created(frame, queryset), prefetched=None, source=own_source(queryset)))
    if isinstance(found, Instance):
        found = replace(found, single_fetch=True)
    return found if name in ("get", "earliest", "latest") else join(found, NONE)


def is_ordered(frame: Frame, model: str) -> bool:
    """Has the model a default ordering? Then `first()` takes the first of the rows at hand (Django: QuerySet.first)."""
    index = frame.evaluator.index
    meta = index.inner_class(model, "Meta")
    return meta is not None and index.member(meta, "ordering") is not None


def write(frame: Frame, queryset: QuerySet, name: str, arguments: Arguments, span: Span) -> Value:
    # `get_or_create` of something fixed writes once in a lifetime, and looks it up ever after.
    fixed = name == "get_or_create" and not arguments.rest and all(map(is_fixed, arguments.keywords.values()))
    run_always(frame, queryset, "get" if fixed else name, span, is_write=not fixed)
    made = Instance(queryset.model, queryset.source, NOTHING_EAGER, created(frame, queryset), frozenset("*"), True)
    if name == "create":
        return replace(made, facts=row_facts.of_new(frame, queryset.model, arguments))
    if name in ("get_or_create", "update_or_create"):
        return Tuple((made, PLAIN))
    if name == "bulk_create":
        return Sequence(made, None, True)
    return NUMBER


def is_fixed(value: Value) -> bool:
    """A value that the code spells out."""
    if isinstance(value, Mapping):
        return value.of is None and all(is_fixed(item) for _, item in value.items)
    return isinstance(value, Const) or text_of(value) is not None


def slice_of(frame: Frame, queryset: QuerySet, lower: Value | None, upper: Value | None) -> QuerySet:
    """`qs[a:b]`: lazy; its limit is known where both ends are."""
    limit = queryset.limit
    if isinstance(upper, Const) and isinstance(upper.value, int):
        start = lower.value if isinstance(lower, Const) and isinstance(lower.value, int) else 0
        rows = max(upper.value - start, 0)
        limit = rows if limit is None else min(rows, limit)
    if result_cache.in_memory(queryset):
        return replace(queryset, limit=limit)
    return replace(lazy(frame, queryset), narrowed=True, limit=limit)


def run_rows(frame: Frame, queryset: QuerySet, method: str, span: Span, detail: str = "") -> None:
    """The rows are needed: the query runs unless the queryset's own cache, or a prefetch, has them."""
    if result_cache.in_memory(queryset):
        return
    emit(frame, queryset, method, span, frame.narrow(queryset.varies), detail=detail)


def run_always(frame: Frame, queryset: QuerySet, method: str, span: Span, *, is_write: bool = False) -> None:
    """A method that runs a query each time it is called."""
    if not is_write and method in ("count", "exists", "contains", "index"):
        if result_cache.in_memory(queryset):
            return
    else:
        queryset = replace(queryset, narrowed=True)
    emit(frame, queryset, method, span, frame.active(), is_write=is_write)


def emit(
    frame: Frame,
    queryset: QuerySet,
    method: str,
    span: Span,
    varies: Varies,
    *,
    is_write: bool = False,
    detail: str = "",
) -> None:
    if is_write:
        frame.writes()
    if queryset.rows == "none":
        return
    relation = queryset.relation
    draft = QueryRun(
        frame.place(span),
        frame.symbol,
        (),
        (),
        "",
        method,
        is_write,
        queryset.model,
        None,
        "" if relation is None else relation.name,
        (),
        False,
        queryset.narrowed,
        defeats(queryset.prefetched),
        detail,
    )
    owner = frame.narrow(queryset.owner_varies) if relation is not None else frozenset()
    frame.emit(Event(draft, varies, queryset.owner or queryset.source, (), owner))


def defeats(prefetched: Prefetched | None) -> bool:
    """Would a query for other rows than the prefetched ones make that prefetch useless?"""
    return prefetched is not None and prefetched.relation != NOT_ASKED_FOR and not prefetched.eager.opaque
