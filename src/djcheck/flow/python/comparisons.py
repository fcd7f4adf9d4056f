"""What the code spells out on the right side of a comparison: `"new"`, `-1`, `Kind.NEW`, `(Kind.NEW, None)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.flow.lattice import enumerations
from djcheck.flow.lattice.values import UNKNOWN, Class, Const, Instance, Literal, Module, Object, Text, Value
from djcheck.flow.orm import row_facts
from djcheck.flow.python import attributes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from djcheck.flow.frame import Frame

SAFE_METHODS: frozenset[Literal] = frozenset({"GET", "HEAD", "OPTIONS"})
POSITIVE = {"is": True, "==": True, "in": True, "is not": False, "!=": False, "not in": False}


def among(ours: Iterable[Literal] | None, theirs: frozenset[Literal] | None, test: ir.Comparison) -> bool | None:
    """The outcome, where the left side is one of `ours`, and the right side names `theirs`."""
    operator, positive = test.operators[0], POSITIVE[test.operators[0]]
    several = isinstance(test.rights[0], ir.Collection) or theirs is SAFE_METHODS
    if ours is None or theirs is None or several is not ("in" in operator):
        return None
    if theirs.isdisjoint(ours):
        return not positive
    return positive if theirs.issuperset(ours) else None


def spelled_out(frame: Frame, node: ir.Expr) -> frozenset[Literal] | None:
    """What a comparison's right side names: literals, constants of classes (`Kind.NEW`), SAFE_METHODS."""
    last = node.name if isinstance(node, ir.Attribute) else node.id if isinstance(node, ir.Name) else ""
    if last == "SAFE_METHODS":
        return SAFE_METHODS
    if isinstance(node, ir.Collection):
        found = [spelled_out(frame, item) for item in node.items]
        return frozenset().union(*(item for item in found if item)) if found and None not in found else None
    if isinstance(node, ir.Attribute):
        return row_facts.literals_of(of_class(frame, node)) or None
    plain = node.operand if isinstance(node, ir.UnaryOperation) and node.operator == "-" else node
    return row_facts.literals_of(frame.evaluate(node)) or None if isinstance(plain, ir.Constant) else None


def of_class(frame: Frame, node: ir.Expr) -> Value:
    """What is spelled out by names alone: `Kind.NEW`, `Book.Kind.NEW.value`, `self.NEW` of a class attribute."""
    if isinstance(node, ir.Name):
        return frame.evaluate(node)
    owner = of_class(frame, node.value) if isinstance(node, ir.Attribute) else UNKNOWN
    if not isinstance(node, ir.Attribute) or not isinstance(owner, Class | Module | Instance | Object | Text | Const):
        return UNKNOWN
    if isinstance(owner, Text | Const):
        return enumerations.of_member(owner, node.name) or UNKNOWN
    if isinstance(owner, Instance):
        model = frame.evaluator.index.model(owner.model)
        if model is None or node.name in model.fields or node.name in model.relations:
            return UNKNOWN
        owner = Class(owner.model)
    return attributes.attribute(frame, owner, node.name, node.span)
