"""Methods that every model instance has from Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain.observation import QueryRun
from djcheck.flow import effects
from djcheck.flow.frame import Event
from djcheck.flow.values import NONE, NUMBER, PLAIN, UNKNOWN, Instance, Value

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame
    from djcheck.flow.parameters import Arguments

RUNNING = {"save": True, "delete": True, "save_base": True, "refresh_from_db": False}


def call(frame: Frame, instance: Instance, name: str, arguments: Arguments, node: Call) -> Value:
    """`instance.save()` and its kin."""
    plain = name[1:] if name in ("asave", "adelete", "arefresh_from_db") else name
    if plain in RUNNING:
        run(frame, instance, plain, node.span)
        return NONE
    if name == "get_display":
        return PLAIN
    found = effects.of_model(frame, instance.model, name, arguments, node)
    if found is not None:
        return found
    return NUMBER if name.startswith("is_") else UNKNOWN


def run(frame: Frame, instance: Instance, method: str, span: Span) -> None:
    draft = QueryRun(
        frame.place(span),
        frame.symbol,
        (),
        (),
        "",
        method,
        RUNNING[method],
        instance.model,
        None,
        "",
        (),
        False,
        False,
        False,
        "",
    )
    if draft.is_write:
        frame.writes()
    frame.emit(Event(draft, frame.active(), None))
