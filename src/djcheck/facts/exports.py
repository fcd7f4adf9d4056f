"""What a module's `__all__` names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


def exports_in(statements: Iterable[ast.stmt]) -> tuple[str, ...] | None:
    """The names that `__all__` is given by `=`, `+=`, `.append`, `.extend`; None where the module has no `__all__`."""
    names: list[str] | None = None
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                names = list(_strings(value))
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
                names = list(_strings(value))
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                names = [*(names or ()), *_strings(value)]
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"), attr="append" | "extend"), args=[value])
            ):
                names = [*(names or ()), *_strings(value)]
    return None if names is None else tuple(dict.fromkeys(names))


def _strings(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(name)):
            yield name
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            for item in items:
                yield from _strings(item)
        case ast.BinOp(left=left, right=right):
            yield from _strings(left)
            yield from _strings(right)
        case ast.Starred(value=inner):
            yield from _strings(inner)
