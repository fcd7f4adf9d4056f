"""Python's builtins and itertools on rows: which of them loop, count, sort or hand rows on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.observation import WorkKind
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.joining import join
from djcheck.flow.lattice.texts import texts_of
from djcheck.flow.lattice.values import (
    NONE,
    NUMBER,
    PLAIN,
    UNKNOWN,
    Closure,
    Const,
    External,
    Function,
    Mapping,
    Object,
    QuerySet,
    Sequence,
    Tuple,
    Value,
    members,
)
from djcheck.flow.orm import querysets, work
from djcheck.flow.python import attributes as attrs
from djcheck.flow.python import calls, formatting, iteration, operators, reflection
from djcheck.flow.python.parameters import Arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.flow.frame import Frame


def first(arguments: Arguments) -> Value:
    return arguments.positional[0] if arguments.positional else UNKNOWN


def length(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    for member in members(first(arguments)):
        if isinstance(member, QuerySet):
            work.rows_used(frame, first(arguments), member, WorkKind.LENGTH, "len", node.span, (), "count()")
            querysets.run_rows(frame, member, "len", node.span)
        elif isinstance(member, Sequence):
            work.list_used(frame, member, WorkKind.LENGTH, "len", node.span)
    if isinstance(first(arguments), Object):
        calls.call_own(frame, first(arguments), "__len__", node.span)
    return NUMBER


def reduction(name: str) -> Callable[[Frame, Arguments, ir.Call], Value]:
    """`sum`, `min`, `max`, `any`, `all` over rows."""

    def reduce(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
        value = first(arguments)
        if len(arguments.positional) > 1 and name in ("min", "max"):
            return join(value, arguments.positional[1])
        key = arguments.keywords.get("key")
        work.reduced_rows(frame, value, name if key is None else "", node)
        found = each(frame, value, key, node)
        return found if name in ("min", "max") else NUMBER

    return reduce


def each(frame: Frame, value: Value, key: Value | None, node: ir.Call) -> Value:
    """Go over a value's items, calling `key` with each; the caller has noted what the rows are used for."""
    if value == UNKNOWN and key is None:
        return UNKNOWN
    loop, item = iteration.iterate(frame, value, node.span, node.span, noted=True)
    with frame.iterating(loop):
        if key is not None:
            apply(frame, key, [item], node)
    return item


def apply(frame: Frame, function: Value, values: list[Value], node: ir.Call) -> Value:
    if isinstance(function, External) and function.called:
        return getter(frame, function, values, node)
    return calls.invoke(frame, function, Arguments(values, {}), node)


def getter(frame: Frame, function: External, values: list[Value], node: ir.Call) -> Value:
    """`attrgetter("author.name")` called with a row."""
    prefix, _, path = function.name.partition(":")
    if prefix != "operator.attrgetter" or not values:
        return UNKNOWN
    value = values[0]
    for part in path.split("."):
        value = attrs.attribute(frame, value, part, node.span)
    return value


