"""Function views behind decorators of the project's: those may hand the view what they fetched.

`@issue_required def show(request, issue)` is called by the decorator's inner function, not by Django: so what the view
gets is told by a call of the decorator, and of what that returns with what the route gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import FunctionInfo
from djcheck.flow.lattice.values import Closure, Function, Request, Value, members
from djcheck.flow.python import calls, incoming
from djcheck.flow.python.parameters import Arguments, dotted

if TYPE_CHECKING:
    from djcheck.domain.ir import Expr
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex


def own(index: ProjectIndex, module: str, decorator: Expr) -> bool:
    """Is the decorator, or what makes it, a function of the project's?"""
    name = dotted(decorator.function if isinstance(decorator, ir.Call) else decorator)
    return bool(name) and isinstance(index.resolve(module, name), FunctionInfo)


def request(evaluator: Evaluator, info: FunctionInfo) -> None:
    """A request to a view that takes more than its routes give: its decorators must hand it that."""
    given = {"request", *evaluator.routes.arguments_of(info.qualname)}
    named = {each.name for each in info.fact.parameters if each.kind == "positional" and each.default is None}
    handed = evaluator.routes.is_view(info.qualname) and not named <= given
    if not handed or not any(own(evaluator.index, info.module, each) for each in info.fact.decorators):
        return

    def play(frame: Frame) -> None:
        view: Value = Function(info.qualname)
        for decorator in reversed(info.fact.decorators):
            if own(evaluator.index, info.module, decorator):
                made = frame.evaluate(decorator)
                view = calls.invoke(frame, made, Arguments([view], {}), call_of(decorator))
        arguments = Arguments(
            [Request(methods=incoming.methods(evaluator.index, info))],
            incoming.keywords_of_url(evaluator, info),
        )
        for member in members(view):
            if isinstance(member, Closure):
                calls.invoke(frame, member, arguments, call_of(info.fact.decorators[0]))

    evaluator.act(info.path, info.module, info.qualname, None, play)


def call_of(decorator: Expr) -> ir.Call:
    return ir.Call(function=decorator, args=(), keywords=(), span=decorator.span)
