"""Batches of rows: tests that hold once in many rounds (a batch is full, a counter has come round), generators."""

from __future__ import annotations

from functools import lru_cache

from djcheck.domain import ir
from djcheck.flow.nodes import MOST_KEPT, nodes_in
from djcheck.flow.orm.patterns import spelled

# Of a batch this small, or a counter that comes round this soon, every few rows cost as much as one.
SMALL = 9
REACHES = frozenset({">=", ">", "=="})


def comes_round(test: ir.Expr, body: tuple[ir.Stmt, ...]) -> bool:
    """`if len(batch) >= 1000 or is_last:` whose body empties the batch; `if number % 1000 == 0:`."""
    match test:
        case ir.BooleanOperation():
            return any(comes_round(part, body) for part in test.values)
        case ir.UnaryOperation(operator="not", operand=ir.BinaryOperation() as operand):
            return is_remainder(operand)
        case ir.Comparison(operators=(operator,), rights=(right,)):
            if isinstance(test.left, ir.BinaryOperation):
                return operator == "==" and is_remainder(test.left)
            return operator in REACHES and is_large(right) and is_emptied(measured(test.left), body)
    return False


@lru_cache(MOST_KEPT)
def yields_batches(body: tuple[ir.Stmt, ...]) -> bool:
    """`yield rows[start:end]`; `yield batch` of a list that is emptied for the next one, or made in a `while`."""
    yields = [node for node in nodes_in(body) if isinstance(node, ir.Yield) and not node.delegate]
    for node in yields:
        if isinstance(node.value, ir.Subscript) and isinstance(node.value.index, ir.Slice):
            return True
        if isinstance(node.value, ir.Name) and times_emptied(node.value.id, body) > 1:
            return True
        if isinstance(node.value, ir.Name) and is_fetched_anew(node.value.id, body):
            return True
    return False


def is_fetched_anew(name: str, body: tuple[ir.Stmt, ...]) -> bool:
    """In a `while`: `batch = list(…); …; yield batch`, or `batch = rows[:size]`, or `while batch := list(…):`."""
    for loop in nodes_in(body):
        for node in nodes_in((loop.test, *loop.body)) if isinstance(loop, ir.While) else ():
            match node:
                case ir.Assign(targets=targets, value=value):
                    named = any(spelled(target) == name for target in targets)
                case ir.Assigned(target=target, value=value):
                    named = spelled(target) == name
                case _:
                    continue
            match value:
                case ir.Call(function=ir.Name(id="list" | "tuple")) | ir.Subscript(index=ir.Slice()) if named:
                    return True
    return False


def times_emptied(name: str, body: tuple[ir.Stmt, ...]) -> int:
    """How often a list is made anew, or emptied."""
    times = 0
    for node in nodes_in(body):
        match node:
            case ir.Assign(value=ir.Collection(items=())) if any(spelled(target) == name for target in node.targets):
                times += 1
            case ir.Call(function=ir.Attribute(name="clear") as method) if spelled(method.value) == name:
                times += 1
    return times


def is_remainder(node: ir.BinaryOperation) -> bool:
    return node.operator == "%" and is_large(node.right)


def is_large(node: ir.Expr) -> bool:
    return not isinstance(node, ir.Constant) or (isinstance(node.value, int) and node.value > SMALL)


def measured(node: ir.Expr) -> str:
    """`batch` of `len(batch)`."""
    is_length = isinstance(node, ir.Call) and isinstance(node.function, ir.Name) and node.function.id == "len"
    return spelled(node.args[0]) if is_length and isinstance(node, ir.Call) and len(node.args) == 1 else ""


def is_emptied(name: str, body: tuple[ir.Stmt, ...]) -> bool:
    """`batch = []`, `batch.clear()`, `del batch[:]`."""
    if not name:
        return False
    for node in nodes_in(body):
        match node:
            case ir.Assign() if any(spelled(target) == name for target in node.targets):
                return True
            case ir.Call(function=ir.Attribute(name="clear") as method) if spelled(method.value) == name:
                return True
            case ir.Delete() if any(spelled(target) == name for target in node.targets):
                return True
    return False
