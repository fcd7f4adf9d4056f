"""Options that a class body gives (`list_display`, `fieldsets`, `Meta.fields`): values, and where each item stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import NONE, UNKNOWN, Mapping, Sequence, Text, Tuple, Union, Value, members
from djcheck.flow.nodes import nodes_in

if TYPE_CHECKING:
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame


class Names(Struct, frozen=True):
    """The names that an option lists, each with its place in `holder`; `complete`: there are no others."""

    holder: ClassInfo
    places: dict[str, Span]
    complete: bool


def declared(frame: Frame, qualname: str, name: str) -> tuple[ClassInfo, ir.Expr] | None:
    """The class body's assignment of an option, with the class that holds it."""
    member = frame.evaluator.index.member(qualname, name)
    if isinstance(member, tuple) and member[1].value is not None:
        return member[0], member[1].value
    return None


def value_of(frame: Frame, info: ClassInfo, name: str, node: ir.Expr) -> Value:
    """The value of an option that the class body assigns."""
    key = f"{info.qualname}.{name}"
    return frame.evaluator.declared(info.path, info.module, key, info.qualname, key, node)


def names(frame: Frame, qualname: str, name: str) -> Names | None:
    """The names that an option lists, however nested; None where no class body assigns it."""
    found = declared(frame, qualname, name)
    return None if found is None else names_in(value_of(frame, found[0], name, found[1]), *found)


def names_in(value: Value, holder: ClassInfo, node: ir.Expr) -> Names:
    stand: dict[object, Span] = {}
    for constant in nodes_in(node):
        if isinstance(constant, ir.Constant):
            stand.setdefault(constant.value, constant.span)
    found = list(texts_in(value))
    return Names(holder, {text: stand.get(text, node.span) for text in found if text is not None}, None not in found)


def texts_in(value: Value) -> Iterator[str | None]:
    """Each text of lists in lists, and of the `fields` of fieldsets; None stands for what cannot be told."""
    match value:
        case Text():
            yield text_of(value)
        case Mapping():
            yield from texts_in(value.get("fields") or UNKNOWN)
        case Tuple():
            items = value.items
            for item in items[1:] if len(items) == 2 and isinstance(items[1], Mapping) else items:
                yield from texts_in(item)
        case Sequence():
            if value.size != 0:
                yield None
                for member in members(value.of):
                    yield from texts_in(member)
        case Union():
            yield None
            for member in value.members:
                yield from texts_in(member)
        case _:
            if value != NONE:
                yield None
