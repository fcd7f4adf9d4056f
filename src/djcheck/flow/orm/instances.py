"""Methods that every model instance has from Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.domain.observation import QueryRun
from djcheck.flow.frame import Event
from djcheck.flow.lattice.values import NONE, NUMBER, PLAIN, UNKNOWN, Eager, Instance, Source, Value
from djcheck.flow.orm import querysets
from djcheck.flow.python import effects, externals

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame
    from djcheck.flow.python.parameters import Arguments

RUNNING = {"save": True, "delete": True, "save_base": True, "refresh_from_db": False}


def call(frame: Frame, instance: Instance, name: str, arguments: Arguments, node: Call) -> Value:
    """`instance.save()` and its kin."""
    plain = name[1:] if name in ("asave", "adelete", "arefresh_from_db") else name
    if plain in RUNNING:
        run(frame, instance, plain, node.span)
        if plain == "refresh_from_db" and not node.args and not node.keywords:
            refresh(frame, instance, node)
        return NONE
    if name == "get_display":
        return PLAIN
    found = effects.of_model(frame, instance.model, name, arguments, node)
    found = externals.method_of_model(frame, instance, name, node.span) if found is None else found
    if found is not None:
        return found
    return NUMBER if name.startswith("is_") else UNKNOWN


def refresh(frame: Frame, instance: Instance, node: Call) -> None:
    """The object forgets the relations that were loaded (Django docs, "Refreshing objects from database")."""
    row = node.function.value if isinstance(node.function, ir.Attribute) else None
    if isinstance(row, ir.Name):
        source = Source(querysets.fresh(frame, instance.model, node.span))
        eager = Eager(annotated=instance.eager.annotated)
        frame.env[row.id] = replace(
            instance, source=source, eager=eager, known=frozenset(), single_fetch=True, lone="", facts=()
        )


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