def attrgetter(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    names = texts_of(first(arguments))
    if not names or len(arguments.positional) != 1:
        return External("operator.attrgetter", True)
    return External(f"operator.attrgetter:{names[0]}", True)


def sort(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    value = first(arguments)
    key = arguments.keywords.get("key")
    work.sorted_rows(frame, value, key, node)
    item = each(frame, value, key, node)
    return Sequence(item, size_of(value), from_rows(value))


def size_of(value: Value) -> int | None:
    if isinstance(value, Tuple):
        return len(value.items)
    if isinstance(value, Sequence):
        return value.size
    return value.limit if isinstance(value, QuerySet) else None


def from_rows(value: Value) -> bool:
    return any(isinstance(m, QuerySet) or (isinstance(m, Sequence | Mapping) and m.from_rows) for m in members(value))


def filtered(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    function, value = arguments.positional[:2]
    work.filtered_rows(frame, value, node)
    item = each(frame, value, None if function == NONE else function, node)
    return Sequence(item, size_of(value), from_rows(value))


def mapped(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    function, value = arguments.positional[:2]
    loop, item = iteration.iterate(frame, value, node.span, node.span)
    with frame.iterating(loop):
        result = apply(frame, function, [item], node)
    return Sequence(result, size_of(value), from_rows(value))


def listing(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    """`list`, `tuple`, `set`, `reversed`, `iter`, …: the same items."""
    if not arguments.positional:
        return Sequence(UNKNOWN, 0)
    value = arguments.positional[0]
    return calls.as_sequence(frame, value, node.span)


def distinct(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    """`set(rows)`: the same items, but not as many."""
    result = listing(frame, arguments, node)
    work.escapes(frame, result, node.span)
    return Sequence(result.of, result.size, result.from_rows) if isinstance(result, Sequence) else result


def mapping(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    result = Mapping(tuple(sorted(arguments.keywords.items(), key=lambda item: item[0])), None)
    for value in arguments.positional:
        for member in members(value):
            if isinstance(member, Mapping):
                result = calls.updated(member, result)
            elif isinstance(member, Sequence | QuerySet):
                pair = iteration.item_of(frame, member, node.span)
                rows = isinstance(pair, Tuple) and len(pair.items) == 2
                of = pair.items[1] if isinstance(pair, Tuple) and rows else UNKNOWN
                key = pair.items[0] if isinstance(pair, Tuple) and rows else UNKNOWN
                result = Mapping(result.items, of, key, True)
            else:
                result = Mapping(result.items, UNKNOWN, result.key, True)
    return Mapping(
        result.items, UNKNOWN if arguments.rest and result.of is None else result.of, result.key, result.from_rows
    )


def default_dict(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    made = calls.invoke(frame, first(arguments), Arguments([], {}), node) if arguments.positional else UNKNOWN
    if made == UNKNOWN or isinstance(made, Const):
        return Mapping((), NUMBER if isinstance(made, Const) else UNKNOWN)
    return Mapping((), made)


def enumerated(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    value = first(arguments)
    item = iteration.item_of(frame, value, node.span)
    size = size_of(value)
    return Sequence(Tuple((NUMBER, item)), size, from_rows(value) or (size is None and item != UNKNOWN))


def zipped(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    items = tuple(iteration.item_of(frame, value, node.span) for value in arguments.positional)
    sizes = [size_of(value) for value in arguments.positional]
    known = [size for size in sizes if size is not None]
    return Sequence(Tuple(items), min(known) if known else None, any(from_rows(v) for v in arguments.positional))


def chained(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    for value in arguments.positional:
        work.escapes(frame, value, node.span)
    values = [calls.as_sequence(frame, value, node.span) for value in arguments.positional]
    found = values[0] if values else Sequence(UNKNOWN)
    for value in values[1:]:
        found = join(found, value)
    return found


def chained_from(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    outer = calls.as_sequence(frame, first(arguments), node.span)
    inner = outer.of if isinstance(outer, Sequence) else UNKNOWN
    found = calls.as_sequence(frame, inner, node.span)
    return Sequence(found.of, None, True) if isinstance(found, Sequence) else Sequence(UNKNOWN, None, True)


def grouped(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    value = first(arguments)
    key = arguments.positional[1] if len(arguments.positional) > 1 else arguments.keywords.get("key")
    item = each(frame, value, key, node)
    return Sequence(Tuple((PLAIN, Sequence(item, None, True))), None, True)


def batched(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    value = calls.as_sequence(frame, first(arguments), node.span)
    return Sequence(value, None, True, pages=True)


def sliced(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    value = calls.as_sequence(frame, first(arguments), node.span)
    stop = arguments.positional[1] if len(arguments.positional) == 2 else None
    if isinstance(value, Sequence) and isinstance(stop, Const) and isinstance(stop.value, int):
        return Sequence(value.of, stop.value, value.from_rows)
    return value


def advance(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    """`next(x for x in rows if …)`: one of the items."""
    value = first(arguments)
    found = iteration.item_of(frame, value, node.span)
    return found if len(arguments.positional) < 2 else join(found, arguments.positional[1])


def ranged(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    numbers = [value.value for value in arguments.positional if isinstance(value, Const)]
    if len(numbers) == len(arguments.positional) and all(isinstance(number, int) for number in numbers):
        size = len(range(*[int(number or 0) for number in numbers])) if numbers and 0 not in numbers[2:] else 0
        return Sequence(NUMBER, size)
    # `range(0, n, step)` walks in batches
    return Sequence(NUMBER, pages=len(arguments.positional) == 3)


def text(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    value = first(arguments)
    formatting.stringify(frame, value, node)
    label = formatting.label_of(node.args[0]) if node.args else "value"
    return taint.text([taint.pieces_of(value, label)])


def boolean(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    """`bool(qs)`."""
    for member in members(first(arguments)):
        if isinstance(member, QuerySet) and not member.is_manager:
            operators.rows_for_truth(frame, first(arguments), member, node)
    return NUMBER


def number(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    return NUMBER


def printed(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    for value in arguments.positional:
        formatting.stringify(frame, value, node)
        for member in members(value):
            if isinstance(member, QuerySet):
                iteration.item_of(frame, member, node.span)
    return NONE


def counter(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    value = first(arguments)
    item = iteration.item_of(frame, value, node.span) if arguments.positional else UNKNOWN
    return Mapping((), NUMBER, item, True)


def partial(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    function = first(arguments)
    return function if isinstance(function, Function | Closure) else UNKNOWN


# What asks for all rows of the querysets that it is given, which keep them.
GOING_OVER = frozenset(
    {
        "builtins.len", "builtins.sum", "builtins.min", "builtins.max", "builtins.any", "builtins.all",
        "builtins.sorted", "builtins.filter", "builtins.map", "builtins.list", "builtins.tuple", "builtins.set",
        "builtins.frozenset", "builtins.iter", "builtins.reversed", "builtins.dict", "builtins.enumerate",
        "builtins.zip", "itertools.chain", "itertools.groupby", "itertools.batched", "itertools.zip_longest",
        "more_itertools.chunked", "collections.deque", "collections.Counter", "statistics.mean", "statistics.fmean",
    }
)  # fmt: skip


def keep_rows(frame: Frame, arguments: Arguments, node: ir.Call) -> None:
    """After such a call a variable's queryset has its rows (`any` and `all` stop reading, but have fetched them)."""
    if arguments.rest or len(node.args) != len(arguments.positional):
        return
    for part, value in zip(node.args, arguments.positional, strict=True):
        operators.mark_evaluated(frame, part, value)


BUILTINS: dict[str, Callable[[Frame, Arguments, ir.Call], Value]] = {
    "len": length,
    "sum": reduction("sum"),
    "min": reduction("min"),
    "max": reduction("max"),
    "any": reduction("any"),
    "all": reduction("all"),
    "sorted": sort,
    "filter": filtered,
    "map": mapped,
    "list": listing,
    "tuple": listing,
    "set": distinct,
    "frozenset": distinct,
    "iter": listing,
    "reversed": listing,
    "dict": mapping,
    "enumerate": enumerated,
    "zip": zipped,
    "next": advance,
    "range": ranged,
    "str": text,
    "repr": text,
    "format": text,
    "int": number,
    "float": number,
    "bool": boolean,
    "abs": number,
    "round": number,
    "id": number,
    "isinstance": number,
    "print": printed,
    "getattr": reflection.get_attribute,
    "setattr": reflection.set_attribute,
    "hasattr": reflection.has_attribute,
    "type": reflection.type_of,
}

LIBRARY: dict[str, Callable[[Frame, Arguments, ir.Call], Value]] = {
    "itertools.chain": chained,
    "itertools.chain.from_iterable": chained_from,
    "itertools.groupby": grouped,
    "itertools.batched": batched,
    "itertools.islice": sliced,
    "itertools.zip_longest": zipped,
    "more_itertools.chunked": batched,
    "collections.defaultdict": default_dict,
    "collections.OrderedDict": mapping,
    "collections.deque": listing,
    "collections.Counter": counter,
    "operator.attrgetter": attrgetter,
    "functools.partial": partial,
    "uuid.uuid4": number,
    "uuid.UUID": number,
    "decimal.Decimal": number,
    "datetime.datetime.now": number,
    "django.utils.timezone.now": number,
    "statistics.mean": reduction("mean"),
    "statistics.fmean": reduction("mean"),
    "math.ceil": number,
    "django.utils.encoding.force_str": text,
    "django.utils.encoding.smart_str": text,
}
