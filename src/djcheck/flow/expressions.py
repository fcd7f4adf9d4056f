"""The value of an expression, and what evaluating it does to the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.domain.observation import LoopKind, WorkKind
from djcheck.flow import attributes, calls, feasible, iteration, narrowing, patterns, querysets, taint, work
from djcheck.flow.eager import text_of
from djcheck.flow.parameters import dotted
from djcheck.flow.values import (
    NONE,
    NUMBER,
    UNKNOWN,
    Class,
    Closure,
    Const,
    External,
    Function,
    Instance,
    Mapping,
    Plain,
    QuerySet,
    Sequence,
    Tainted,
    Text,
    Tuple,
    Value,
    join,
    members,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from djcheck.flow.frame import Frame


def evaluate(frame: Frame, node: ir.Expr) -> Value:
    return HANDLERS[type(node)](frame, node)


def name(frame: Frame, node: ir.Name) -> Value:
    found = frame.lookup(node.id)
    if found is not None:
        return found
    if frame.template is not None:
        return templates().name(frame, node)  # type: ignore[no-any-return]
    symbol = frame.evaluator.index.resolve(frame.module, node.id)
    if symbol is None:
        return External(f"builtins.{node.id}") if node.id in BUILTINS else UNKNOWN
    return attributes.symbol_value(frame, symbol, node.id)


def templates() -> ModuleType:
    """The room of templates, which itself needs this one."""
    from djcheck.flow import rendering

    return rendering


BUILTINS = frozenset(
    [
        "len",
        "sum",
        "min",
        "max",
        "any",
        "all",
        "sorted",
        "filter",
        "map",
        "list",
        "tuple",
        "set",
        "frozenset",
        "dict",
        "enumerate",
        "zip",
        "reversed",
        "iter",
        "next",
        "range",
        "str",
        "repr",
        "int",
        "float",
        "bool",
        "print",
        "getattr",
        "setattr",
        "hasattr",
        "isinstance",
        "issubclass",
        "type",
        "super",
        "format",
        "abs",
        "round",
        "id",
        "open",
        "object",
        "vars",
        "locals",
        "callable",
    ]
)


def attribute(frame: Frame, node: ir.Attribute) -> Value:
    key_read = only_the_key(frame, node)
    if key_read is not None:
        return key_read
    value = evaluate(frame, node.value)
    if node.lenient:
        if node.name == "super" and isinstance(node.value, ir.Name) and node.value.id == "block":
            return templates().block_super(frame)  # type: ignore[no-any-return]
        return lenient_attribute(frame, value, node)
    return attributes.attribute(frame, value, node.name, node.span)


def only_the_key(frame: Frame, node: ir.Attribute) -> Value | None:
    """`x.rel.id`: the related row is fetched for a value that the column `x.rel_id` holds."""
    inner = node.value
    if node.name not in ("pk", "id") or not isinstance(inner, ir.Attribute):
        return None
    owner = evaluate(frame, inner.value)
    found = False
    for member in members(owner):
        if not isinstance(member, Instance):
            return None
        model = frame.evaluator.index.model(member.model)
        relation = model.relations.get(inner.name) if model is not None else None
        if relation is None or not relation.is_forward or not relation.to_key:
            return None
        attributes.read_relation(frame, member, relation, inner.span, only_key=True)
        found = True
    return NUMBER if found else None


def lenient_attribute(frame: Frame, value: Value, node: ir.Attribute) -> Value:
    """A dot in a template: key, attribute, index; what is callable is called without arguments."""
    results = [calls.template_lookup(frame, member, node) for member in members(value) if member != NONE]
    found = results[0] if results else UNKNOWN
    for result in results[1:]:
        found = join(found, result)
    return found


def subscript(frame: Frame, node: ir.Subscript) -> Value:
    value = evaluate(frame, node.value)
    if isinstance(node.index, ir.Slice):
        lower = evaluate(frame, node.index.lower) if node.index.lower is not None else None
        upper = evaluate(frame, node.index.upper) if node.index.upper is not None else None
        results = [sliced(frame, member, lower, upper) for member in members(value)]
    else:
        index = evaluate(frame, node.index)
        results = [item(frame, member, index, node) for member in members(value) if member != NONE] or [UNKNOWN]
    found = results[0]
    for result in results[1:]:
        found = join(found, result)
    return found


def sliced(frame: Frame, value: Value, lower: Value | None, upper: Value | None) -> Value:
    if isinstance(value, QuerySet):
        return querysets.slice_of(frame, value, lower, upper)
    if isinstance(value, Sequence):
        limit = upper.value if isinstance(upper, Const) and isinstance(upper.value, int) and lower is None else None
        return Sequence(
            value.of, limit if limit is not None and limit >= 0 else value.size, value.from_rows, value.identity
        )
    return Sequence(UNKNOWN) if isinstance(value, Tuple) else value


def item(frame: Frame, value: Value, index: Value, node: ir.Subscript) -> Value:
    match value:
        case QuerySet():
            if value.evaluated:
                work.escapes(frame, value, node.span)
            else:
                querysets.run_always(frame, value, "index", node.span)
            return querysets.row(value)
        case Sequence():
            work.first_of_list(frame, value, index, node)
            return value.of if isinstance(index, Const) else iteration.picked(frame, value.of)
        case Tuple():
            if (
                isinstance(index, Const)
                and isinstance(index.value, int)
                and -len(value.items) <= index.value < len(value.items)
            ):
                return value.items[index.value]
            return iteration.item_of(frame, value, node.span)
        case Mapping():
            found = mapping_item(value, index)
            return found if text_of(index) is not None else iteration.picked(frame, found)
        case Tainted():
            return value
        case Text():
            return value
        case Class() | External() | Function():
            return value  # `QuerySet[Book]`, `Generic[T]`
    return UNKNOWN


def mapping_item(value: Mapping, index: Value) -> Value:
    key = text_of(index)
    if key is not None:
        found = value.get(key)
        if found is not None:
            return found
        return value.of if value.of is not None else UNKNOWN
    found = value.of
    for _, other in value.items:
        found = other if found is None else join(found, other)
    return UNKNOWN if found is None else found


def constant(frame: Frame, node: ir.Constant) -> Value:
    if isinstance(node.value, str):
        return taint.constant(node.value)
    return Const(node.value)


def opaque(frame: Frame, node: Any) -> Value:
    for operand in getattr(node, "operands", ()):
        evaluate(frame, operand)
    return UNKNOWN


def raw_bytes(frame: Frame, node: ir.Bytes) -> Value:
    return NUMBER


def formatted(frame: Frame, node: ir.FormattedText) -> Value:
    parts = []
    for part in node.parts:
        value = evaluate(frame, part)
        stringify(frame, value, part)
        parts.append(taint.pieces_of(value, label_of(part)))
    return taint.text(parts)


def stringify(frame: Frame, value: Value, node: ir.Expr) -> None:
    """Making text of an instance calls its `__str__`."""
    for member in members(value):
        if isinstance(member, Instance):
            calls.call_own(frame, member, "__str__", node.span)


def label_of(node: ir.Expr) -> str:
    """What the code calls a value, for messages."""
    if isinstance(node, ir.Call):
        return f"{label_of(node.function)}(…)"
    if isinstance(node, ir.Subscript):
        return f"{label_of(node.value)}[…]"
    return dotted(node) or "expression"


def binary(frame: Frame, node: ir.BinaryOperation) -> Value:
    left = evaluate(frame, node.left)
    if node.operator == "%" and any(isinstance(member, Text) for member in members(left)):
        return percent(frame, left, node)
    right = evaluate(frame, node.right)
    if node.operator == "+":
        return added(frame, left, right, node)
    for value in (left, right):
        if isinstance(value, Sequence):
            work.escapes(frame, value, node.span)
    if node.operator in ("|", "&", "^", "-"):
        return combined(frame, left, right, node.operator)
    if isinstance(left, Tainted):
        return left
    if isinstance(left, Tuple) and node.operator == "*":
        return Sequence(join_all(list(left.items)))
    if isinstance(left, Sequence | Text) and node.operator == "*":
        return left
    return NUMBER if isinstance(left, Plain | Const) and isinstance(right, Plain | Const) else UNKNOWN


def percent(frame: Frame, left: Value, node: ir.BinaryOperation) -> Value:
    values: list[tuple[Value, str]] = []
    named: dict[str, tuple[Value, str]] = {}
    right = node.right
    if isinstance(right, ir.Collection):
        values = [(evaluate(frame, part), label_of(part)) for part in right.items]
    else:
        value = evaluate(frame, right)
        if isinstance(value, Mapping):
            named = {key: (found, key) for key, found in value.items}
        elif isinstance(value, Tuple):
            values = [(part, label_of(right)) for part in value.items]
        else:
            values = [(value, label_of(right))]
    for value, _ in values:
        stringify(frame, value, right)
    texts = [member for member in members(left) if isinstance(member, Text)]
    return taint.interpolated(texts[0], values, named, "%")


def added(frame: Frame, left: Value, right: Value, node: ir.BinaryOperation) -> Value:
    if isinstance(left, External) and left.name.startswith("psycopg"):
        return left  # psycopg's composed SQL
    if taint.is_texty(left) or taint.is_texty(right):
        return taint.text([taint.pieces_of(left, label_of(node.left)), taint.pieces_of(right, label_of(node.right))])
    if isinstance(left, Tuple) and isinstance(right, Tuple):
        return Tuple((*left.items, *right.items))
    if isinstance(left, Sequence | Tuple) or isinstance(right, Sequence | Tuple):
        one = calls.as_sequence(frame, left, node.span)
        other = calls.as_sequence(frame, right, node.span)
        return join(one, other)
    return NUMBER if isinstance(left, Plain | Const) and isinstance(right, Plain | Const) else UNKNOWN


def combined(frame: Frame, left: Value, right: Value, operator: str) -> Value:
    """`qs | qs`, `{…} | {…}`, `set - set`."""
    if isinstance(left, QuerySet) and isinstance(right, QuerySet):
        return querysets.lazy(frame, right if left.rows == "none" and operator == "|" else left)
    if isinstance(left, QuerySet) and left.rows == "none" and operator == "|":
        # Only querysets of one model can be joined: `rows = Book.objects.none()`, then `rows | others` in a loop.
        return querysets.lazy(frame, replace(left, rows="instances"))
    if isinstance(left, Mapping) and isinstance(right, Mapping) and operator == "|":
        return calls.updated(left, right)
    if isinstance(left, Sequence) and operator in ("-", "&"):
        return left
    if isinstance(left, Sequence | Tuple) and isinstance(right, Sequence | Tuple):
        return join(left, right)
    if isinstance(left, Plain | Const):
        return NUMBER
    return UNKNOWN


def unary(frame: Frame, node: ir.UnaryOperation) -> Value:
    if node.operator == "not":
        truth(frame, node.operand)
        return NUMBER
    value = evaluate(frame, node.operand)
    if isinstance(value, Const) and node.operator == "-" and isinstance(value.value, int | float):
        return Const(-value.value)
    return value


def boolean(frame: Frame, node: ir.BooleanOperation, *, tested: bool = False) -> Value:
    """`a and b`, `a or b`; `tested`: only its truth is asked for. Operands that are never reached are passed over."""
    found: Value | None = None
    saved = dict(frame.env)
    for at, part in enumerate(node.values):
        last = at == len(node.values) - 1
        known = feasible.outcome(frame, part)
        # The value of `a or b` may be that of `a`: only `and` throws away what it tests.
        value = truth(frame, part) if tested or (node.operator == "and" and not last) else evaluate(frame, part)
        if known is not None and known is (node.operator == "or"):
            found = value if found is None else join(found, value)
            break
        if not last:
            narrowing.narrow(frame, part, node.operator == "and")
            if node.operator == "and" or value == NONE:
                continue
        found = value if found is None else join(found, value)
    for key, value in frame.env.items():
        if key not in saved:
            saved[key] = value
    frame.env.clear()
    frame.env.update(saved)
    return found if found is not None else UNKNOWN


def truth(frame: Frame, node: ir.Expr) -> Value:
    """A value whose truth alone is asked for: `if qs`, `not qs`, `qs and …`."""
    if isinstance(node, ir.Call):
        tested = work.count_test(frame, node)
        if tested is not None:
            return tested
    if isinstance(node, ir.BooleanOperation):
        return boolean(frame, node, tested=True)
    value = evaluate(frame, node)
    for member in members(value):
        if isinstance(member, QuerySet) and not member.is_manager:
            rows_for_truth(frame, member, node)
            mark_evaluated(frame, node, value)
    return value


def rows_for_truth(frame: Frame, queryset: QuerySet, node: ir.Expr) -> None:
    work.rows_used(frame, queryset, WorkKind.TRUTH, "bool", node.span, (), "exists()")
    querysets.run_rows(frame, queryset, "bool", node.span)


def mark_evaluated(frame: Frame, node: ir.Expr, value: Value) -> None:
    """A queryset in a variable keeps its rows once it was evaluated."""
    if isinstance(node, ir.Assigned):
        node = node.target
    if isinstance(node, ir.Name) and node.id in frame.env:
        found = frame.env[node.id]
        if isinstance(found, QuerySet):
            frame.env[node.id] = querysets.evaluated(found)
    elif isinstance(node, ir.Subscript | ir.Attribute) and isinstance(value, QuerySet) and not value.is_manager:
        from djcheck.flow import assignment

        if isinstance(node, ir.Subscript) or not value.relation:
            assignment.store(frame, node, querysets.evaluated(value))


def comparison(frame: Frame, node: ir.Comparison) -> Value:
    if len(node.operators) == 1:
        done = work.compared_count(frame, node)
        if done:
            return NUMBER
        if node.operators[0] in ("in", "not in"):
            value = evaluate(frame, node.left)
            container = evaluate(frame, node.rights[0])
            work.membership(frame, value, container, node)
            mark_evaluated(frame, node.rights[0], container)
            return NUMBER
    evaluate(frame, node.left)
    for right in node.rights:
        evaluate(frame, right)
    return NUMBER


def conditional(frame: Frame, node: ir.Conditional) -> Value:
    known = feasible.outcome(frame, node.test)
    if known is not None:
        return evaluate(frame, node.body if known else node.orelse)
    truth(frame, node.test)
    saved = dict(frame.env)
    narrowing.narrow(frame, node.test, True)
    body = evaluate(frame, node.body)
    frame.env.clear()
    frame.env.update(saved)
    narrowing.narrow(frame, node.test, False)
    orelse = evaluate(frame, node.orelse)
    frame.env.clear()
    frame.env.update(saved)
    return join(body, orelse)


def collection(frame: Frame, node: ir.Collection) -> Value:
    items: list[Value] = []
    open_ended: Value | None = None
    for part in node.items:
        if isinstance(part, ir.Starred):
            inner = calls.as_sequence(frame, evaluate(frame, part.value), part.span)
            found = inner.of if isinstance(inner, Sequence) else UNKNOWN
            open_ended = found if open_ended is None else join(open_ended, found)
        else:
            value = evaluate(frame, part)
            work.escapes(frame, value, part.span)
            items.append(value)
    if open_ended is not None:
        for value in items:
            open_ended = join(open_ended, value)
        return Sequence(open_ended, None, True)
    if node.kind == "set" or len(items) > 24:
        return Sequence(join_all(items), len(items)) if items else Sequence(UNKNOWN, None)
    if not items and node.kind == "list":
        return Sequence(UNKNOWN, 0)
    return Tuple(tuple(items))


def join_all(values: list[Value]) -> Value:
    if not values:
        return UNKNOWN
    found = values[0]
    for value in values[1:]:
        found = join(found, value)
    return found


def dictionary(frame: Frame, node: ir.Dictionary) -> Value:
    result = Mapping()
    keys: list[Value] = []
    for key, part in node.items:
        value = evaluate(frame, part)
        if key is None:
            if isinstance(value, Mapping):
                result = calls.updated(result, value)
            else:
                result = Mapping(result.items, UNKNOWN if result.of is None else result.of, result.key)
            continue
        work.escapes(frame, value, part.span)
        found = evaluate(frame, key)
        keys.append(found)
        text = text_of(found)
        if text is not None and len(result.items) < 60:
            result = calls.updated(result, Mapping(((text, value),)))
        else:
            result = Mapping(result.items, value if result.of is None else join(result.of, value), result.key)
    return Mapping(result.items, result.of, join_all(keys) if keys else UNKNOWN, False)


def comprehension(frame: Frame, node: ir.Comprehension) -> Value:
    saved = dict(frame.env)
    outside = frame.loops
    pattern = work.comprehension_pattern(frame, node)
    from_rows, size = False, None
    listed: QuerySet | None = None
    for generator in node.generators:
        iterable = evaluate(frame, generator.iterable)
        listed = work.column_list(frame, node, iterable) if pattern is None else None
        for member in members(iterable):
            if isinstance(member, QuerySet) and listed is None:
                work.comprehended(frame, member, pattern, generator.span)
        loop, value = iteration.iterate(frame, iterable, generator.iterable.span, generator.span, noted=True)
        from_rows = from_rows or loop.kind is not LoopKind.BOUNDED
        if loop.kind is LoopKind.BOUNDED and isinstance(iterable, Tuple):
            size = len(iterable.items)
        frame.loops = (*frame.loops, loop)
        assign(frame, generator.target, value)
        mark_evaluated(frame, generator.iterable, iterable)
        for condition in generator.conditions:
            truth(frame, condition)
            narrowing.narrow(frame, condition, True)
    element = evaluate(frame, node.element)
    held = evaluate(frame, node.value) if node.value is not None else None
    frame.loops = outside
    restore(frame, saved)
    if held is not None:
        return Mapping((), held, element, from_rows)
    if listed is not None:
        column = patterns.listed_column(node) or ""
        return Sequence(element, None, from_rows, listed.identity, column, listed)
    return Sequence(element, None if from_rows else size, from_rows)


def restore(frame: Frame, saved: dict[str, Value]) -> None:
    """A comprehension's names end with it; what it learnt of querysets in variables stays."""
    for key, old in saved.items():
        new = frame.env.get(key)
        if isinstance(old, QuerySet) and isinstance(new, QuerySet) and new.evaluated and new.identity == old.identity:
            saved[key] = new
    frame.env.clear()
    frame.env.update(saved)


