"""Walking IR."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from types import NoneType

from msgspec import Struct
from msgspec.structs import astuple

from djcheck.domain import ir
from djcheck.domain.source import Span

# Of so many pieces of code the answer is kept to what is asked of code alone, again for each shape it is evaluated in.
MOST_KEPT = 8192


def parts(node: object) -> tuple[object, ...]:
    """What a node directly holds."""
    if type(node) in LEAVES:
        return ()
    if isinstance(node, tuple):
        return node
    return astuple(node) if isinstance(node, Struct) else ()


LEAVES = frozenset({str, bool, int, float, NoneType, Span})


def nodes_in(part: object) -> Iterator[ir.Node]:
    """All nodes of some IR, those that stand first first."""
    waiting = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ir.Node):
            yield node
        waiting += [part for part in reversed(parts(node)) if type(part) not in LEAVES]


@lru_cache(MOST_KEPT)
def names_in(function: ir.FunctionIR) -> tuple[str, ...]:
    """The names that a function's body asks for, sorted."""
    return tuple(sorted({node.id for node in nodes_in(function.body) if isinstance(node, ir.Name)}))


def is_self(node: ir.Expr) -> bool:
    return type(node) is ir.Name and node.id == "self"
