"""The value of an expression, and what evaluating it does to the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from djcheck.domain import ir
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.values import NUMBER, UNKNOWN, Const, External, Instance, Value, members
from djcheck.flow.orm import relations, work
from djcheck.flow.python import assignment, attributes, calls, displays, formatting, iteration, operators, subscripts
from djcheck.flow.templates import filters, rendering

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.flow.frame import Frame


def name(frame: Frame, node: ir.Name) -> Value:
    found = frame.lookup(node.id)
    if found is not None:
        return found
    if frame.template is not None:
        return rendering.name(frame, node)
    symbol = frame.evaluator.index.resolve(frame.module, node.id)
    if symbol is None:
        return External(f"builtins.{node.id}") if node.id in BUILTINS else UNKNOWN
    return attributes.symbol_value(frame, symbol, node.id)


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
    value = frame.evaluate(node.value)
    if node.lenient:
        if node.name == "super" and type(node.value) is ir.Name and node.value.id == "block":
            return rendering.block_super(frame)
        return calls.lenient_attribute(frame, value, node)
    return attributes.attribute(frame, value, node.name, node.span)


def only_the_key(frame: Frame, node: ir.Attribute) -> Value | None:
    """`x.rel.id`: the related row is fetched for a value that the column `x.rel_id` holds."""
    inner = node.value
    if node.name not in ("pk", "id") or type(inner) is not ir.Attribute:
        return None
    owner = frame.evaluate(inner.value)
    found = False
    for member in members(owner):
        if type(member) is not Instance:
            return None
        model = frame.evaluator.index.model(member.model)
        relation = model.relations.get(inner.name) if model is not None else None
        if relation is None or not relation.is_forward or not relation.to_key:
            return None
        relations.read_relation(frame, member, relation, inner.span, only_key=True)
        found = True
    return NUMBER if found else None


def constant(frame: Frame, node: ir.Constant) -> Value:
    if isinstance(node.value, str):
        return taint.constant(node.value)
    return Const(node.value)


def opaque(frame: Frame, node: Any) -> Value:
    for operand in getattr(node, "operands", ()):
        frame.evaluate(operand)
    return UNKNOWN


def raw_bytes(frame: Frame, node: ir.Bytes) -> Value:
    return NUMBER


def assign(frame: Frame, target: ir.Expr, value: Value) -> None:
    assignment.assign(frame, target, value)


def lambda_(frame: Frame, node: ir.Lambda) -> Value:
    body = (ir.Return(node.body, node.body.span),)
    function = ir.FunctionIR("<lambda>", node.parameters, body, False, False, node.span)
    return frame.closure(function)


def await_(frame: Frame, node: ir.Await) -> Value:
    return frame.evaluate(node.value)


def yield_(frame: Frame, node: ir.Yield) -> Value:
    if node.value is not None:
        value = frame.evaluate(node.value)
        work.escapes(frame, value, node.span)
        if node.delegate:
            value = iteration.item_of(frame, value, node.span)
        frame.give_item(value)
    return UNKNOWN


def starred(frame: Frame, node: ir.Starred) -> Value:
    return frame.evaluate(node.value)


def assigned(frame: Frame, node: ir.Assigned) -> Value:
    value = frame.evaluate(node.value)
    assign(frame, node.target, value)
    return value


def slice_(frame: Frame, node: ir.Slice) -> Value:
    return NUMBER


HANDLERS: dict[type, Callable[[Frame, Any], Value]] = {
    ir.Name: name,
    ir.Attribute: attribute,
    ir.Call: calls.call,
    ir.Filter: filters.apply,
    ir.Subscript: subscripts.subscript,
    ir.Slice: slice_,
    ir.Constant: constant,
    ir.Bytes: raw_bytes,
    ir.FormattedText: formatting.formatted,
    ir.BinaryOperation: operators.binary,
    ir.UnaryOperation: operators.unary,
    ir.BooleanOperation: operators.boolean,
    ir.Comparison: operators.comparison,
    ir.Conditional: operators.conditional,
    ir.Collection: displays.collection,
    ir.Dictionary: displays.dictionary,
    ir.Comprehension: displays.comprehension,
    ir.Lambda: lambda_,
    ir.Await: await_,
    ir.Yield: yield_,
    ir.Starred: starred,
    ir.Assigned: assigned,
    ir.Opaque: opaque,
}
