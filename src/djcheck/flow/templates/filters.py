"""Template filters: what Django's, Jinja2's and the project's own make of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.flow.lattice.joining import join, join_all
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    NUMBER,
    PLAIN,
    UNKNOWN,
    Const,
    Mapping,
    Method,
    QuerySet,
    Sequence,
    Text,
    Tuple,
    Value,
    members,
)
from djcheck.flow.orm import querysets
from djcheck.flow.python import calls, formatting, iteration, operators, subscripts
from djcheck.flow.python.parameters import Arguments, decorators_of
from djcheck.index.tags import TagFact

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.flow.frame import Frame

# Filters that make text of their value.
TEXTS = frozenset(
    (
        "addslashes",
        "capfirst",
        "capitalize",
        "center",
        "cut",
        "e",
        "escape",
        "escapejs",
        "force_escape",
        "forceescape",
        "format",
        "indent",
        "linebreaks",
        "linebreaksbr",
        "ljust",
        "lower",
        "make_list",
        "replace",
        "rjust",
        "safe",
        "slugify",
        "string",
        "stringformat",
        "striptags",
        "title",
        "trim",
        "truncate",
        "truncatechars",
        "truncatechars_html",
        "truncatewords",
        "truncatewords_html",
        "upper",
        "urlencode",
        "urlize",
        "urlizetrunc",
        "wordcount",
        "wordwrap",
    )
)
PASSING = frozenset(("safeseq", "reverse", "unique"))


def apply(frame: Frame, node: ir.Filter) -> Value:
    value = frame.evaluate(node.value)
    args = [frame.evaluate(part) for part in node.args]
    keywords = {keyword.name: frame.evaluate(keyword.value) for keyword in node.keywords if keyword.name}
    own = own_filter(frame, node, value, args, keywords)
    if own is not None:
        return own
    built_in = FILTERS.get(node.name)
    if built_in is not None:
        return built_in(frame, node, value, Arguments(args, keywords))
    if node.name in TEXTS:
        formatting.stringify(frame, value, node.value)
        return value if isinstance(value, Text) and node.name in ("safe", "string") else PLAIN
    if node.name in PASSING:
        return value
    formatting.hand_on(frame, value, node.value)
    return UNKNOWN


def own_filter(
    frame: Frame, node: ir.Filter, value: Value, args: list[Value], keywords: dict[str, Value]
) -> Value | None:
    """A filter that the project defines is a function like any other."""
    renderer, template = frame.evaluator.renderer, frame.template
    if renderer is None or template is None:
        return None
    if template.is_jinja:
        found = renderer.tags.jinja_filter(node.name)
        given = frame.evaluator.jinja.filters.get(node.name)
        if given is not None:
            found = TagFact(node.name, "filter", given)
    elif node.name in FILTERS and renderer.tags.filter(node.name, template.facts.libraries) is None:
        return None
    else:
        found = renderer.tags.filter(node.name, template.facts.libraries)
    if found is None:
        return None
    if "stringfilter" in decorators_of(found.function):
        formatting.stringify(frame, value, node.value)
        value = PLAIN
    return frame.evaluator.call(frame, found.function, Arguments([value, *args], keywords), node.span)


def length(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    fetched(frame, node, value, "len")
    return NUMBER


def fetched(frame: Frame, node: ir.Filter, value: Value, method: str) -> None:
    """The filter needs all rows."""
    for member in members(value):
        if isinstance(member, QuerySet):
            querysets.run_rows(frame, member, method, node.span)
    operators.mark_evaluated(frame, node.value, value)


def one(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    """`first`, `last`, `random`."""
    results = [
        querysets.row(indexed(frame, node, member)) if isinstance(member, QuerySet) else
        iteration.item_of(frame, member, node.span, noted=True)
        for member in members(value)
    ]  # fmt: skip
    return join_all(results)


def indexed(frame: Frame, node: ir.Filter, queryset: QuerySet) -> QuerySet:
    querysets.run_rows(frame, queryset, "index", node.span)
    return queryset


def joined(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    """`join`, `unordered_list`: text of each item."""
    loop, item = iteration.iterate(frame, value, node.value.span, node.span, noted=True)
    operators.mark_evaluated(frame, node.value, value)
    with frame.iterating(loop):
        path = named_path(arguments, 1)
        if path:
            item = read(frame, item, path, node)
        formatting.stringify(frame, item, node.value)
    return PLAIN


def sort(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    """`dictsort:"a.b"`, `sort(attribute="a.b")`: a list of the same rows, ordered by what is read of each."""
    path = named_path(arguments, 0)
    loop, item = iteration.iterate(frame, value, node.value.span, node.span, noted=True)
    operators.mark_evaluated(frame, node.value, value)
    with frame.iterating(loop):
        if path:
            read(frame, item, path, node)
    return Sequence(item, size_of(value), True)


def attributes_of(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    """Jinja2's `map(attribute="a.b")`, `map("filter")`, `sum(attribute=…)`."""
    path = named_path(arguments, 9)
    loop, item = iteration.iterate(frame, value, node.value.span, node.span, noted=True)
    operators.mark_evaluated(frame, node.value, value)
    with frame.iterating(loop):
        if path:
            item = read(frame, item, path, node)
        elif node.name == "map":
            formatting.stringify(frame, item, node.value)
            item = PLAIN
    return NUMBER if node.name == "sum" else Sequence(item, size_of(value), True)


