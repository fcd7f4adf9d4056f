"""The cheap test of which functions can matter, made on the outermost statements only."""

from __future__ import annotations

import ast


def function_matters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """False only for what can neither read, run nor hand on anything: stubs and functions that return a flag.

    A returned text counts: it may be SQL.
    """
    return not all(map(_is_idle, node.body))


def answer_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool | None:
    """The True or False that is all a function gives back; None where it does more, or says something else."""
    last = node.body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Constant) or function_matters(node):
        return None
    return last.value.value if isinstance(last.value.value, bool) and not any(map(_leaves, node.body[:-1])) else None


def _leaves(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Return | ast.Raise)


def _is_idle(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Global() | ast.Nonlocal() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Return(value=None) | ast.Return(value=ast.Constant(value=bool() | int() | float() | None)):
            return True
        case ast.Raise(exc=None | ast.Name(), cause=None):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(), args=args, keywords=[]), cause=None):
            return all(isinstance(arg, ast.Constant) for arg in args)
        case _:
            return False
