"""Walking IR."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from djcheck.domain import ir


def parts(node: object) -> Iterator[object]:
    """What a node directly holds."""
    if isinstance(node, tuple):
        yield from node
    elif isinstance(node, Struct):
        yield from (getattr(node, name) for name in node.__struct_fields__ if name != "span")


def nodes_in(part: object) -> Iterator[ir.Node]:
    """All nodes of some IR, those that stand first first."""
    waiting = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ir.Node):
            yield node
        waiting.extend(reversed(list(parts(node))))
