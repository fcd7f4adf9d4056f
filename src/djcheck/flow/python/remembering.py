"""Code that looks for what an earlier call has found, and asks the database only where that is not there."""

from __future__ import annotations

from functools import lru_cache

from djcheck.domain import ir
from djcheck.flow.nodes import MOST_KEPT
from djcheck.flow.orm.patterns import spelled


@lru_cache(MOST_KEPT)
def is_memo_test(test: ir.Expr, body: tuple[ir.Stmt, ...], outlasting: frozenset[str]) -> bool:
    """`if not hasattr(self, "_x"): self._x = …`, `if key not in cache: cache[key] = …`: done once, then remembered.

    `outlasting` are the variables that the function declares as `global` or `nonlocal`.
    """
    asked = asked_for(test, outlasting)
    return bool(asked) and any(is_stored(statement, asked) for statement in body)


@lru_cache(MOST_KEPT)
def remembered_from(body: tuple[ir.Stmt, ...]) -> int | None:
    """Where a body goes on only for what it has not met before: behind `if found: return found` of a container into
    which a later line stores. The index of the first statement behind it; None where there is none."""
    looked_up: dict[str, str] = {}
    for at, node in enumerate(body):
        match node:
            case ir.Outlasting():
                looked_up.update((name, name) for name in node.names)
            case ir.Assign() if len(node.targets) == 1 and isinstance(node.targets[0], ir.Name):
                looked_up[node.targets[0].id] = container_of(node.value)
            case ir.If() if not node.orelse and returns(node.body):
                kept = kept_in(node.test, looked_up)
                if kept and any(is_stored(later, kept) for later in body[at + 1 :]):
                    return at + 1
    return None


def returns(body: tuple[ir.Stmt, ...]) -> bool:
    """Does a body give back what was found, if not always then where it is fresh enough?"""
    return any(
        isinstance(node, ir.Return) or (isinstance(node, ir.If) and returns(node.body + node.orelse)) for node in body
    )


def container_of(node: ir.Expr | None) -> str:
    """The container that `container.get(key)` or `container[key]` looks into."""
    if type(node) is ir.Call and type(node.function) is ir.Attribute and node.function.name == "get":
        return spelled(node.function.value)
    return spelled(node.value) if type(node) is ir.Subscript else ""


def kept_in(test: ir.Expr, looked_up: dict[str, str]) -> str:
    """Where a test that something was found looks: the text of a container or attribute, or ""."""
    match test:
        case ir.Name():
            return looked_up.get(test.id, "")
        case ir.Attribute():
            return spelled(test)
        case ir.BooleanOperation() if test.operator == "and":
            return kept_in(test.values[0], looked_up)  # `if found and is_fresh(found)`
        case ir.Call():
            return asked_of_hasattr(test)
        case ir.Comparison() if len(test.operators) == 1:
            operator, right = test.operators[0], test.rights[0]
            if operator == "in":
                return spelled(right)
            if operator in ("is not", "!=") and isinstance(right, ir.Constant) and right.value is None:
                return kept_in(test.left, looked_up)
    return ""


def asked_for(node: ir.Expr, outlasting: frozenset[str]) -> str:
    """What a test asks to exist: the text of an attribute or container, an outlasting variable's name, or ""."""
    match node:
        case ir.UnaryOperation() if node.operator == "not":
            return asked_of_hasattr(node.operand) or kept(node.operand, outlasting)
        case ir.Comparison() if len(node.operators) == 1:
            operator, right = node.operators[0], node.rights[0]
            if operator == "not in":
                return spelled(right)
            if operator in ("is", "==") and isinstance(right, ir.Constant) and right.value is None:
                return kept(node.left, outlasting)
        case ir.BooleanOperation():
            return next((found for part in node.values if (found := asked_for(part, outlasting))), "")
    return ""


def kept(node: ir.Expr, outlasting: frozenset[str]) -> str:
    """The text of something that is there when the function has ended, or ""."""
    is_outer = isinstance(node, ir.Name) and node.id in outlasting
    return spelled(node) if is_outer or isinstance(node, ir.Attribute | ir.Subscript) else ""


def asked_of_hasattr(node: ir.Expr) -> str:
    """The attribute that `hasattr(self, "_x")` asks for, as text, or ""."""
    match node:
        case ir.Call(function=ir.Name(id="hasattr"), args=(owner, ir.Constant() as name)):
            return f"{spelled(owner)}.{name.value}"
    return ""


def is_stored(node: ir.Stmt, asked: str) -> bool:
    """Does the statement (or one in it) assign what was asked for?"""
    match node:
        case ir.Assign():
            return any(spelled(target) == asked for target in node.targets)
        case ir.If() | ir.For() | ir.With():
            return any(is_stored(inner, asked) for inner in node.body)
        case ir.Try():
            inner_statements = (*node.body, *(s for handler in node.handlers for s in handler.body))
            return any(is_stored(inner, asked) for inner in inner_statements)
        case ir.Evaluate():
            call = node.value
            return (
                isinstance(call, ir.Call)
                and isinstance(call.function, ir.Attribute)
                and spelled(call.function.value) == asked
            )
    return False


def after_failed_lookup(handler: ir.Handler) -> bool:
    """`except KeyError`: something remembered was asked for, and was not there yet."""
    return isinstance(handler.type, ir.Name) and handler.type.id in ("KeyError", "AttributeError")
