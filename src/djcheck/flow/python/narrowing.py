"""What a test tells of the variables in it: types, and values checked against an allow-list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo
from djcheck.domain.observation import PieceKind
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.joining import join
from djcheck.flow.lattice.values import (
    NONE,
    NOTHING_EAGER,
    NUMBER,
    Formal,
    Instance,
    Mapping,
    QuerySet,
    Sequence,
    Source,
    Tainted,
    Text,
    Tuple,
    Union,
    Unknown,
    Value,
    members,
)
from djcheck.flow.python.parameters import dotted

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.flow.frame import Frame

MATCHING = frozenset({"match", "fullmatch"})
CHECKING_METHODS = frozenset(["isdigit", "isdecimal", "isnumeric", "isidentifier", "isalpha", "isalnum"])


def narrow(frame: Frame, test: ir.Expr, holds: bool) -> None:
    """Change the variables to what they must be where `test` holds (or does not)."""
    narrower = NARROWERS.get(type(test))
    if narrower is not None:
        narrower(frame, test, holds)


def negated(frame: Frame, test: ir.UnaryOperation, holds: bool) -> None:
    if test.operator == "not":
        narrow(frame, test.operand, not holds)


def combined(frame: Frame, test: ir.BooleanOperation, holds: bool) -> None:
    if holds == (test.operator == "and"):
        for part in test.values:
            narrow(frame, part, holds)


def compare(frame: Frame, test: ir.Comparison, holds: bool) -> None:
    if len(test.operators) != 1:
        return
    operator, right = test.operators[0], test.rights[0]
    is_none = type(right) is ir.Constant and right.value is None
    if isinstance(test.left, ir.Call | ir.Assigned) and operator in ("is", "is not") and is_none:
        narrow(frame, test.left, holds == (operator == "is not"))
    if type(test.left) is not ir.Name:
        return
    if operator in ("in", "not in") and holds == (operator == "in"):
        if is_allow_list(frame, right):
            make_safe(frame, test.left)
    elif operator in ("==", "!=") and holds == (operator == "==") and type(right) is ir.Constant:
        make_safe(frame, test.left)
    elif operator in ("is", "is not") and type(right) is ir.Constant and right.value is None:
        without_none(frame, test.left, holds == (operator == "is not"))


def is_allow_list(frame: Frame, node: ir.Expr) -> bool:
    """A container that the code itself fills: of literals, or of anything that does not come from outside."""
    return all(is_ours(member) for member in members(frame.evaluate(node)))


def is_ours(value: Value) -> bool:
    match value:
        case Tuple():
            return not any(is_foreign(item) for item in value.items)
        case Sequence():
            return not is_foreign(value.of)
        case Mapping():
            return not is_foreign(value.key)
    return not isinstance(value, Tainted | Text | QuerySet)


def is_foreign(value: Value) -> bool:
    for member in members(value):
        if isinstance(member, Tuple) and any(is_foreign(item) for item in member.items):
            return True
        if isinstance(member, Text) and any(piece.kind is PieceKind.TAINTED for piece in member.pieces):
            return True
        if isinstance(member, Tainted):
            return True
    return False


def make_safe(frame: Frame, node: ir.Name) -> None:
    value = frame.lookup(node.id)
    if value is not None and any(isinstance(member, Tainted | Text | Unknown) for member in members(value)):
        frame.env[node.id] = taint.safe(node.id)


def checked(frame: Frame, test: ir.Call, holds: bool) -> None:
    """`isinstance(x, Book)`, `x.isdigit()`."""
    function = test.function
    if not holds:
        without_querysets(frame, test)
        return
    last = test.args[-1] if test.args else None
    if type(function) is ir.Attribute and function.name in MATCHING and type(last) is ir.Name:
        # `re.fullmatch(pattern, text)` or `pattern.match(text)`: whoever checks at all means to let nothing else in.
        make_safe(frame, last)
    if type(function) is ir.Attribute and type(function.value) is ir.Name and function.name in CHECKING_METHODS:
        make_safe(frame, function.value)
    elif type(function) is ir.Name and function.id == "isinstance" and len(test.args) == 2:
        target = test.args[0]
        if type(target) is ir.Name:
            is_of_class(frame, target, dotted(test.args[1]))


def without_querysets(frame: Frame, test: ir.Call) -> None:
    """Where `isinstance(x, QuerySet)` does not hold, `x` is none."""
    if type(test.function) is not ir.Name or test.function.id != "isinstance" or len(test.args) != 2:
        return
    target = test.args[0]
    if type(target) is not ir.Name or dotted(test.args[1]).rpartition(".")[2] != "QuerySet":
        return
    kept = [member for member in members(frame.lookup(target.id) or Unknown()) if type(member) is not QuerySet]
    found: Value = kept[0] if kept else Unknown()
    for member in kept[1:]:
        found = join(found, member)
    frame.env[target.id] = found


def is_of_class(frame: Frame, target: ir.Name, name: str) -> None:
    current = frame.lookup(target.id)
    if name in ("int", "float", "bool", "Decimal", "UUID"):
        frame.env[target.id] = NUMBER
        return
    symbol = frame.evaluator.index.resolve(frame.module, name) if name else None
    if not isinstance(symbol, ClassInfo) or current is None:
        return
    index = frame.evaluator.index
    kept = [m for m in members(current) if isinstance(m, Instance) and symbol.qualname in index.mro(m.model)]
    if kept:
        found: Value = kept[0]
        for member in kept[1:]:
            found = join(found, member)
        frame.env[target.id] = found
    elif index.model(symbol.qualname) is not None and isinstance(current, Unknown):
        frame.env[target.id] = Instance(symbol.qualname, Source(Formal(-1)), NOTHING_EAGER, frozenset())


def without_none(frame: Frame, node: ir.Name, holds: bool) -> None:
    value = frame.lookup(node.id)
    if not holds or type(value) is not Union or NONE not in value.members:
        return
    kept = [member for member in value.members if member != NONE]
    found = kept[0]
    for member in kept[1:]:
        found = join(found, member)
    frame.env[node.id] = found


NARROWERS: dict[type, Callable[[Frame, Any, bool], None]] = {
    ir.UnaryOperation: negated,
    ir.BooleanOperation: combined,
    ir.Comparison: compare,
    ir.Call: checked,
    ir.Assigned: lambda frame, test, holds: narrow(frame, test.value, holds),
    ir.Name: without_none,
}
