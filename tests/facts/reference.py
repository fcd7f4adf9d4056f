"""The stdlib's view of what the libcst pass lowers: every expression of every function, with its place."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.ir import Expr
from djcheck.domain.source import Span
from djcheck.facts.expressions import Expressions
from djcheck.facts.lowering import functions_of, lower
from djcheck.facts.spans import Spans
from djcheck.facts.survey import survey
from tests.facts.trees import nodes

Function = ast.FunctionDef | ast.AsyncFunctionDef


def disagreements(text: str) -> Iterator[str]:
    """The expressions of functions and methods that the two ways see differently; functions that were left out."""
    facts = survey("module.py", text)
    assert facts.error is None, facts.error
    functions = list(functions_of(facts))
    lowered = lower(text, functions)
    if len(lowered) != len(functions):
        yield f"{len(functions) - len(lowered)} functions were left out"
    seen = {node for body in lowered.values() for node in nodes(plain(body)) if isinstance(node, Expr)}
    expressions = Expressions(Spans(text))
    for function in _functions(ast.parse(text).body):
        for expression in _expressions(ast.Module(function.body, [])):
            if plain(expressions.lower(expression)) not in seen:
                yield f"{expression.lineno}:{expression.col_offset}: {ast.unparse(expression)}"


def plain(value: Any) -> Any:
    """Without what the two ways may see differently: an f-string's inside, before Python 3.12 knew its places, and
    how its texts are cut; `yield`, which declarations do not have."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    if isinstance(value, ir.FormattedText):
        parts = value.parts if sys.version_info >= (3, 12) else ()
        return ir.FormattedText(tuple(plain(part) for part in parts if not isinstance(part, ir.Constant)), value.span)
    if isinstance(value, ir.Yield):
        return ir.Opaque(() if value.value is None else (plain(value.value),), value.span)
    if isinstance(value, Struct) and not isinstance(value, Span):
        return type(value)(*[plain(getattr(value, field)) for field in value.__struct_fields__])
    return value


def _functions(statements: Sequence[ast.stmt]) -> Iterator[Function]:
    for statement in statements:
        if isinstance(statement, Function):
            yield statement
        elif not isinstance(statement, ast.Match):
            for block in ("body", "orelse", "finalbody"):
                yield from _functions(getattr(statement, block, ()))
            for handler in getattr(statement, "handlers", ()):
                yield from _functions(handler.body)


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The outermost expressions of statements, except those that the IR leaves out on purpose."""
    for field, child in _children(node):
        match node, field, child:
            case (ast.Assert(), "msg", _) | (ast.Raise(), "cause", _) | (ast.Delete(), _, _):
                pass
            case (ast.ClassDef(), "decorator_list" | "keywords", _) | (_, "returns", _):
                pass
            case (_, _, ast.pattern()) | (ast.Expr(), _, ast.Constant()):
                pass
            case _, _, ast.expr():
                yield child
            case _:
                yield from _expressions(child)


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield field, child
