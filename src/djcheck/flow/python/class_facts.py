"""Tests of classes whose outcome is known: attributes that stay as the class body says, which class extends which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.flow.lattice.values import Class, Const, Object

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame


def switch_of(frame: Frame, row: Object, name: str) -> Const | None:
    """A class attribute that stays None, True or False: no method assigns it, no subclass has another."""
    index = frame.evaluator.index
    member = index.member(row.qualname, name)
    if row.get(name) is not None or not isinstance(member, tuple) or member[1].operator:
        return None
    value = member[1].value
    if not isinstance(value, ir.Constant) or not (value.value is None or isinstance(value.value, bool)):
        return None
    if any(index.member(other, name) != member for other in index.subclasses(row.qualname)):
        return None
    return Const(value.value) if frame.evaluator.assigned_attribute(row.qualname, name) is None else None


def is_subclass(frame: Frame, test: ir.Call) -> bool | None:
    """`issubclass(self.model, Owned)` of a class of whose bases enough is known."""
    if not isinstance(test.function, ir.Name) or test.function.id != "issubclass" or len(test.args) != 2:
        return None
    one, other = (frame.evaluate(part) for part in test.args)
    if not isinstance(one, Class) or not isinstance(other, Class):
        return None
    index, named = frame.evaluator.index, (one.qualname, other.qualname)
    return index.is_a(*named) or (None if index.may_extend(*named) else False)


def of_models(frame: Frame, test: ir.Comparison) -> bool | None:
    """`rows.model is Book`: of which model the rows are is known."""
    left, operator, right = test.left, test.operators[0], test.rights[0]
    if operator not in ("is", "is not", "==", "!=") or not isinstance(left, ir.Attribute) or left.name != "model":
        return None
    if not isinstance(right, ir.Name | ir.Attribute):
        return None
    one, other = frame.evaluate(left), frame.evaluate(right)
    if not isinstance(one, Class) or not isinstance(other, Class):
        return None
    return (one == other) is (operator in ("is", "=="))
