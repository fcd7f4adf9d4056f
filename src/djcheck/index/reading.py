"""What an IR expression literally says: a dotted name, a text, a truth, an argument of a call."""

from __future__ import annotations

from djcheck.domain.ir import Attribute, Call, Constant, Expr, Name, Starred, Subscript


def dotted(expr: Expr | None) -> str | None:
    """`a.b.c` where the expression is nothing but names and attributes."""
    parts: list[str] = []
    while isinstance(expr, Attribute):
        parts.append(expr.name)
        expr = expr.value
    if not isinstance(expr, Name):
        return None
    parts.append(expr.id)
    return ".".join(reversed(parts))


def string(expr: Expr | None) -> str | None:
    if isinstance(expr, Constant) and isinstance(expr.value, str):
        return expr.value
    return None


def truth(expr: Expr | None, unknown: bool) -> bool:
    """The truth of a constant; `unknown` where it is none."""
    return bool(expr.value) if isinstance(expr, Constant) else unknown


def is_none(expr: Expr | None) -> bool:
    return isinstance(expr, Constant) and expr.value is None


def keyword(call: Call, name: str) -> Expr | None:
    return next((item.value for item in call.keywords if item.name == name), None)


def argument(call: Call, position: int, name: str) -> Expr | None:
    """The argument given by name or at a position that no `*args` precedes."""
    named = keyword(call, name)
    if named is not None:
        return named
    if position < len(call.args) and not any(isinstance(arg, Starred) for arg in call.args[: position + 1]):
        return call.args[position]
    return None


def without_subscript(expr: Expr) -> Expr:
    """`Base` of `Base[T]`."""
    while isinstance(expr, Subscript):
        expr = expr.value
    return expr
