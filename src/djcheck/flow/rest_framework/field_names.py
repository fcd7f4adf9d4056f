"""The names that a serializer's `Meta.fields` or `exclude` spells out, and where each is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.index import ConstantInfo
from djcheck.index.reading import dotted, string

if TYPE_CHECKING:
    from djcheck.domain.index import ClassInfo
    from djcheck.domain.source import Span
    from djcheck.index.project import ProjectIndex

MOST_DEPTH = 6


class Where(Struct, frozen=True):
    """Where a field is written: its class's file, and the span of the assignment or of the name in `Meta.fields`."""

    path: str
    module: str
    owner: str
    span: Span


def where_of(info: ClassInfo, span: Span) -> Where:
    return Where(info.path, info.module, info.qualname.rpartition(".")[0], span)


def gather(
    index: ProjectIndex, info: ClassInfo, expr: ir.Expr | None, names: dict[str, Where], depth: int = MOST_DEPTH
) -> bool:
    """Collect the names that a list expression spells out; False where some of them cannot be told."""
    match expr:
        case ir.Constant(value=str() as text):
            names.setdefault(text, where_of(info, expr.span))
            return True
        case ir.Collection():
            told = [gather(index, info, item, names, depth) for item in expr.items]
            return all(told)
        case ir.Starred():
            return gather(index, info, expr.value, names, depth)
        case ir.BinaryOperation(operator="+" | "|"):
            left = gather(index, info, expr.left, names, depth)
            return gather(index, info, expr.right, names, depth) and left
        case ir.Call(function=ir.Name(id="list" | "tuple" | "set" | "sorted"), args=(inner,)):
            return gather(index, info, inner, names, depth)
        case ir.Attribute() | ir.Name() if depth:
            return gather_named(index, info, expr, names, depth - 1)
    return False


def gather_named(
    index: ProjectIndex, info: ClassInfo, expr: ir.Attribute | ir.Name, names: dict[str, Where], depth: int
) -> bool:
    """`Base.Meta.fields`, a name of the class body, or a constant of a module."""
    if isinstance(expr, ir.Attribute):
        owner = index.class_of(info.module, expr.value, info.qualname.rpartition(".")[0])
        name = expr.name
    else:
        owner, name = info.qualname, expr.id
    found = index.member(owner, name) if owner is not None else None
    if isinstance(found, tuple):
        return gather(index, found[0], found[1].value, names, depth)
    symbol = index.resolve(info.module, dotted(expr) or "")
    if isinstance(symbol, ConstantInfo) and len(symbol.assigns) == 1:
        here = Elsewhere(symbol.path, symbol.module, info.qualname, symbol.assigns[0].value)
        return gather_constant(here, names)
    return False


class Elsewhere(Struct, frozen=True):
    """A list of names that a module's constant holds."""

    path: str
    module: str
    owner: str
    value: ir.Expr | None


def gather_constant(here: Elsewhere, names: dict[str, Where]) -> bool:
    if not isinstance(here.value, ir.Collection):
        return False
    told = True
    for item in here.value.items:
        text = string(item)
        if text is None:
            told = False
        else:
            names.setdefault(text, Where(here.path, here.module, here.owner.rpartition(".")[0], item.span))
    return told
