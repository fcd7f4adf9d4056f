"""The text that an expression at module or class level comes to, where constants alone decide it."""

from __future__ import annotations

from djcheck.domain.index import ConstantInfo
from djcheck.domain.ir import Attribute, BinaryOperation, Call, Constant, Expr, FormattedText
from djcheck.index.names import Names
from djcheck.index.reading import dotted, is_none

DEPTH = 8


def text_of(names: Names, module: str, expr: Expr | None, depth: int = DEPTH) -> str | None:
    """The text of a constant, or of constants joined by `+`, `%`, `.format()` or an f-string."""
    if depth == 0 or expr is None:
        return None
    if isinstance(expr, Constant):
        return expr.value if isinstance(expr.value, str) else None
    if isinstance(expr, BinaryOperation):
        return operated(names, module, expr, depth)
    if isinstance(expr, FormattedText):
        parts = [text_of(names, module, part, depth - 1) for part in expr.parts]
        return None if None in parts else "".join(part for part in parts if part is not None)
    if isinstance(expr, Call):
        return formatted(names, module, expr, depth)
    name = dotted(expr)
    if name is not None:
        symbol = names.resolve(module, name)
        if isinstance(symbol, ConstantInfo):
            values = [fact for fact in symbol.assigns if fact.value is not None and not is_none(fact.value)]
            if len(values) == 1 and not values[0].operator:
                return text_of(names, symbol.module, values[0].value, depth - 1)
    return None


def operated(names: Names, module: str, expr: BinaryOperation, depth: int) -> str | None:
    left = text_of(names, module, expr.left, depth - 1)
    if left is None:
        return None
    right = text_of(names, module, expr.right, depth - 1)
    if expr.operator == "+" and right is not None:
        return left + right
    if expr.operator == "%" and right is not None and left.count("%") == left.count("%s") == 1:
        return left.replace("%s", right)
    return None


def formatted(names: Names, module: str, call: Call, depth: int) -> str | None:
    if not isinstance(call.function, Attribute) or call.function.name != "format" or call.keywords:
        return None
    pattern = text_of(names, module, call.function.value, depth - 1)
    values = [text_of(names, module, arg, depth - 1) for arg in call.args]
    if pattern is None or None in values or not pattern.count("{") == pattern.count("{}") == len(values):
        return None
    return pattern.format(*values)
