"""Code that leaves the loop around it: what is done on the way out is not done in every round."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from djcheck.domain import ir

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame

Body = tuple[ir.Stmt, ...]


def runs_once(body: Body) -> bool:
    """A loop whose body always ends by leaving it."""
    return bool(body) and way_out(body) == 0


def way_out(body: Body) -> int:
    """The number of statements before those that always end by leaving the loop."""
    if not body or not leaves(body[-1]):
        return len(body)
    return next((number for number in range(len(body), 0, -1) if continues(body[number - 1])), 0)


def leaves(node: ir.Stmt) -> bool:
    return all(isinstance(last, ir.Break | ir.Return | ir.Raise) for last in ends(node))


def ends(node: ir.Stmt) -> Iterator[ir.Stmt]:
    """The statements that may be the last that is run of one."""
    blocks: tuple[Body, ...] = ()
    match node:
        case ir.If():
            blocks = (node.body, node.orelse)
        case ir.With():
            blocks = (node.body,)
        case ir.Try():
            blocks = (node.orelse or node.body, *(handler.body for handler in node.handlers))
    if not all(blocks) or not blocks:
        yield node
        return
    for block in blocks:
        yield from ends(block[-1])


def continues(node: ir.Stmt) -> bool:
    match node:
        case ir.Continue():
            return True
        case ir.If():
            return any(continues(inner) for inner in (*node.body, *node.orelse))
        case ir.With():
            return any(continues(inner) for inner in node.body)
        case ir.Try():
            blocks = (*node.body, *node.orelse, *node.final, *(s for handler in node.handlers for s in handler.body))
            return any(continues(inner) for inner in blocks)
    return False


@contextmanager
def on_the_way_out(frame: Frame, last: ir.Stmt) -> Iterator[None]:
    """Evaluate what ends with `last`: `break` leaves the innermost loop, `return` and `raise` all of the function.

    Loops around a `try` are not left: where something fails, a handler may go on with the next round.
    """
    inside = frame.loops
    left = len(inside) - 1 if any(isinstance(end, ir.Break) for end in ends(last)) else 0
    frame.loops = inside[: max(left, frame.go_on)]
    try:
        yield
    finally:
        frame.loops = inside


@contextmanager
def caught(frame: Frame, node: ir.Try) -> Iterator[None]:
    """Evaluate the body of a `try`."""
    outside = frame.go_on
    if not all(handler.body and leaves(handler.body[-1]) for handler in node.handlers):
        frame.go_on = len(frame.loops)
    try:
        yield
    finally:
        frame.go_on = outside