def assign(frame: Frame, target: ir.Expr, value: Value) -> None:
    from djcheck.flow import assignment

    assignment.assign(frame, target, value)


def lambda_(frame: Frame, node: ir.Lambda) -> Value:
    body = (ir.Return(node.body, node.body.span),)
    function = ir.FunctionIR("<lambda>", node.parameters, body, False, False, node.span)
    return closure(frame, function)


def closure(frame: Frame, function: ir.FunctionIR) -> Closure:
    scope = frame.env if frame.outer is None else {**frame.outer, **frame.env}
    return Closure(function, scope, frame.path, frame.module, frame.symbol, frame.owner)


def await_(frame: Frame, node: ir.Await) -> Value:
    return evaluate(frame, node.value)


def yield_(frame: Frame, node: ir.Yield) -> Value:
    if node.value is not None:
        value = evaluate(frame, node.value)
        work.escapes(frame, value, node.span)
        if node.delegate:
            value = iteration.item_of(frame, value, node.span)
        frame.give_item(value)
    return UNKNOWN


def starred(frame: Frame, node: ir.Starred) -> Value:
    return evaluate(frame, node.value)


def assigned(frame: Frame, node: ir.Assigned) -> Value:
    value = evaluate(frame, node.value)
    assign(frame, node.target, value)
    return value


def slice_(frame: Frame, node: ir.Slice) -> Value:
    return NUMBER


def call(frame: Frame, node: ir.Call) -> Value:
    return calls.call(frame, node)


def filter_(frame: Frame, node: ir.Filter) -> Value:
    return templates().apply_filter(frame, node)  # type: ignore[no-any-return]


HANDLERS: dict[type, Callable[[Frame, Any], Value]] = {
    ir.Name: name,
    ir.Attribute: attribute,
    ir.Call: call,
    ir.Filter: filter_,
    ir.Subscript: subscript,
    ir.Slice: slice_,
    ir.Constant: constant,
    ir.Bytes: raw_bytes,
    ir.FormattedText: formatted,
    ir.BinaryOperation: binary,
    ir.UnaryOperation: unary,
    ir.BooleanOperation: boolean,
    ir.Comparison: comparison,
    ir.Conditional: conditional,
    ir.Collection: collection,
    ir.Dictionary: dictionary,
    ir.Comprehension: comprehension,
    ir.Lambda: lambda_,
    ir.Await: await_,
    ir.Yield: yield_,
    ir.Starred: starred,
    ir.Assigned: assigned,
    ir.Opaque: opaque,
}
