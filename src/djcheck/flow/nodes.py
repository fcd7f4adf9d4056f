"""Walking IR."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import astuple

from djcheck.domain import ir
from djcheck.domain.source import Span


def parts(node: object) -> tuple[object, ...]:
    """What a node directly holds."""
    if isinstance(node, tuple):
        return node
    return astuple(node) if isinstance(node, Struct) and type(node) is not Span else ()


def nodes_in(part: object) -> Iterator[ir.Node]:
    """All nodes of some IR, those that stand first first."""
    waiting = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ir.Node):
            yield node
        waiting.extend(reversed(parts(node)))
