"""Lambdas and inner functions, which run where they are called with the variables of where they were defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.flow.lattice.values import UNKNOWN
from djcheck.flow.python import statements
from djcheck.flow.python.parameters import bind
from djcheck.flow.templates import macros

if TYPE_CHECKING:
    from djcheck.domain.ir import FunctionIR
    from djcheck.flow.frame import Frame
    from djcheck.flow.lattice.values import Closure, Value
    from djcheck.flow.python.parameters import Arguments

# So many run inside one another.
DEEPEST = 6


def call(frame: Frame, callee: Closure, arguments: Arguments) -> Value:
    """What it returns, run here and now."""
    if not may_run(callee.function, arguments, frame.closures):
        return UNKNOWN
    inner = frame.inside(callee.path, callee.module, callee.symbol, callee.owner, callee.scope)
    if frame.template is not None:
        macros.enter(inner, frame, callee)
    inner.receive(callee.function.parameters, bind(callee.function.parameters, arguments))
    inner.closures = (*frame.closures, callee.function)
    statements.run_body(inner, callee.function)
    frame.called(callee.symbol)
    return frame.evaluator.result_of(inner, callee.function)


def may_run(function: FunctionIR, arguments: Arguments, running: tuple[FunctionIR, ...]) -> bool:
    """May it, inside those that run already? What calls itself with something known gets one further round.

    That shows rows of rows. Nothing of a closure is remembered, so that each deeper round takes as many times longer as
    there are calls in it.
    """
    if len(running) >= DEEPEST:
        return False
    rounds = {id(each) for each in running}
    if id(function) not in rounds:
        return True
    given = (*arguments.positional, *arguments.keywords.values())
    return len(rounds) == len(running) and any(value != UNKNOWN for value in given)