def selected(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    """`selectattr("a.b")`, `rejectattr`: the rows for which what is read holds."""
    return sort(frame, node, value, arguments)


def grouped(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    """`groupby("a.b")`."""
    from djcheck.flow.templates import rendering

    path = named_path(arguments, 0)
    key, item = rendering.read_each(frame, value, path, node.span, node.value) if path else (UNKNOWN, UNKNOWN)
    return Sequence(rendering.grouped(key, rendering.having(item, path) if path else item, "list"), None, True)


def listed(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    return calls.as_sequence(frame, value, node.span)


def batched(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    rows = calls.as_sequence(frame, value, node.span)
    return Sequence(rows, None, True)


def sliced(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    """`slice:":5"`; Jinja2's `slice(3)` divides the rows instead."""
    text = text_of(arguments.positional[0]) if arguments.positional else None
    if text is None:
        return batched(frame, node, value, arguments) if frame.template and frame.template.is_jinja else value
    bounds = [bound(part) for part in text.split(":")]
    lower, upper = (None, bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
    return join_all([subscripts.sliced(frame, member, lower, upper) for member in members(value)])


def bound(text: str) -> Value | None:
    return Const(int(text)) if text.strip().lstrip("-").isdigit() else None


def default(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    if node.name != "default_if_none":
        truth(frame, node, value, arguments)
    return join(value, arguments.positional[0]) if arguments.positional else value


def truth(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    fetched(frame, node, value, "bool")
    return PLAIN


def added(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    if not node.args or not arguments.positional:
        return value
    operation = ir.BinaryOperation(node.value, "+", node.args[0], node.span)
    return operators.added(frame, value, arguments.positional[0], operation)


def items(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    if isinstance(value, Mapping):
        made = ir.Call(node, (), (), node.span)
        return calls.invoke(frame, Method(value, "items"), Arguments([], {}), made)
    return UNKNOWN


def dict_sorted(frame: Frame, node: ir.Filter, value: Value, arguments: Arguments) -> Value:
    jinja = frame.template is not None and frame.template.is_jinja
    return items(frame, node, value, arguments) if jinja else sort(frame, node, value, arguments)


def named_path(arguments: Arguments, position: int) -> str:
    """The attribute path among a filter's arguments."""
    value = arguments.keywords.get("attribute")
    if value is None and position < len(arguments.positional):
        value = arguments.positional[position]
    found = text_of(value) if value is not None else None
    return found if found and found.replace(".", "_").isidentifier() else ""


def read(frame: Frame, item: Value, path: str, node: ir.Filter) -> Value:
    from djcheck.flow.templates import rendering

    return rendering.read_path(frame, item, path, node.span)


def size_of(value: Value) -> int | None:
    match value:
        case QuerySet():
            return value.limit
        case Sequence():
            return value.size
        case Tuple():
            return len(value.items)
    return None


FILTERS: dict[str, Callable[[Frame, ir.Filter, Value, Arguments], Value]] = {
    "length": length,
    "length_is": length,
    "count": length,
    "first": one,
    "last": one,
    "random": one,
    "join": joined,
    "unordered_list": joined,
    "dictsort": dict_sorted,
    "dictsortreversed": sort,
    "sort": sort,
    "min": sort,
    "max": sort,
    "map": attributes_of,
    "sum": attributes_of,
    "selectattr": selected,
    "rejectattr": selected,
    "groupby": grouped,
    "list": listed,
    "batch": batched,
    "slice": sliced,
    "default": default,
    "default_if_none": default,
    "d": default,
    "yesno": truth,
    "pluralize": truth,
    "add": added,
    "items": items,
}
