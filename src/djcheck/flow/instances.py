"""Methods that every model instance has from Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain.index import FunctionInfo
from djcheck.domain.observation import QueryRun
from djcheck.flow.frame import Event
from djcheck.flow.parameters import Arguments
from djcheck.flow.values import NONE, NUMBER, PLAIN, UNKNOWN, Instance, Value

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.flow.frame import Frame

RUNNING = {"save": True, "delete": True, "save_base": True, "refresh_from_db": False}


def call(
    frame: Frame, instance: Instance, name: str, arguments: Arguments, node: Call, *, inherited: bool = False
) -> Value:
    """`instance.save()` and its kin; `inherited`: through `super()`."""
    plain = name[1:] if name in ("asave", "adelete", "arefresh_from_db") else name
    own = None if inherited else frame.evaluator.index.member(instance.model, plain)
    if isinstance(own, FunctionInfo):
        bound = Arguments([instance, *arguments.positional], arguments.keywords, arguments.rest)
        frame.evaluator.call(frame, own, bound, node.span)
    if plain in RUNNING:
        run(frame, instance, plain, node)
        return NONE
    if name == "get_display":
        return PLAIN
    return NUMBER if name.startswith("is_") else UNKNOWN


def run(frame: Frame, instance: Instance, method: str, node: Call) -> None:
    draft = QueryRun(
        frame.place(node.span), frame.symbol, (), (), "", method, RUNNING[method], instance.model, None, "", (),
        False, False, False, "",
    )
    frame.emit(Event(draft, frame.active(), None))
