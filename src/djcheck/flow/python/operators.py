"""What operators give, and what testing a value for truth costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.domain.index import FunctionInfo
from djcheck.domain.observation import WorkKind
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.joining import common, join, join_all
from djcheck.flow.lattice.values import (
    NONE,
    NUMBER,
    UNKNOWN,
    Const,
    External,
    Instance,
    Mapping,
    Plain,
    QuerySet,
    Sequence,
    Tainted,
    Text,
    Tuple,
    Value,
    members,
)
from djcheck.flow.orm import querysets, result_cache, work
from djcheck.flow.python import assignment, calls, feasible, formatting
from djcheck.flow.python.parameters import decorators_of
from djcheck.flow.python.serializer_context import is_left_out

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame


def binary(frame: Frame, node: ir.BinaryOperation) -> Value:
    left = frame.evaluate(node.left)
    if node.operator == "%" and any(type(member) is Text for member in members(left)):
        return formatting.percent(frame, left, node)
    right = frame.evaluate(node.right)
    if node.operator == "+":
        work.escapes(frame, left, node.span)
        work.escapes(frame, right, node.span)
        return added(frame, left, right, node)
    for value in (left, right):
        if type(value) is Sequence:
            work.escapes(frame, value, node.span)
    if node.operator in ("|", "&", "^", "-"):
        return combined(frame, left, right, node.operator)
    if type(left) is Tainted:
        return left
    if type(left) is Tuple and node.operator == "*":
        return Sequence(join_all(list(left.items)))
    if isinstance(left, Sequence | Text) and node.operator == "*":
        return left
    return NUMBER if isinstance(left, Plain | Const) and isinstance(right, Plain | Const) else UNKNOWN


def added(frame: Frame, left: Value, right: Value, node: ir.BinaryOperation) -> Value:
    if type(left) is External and left.name.startswith("psycopg"):
        return left  # psycopg's composed SQL
    if taint.is_texty(left) or taint.is_texty(right):
        return taint.text(
            [
                taint.pieces_of(left, formatting.label_of(node.left)),
                taint.pieces_of(right, formatting.label_of(node.right)),
            ]
        )
    if type(left) is Tuple and type(right) is Tuple:
        return Tuple((*left.items, *right.items))
    if isinstance(left, Sequence | Tuple) or isinstance(right, Sequence | Tuple):
        one = calls.as_sequence(frame, left, node.span)
        other = calls.as_sequence(frame, right, node.span)
        return join(one, other)
    return NUMBER if isinstance(left, Plain | Const) and isinstance(right, Plain | Const) else UNKNOWN


def combined(frame: Frame, left: Value, right: Value, operator: str) -> Value:
    """`qs | qs`, `{…} | {…}`, `set - set`."""
    if type(left) is QuerySet and type(right) is QuerySet:
        either = querysets.lazy(frame, right if left.rows == "none" and operator == "|" else left)
        limit = None if operator == "|" else either.limit
        return replace(either, facts=common(left.facts, right.facts), limit=limit)
    if type(left) is QuerySet and left.rows == "none" and operator == "|":
        # Only querysets of one model can be joined: `rows = Book.objects.none()`, then `rows | others` in a loop.
        return querysets.lazy(frame, replace(left, rows="instances"))
    if type(left) is Mapping and type(right) is Mapping and operator == "|":
        return calls.updated(left, right)
    if type(left) is Sequence and operator in ("-", "&"):
        return left
    if isinstance(left, Sequence | Tuple) and isinstance(right, Sequence | Tuple):
        return join(left, right)
    if isinstance(left, Plain | Const):
        return NUMBER
    return UNKNOWN


def unary(frame: Frame, node: ir.UnaryOperation) -> Value:
    if node.operator == "not":
        known = feasible.shown(node.operand, truth(frame, node.operand))
        return NUMBER if known is None else Const(not known)
    value = frame.evaluate(node.operand)
    if type(value) is Const and node.operator == "-" and isinstance(value.value, int | float):
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
        value = truth(frame, part) if tested or (node.operator == "and" and not last) else frame.evaluate(part)
        known = feasible.shown(part, value) if known is None else known
        if known is not None and known is (node.operator == "or"):
            found = value if found is None else join(found, value)
            break
        if not last:
            feasible.assume(frame, part, node.operator == "and")
            if node.operator == "and" or value == NONE:
                continue
        found = value if found is None else join(found, value)
    for key, value in frame.env.items():
        if key not in saved or result_cache.is_fetched(saved[key], value):
            saved[key] = value
    frame.env.clear()
    frame.env.update(saved)
    return found if found is not None else UNKNOWN


def truth(frame: Frame, node: ir.Expr) -> Value:
    """A value whose truth alone is asked for: `if qs`, `not qs`, `qs and …`."""
    if type(node) is ir.Call:
        tested = work.count_test(frame, node)
        if tested is not None:
            return tested
    if type(node) is ir.BooleanOperation:
        return boolean(frame, node, tested=True)
    value = frame.evaluate(node)
    for member in members(value):
        if type(member) is QuerySet and not member.is_manager:
            rows_for_truth(frame, value, member, node)
            mark_evaluated(frame, node, value)
    return value


def rows_for_truth(frame: Frame, value: Value, queryset: QuerySet, node: ir.Expr) -> None:
    if queryset.rows == "none":
        return
    work.rows_used(frame, value, queryset, WorkKind.TRUTH, "bool", node.span, (), "exists()")
    querysets.run_rows(frame, queryset, "bool", node.span)


def mark_evaluated(frame: Frame, node: ir.Expr, value: Value) -> None:
    """A queryset in a variable keeps its rows once it was evaluated."""
    if type(node) is ir.Assigned:
        node = node.target
    if type(node) is ir.Name and node.id in frame.env:
        found = frame.env[node.id]
        if type(found) is QuerySet:
            frame.env[node.id] = result_cache.evaluated(found)
        return
    if type(value) is not QuerySet or value.is_manager:
        return
    if type(node) is ir.Subscript or (type(node) is ir.Attribute and is_kept(frame, node, value)):
        assignment.store(frame, node, result_cache.evaluated(value))


def is_kept(frame: Frame, node: ir.Attribute, rows: QuerySet) -> bool:
    """Does the attribute hold one queryset? A related manager makes a new one each time, as a plain property does."""
    owner = frame.lookup(node.value.id) if isinstance(node.value, ir.Name) else None
    if not isinstance(owner, Instance):
        return rows.relation is None
    member = frame.evaluator.index.member(owner.model, node.name)
    if isinstance(member, FunctionInfo):
        return "cached_property" in decorators_of(member)
    return rows.relation is None


def comparison(frame: Frame, node: ir.Comparison) -> Value:
    if len(node.operators) == 1:
        done = work.compared_count(frame, node)
        if done:
            return NUMBER
        if node.operators[0] in ("in", "not in"):
            value = frame.evaluate(node.left)
            container = frame.evaluate(node.rights[0])
            work.membership(frame, value, container, node)
            mark_evaluated(frame, node.rights[0], container)
            return NUMBER
    for each in (node.left, *node.rights):
        work.escapes(frame, frame.evaluate(each), each.span)
    return NUMBER


def conditional(frame: Frame, node: ir.Conditional) -> Value:
    known = feasible.outcome(frame, node.test)
    if known is not None:
        return frame.evaluate(node.body if known else node.orelse)
    value = truth(frame, node.test)
    saved = dict(frame.env)
    feasible.assume(frame, node.test, True)
    with frame.hardly(is_left_out(value)):
        body = frame.evaluate(node.body)
    frame.env.clear()
    frame.env.update(saved)
    feasible.assume(frame, node.test, False)
    orelse = frame.evaluate(node.orelse)
    frame.env.clear()
    frame.env.update(saved)
    return join(body, orelse)
