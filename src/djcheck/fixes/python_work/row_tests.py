"""Tests of rows in Python as lookups: `row.active and row.pages > 3` → `active=True, pages__gt=3`."""

from __future__ import annotations

import libcst as cst
from msgspec import Struct

from djcheck.fixes.editing.chains import NotFixable, written
from djcheck.fixes.project.columns import INTEGERS, never_null, type_of
from djcheck.fixes.project.project import Project

ORDER = {
    cst.GreaterThan: "__gt",
    cst.GreaterThanEqual: "__gte",
    cst.LessThan: "__lt",
    cst.LessThanEqual: "__lte",
}
COMPARED = "the database compares in its own way: texts, and values of other types than the column's"


class Lookups(Struct, frozen=True):
    """A test as lookups that hold for the same rows; `caution` where that is not certain for all values."""

    keywords: tuple[str, ...] = ()
    caution: str = ""

    def __and__(self, other: Lookups) -> Lookups:
        return Lookups((*self.keywords, *other.keywords), self.caution or other.caution)

    @property
    def code(self) -> str:
        return ", ".join(self.keywords)


class Rows:
    """The rows of a model under a name in Python; `lookups` raises NotFixable where a test is none of columns."""

    def __init__(self, name: str, model: str, project: Project) -> None:
        self.name = name
        self.model = model
        self.project = project

    def lookups(self, test: cst.BaseExpression) -> Lookups:
        match test:
            case cst.Attribute():
                return self.truth(test, True)
            case cst.UnaryOperation(operator=cst.Not(), expression=cst.Attribute() as inner):
                return self.truth(inner, False)
            case cst.BooleanOperation(operator=cst.And()):
                return self.lookups(test.left) & self.lookups(test.right)
            case cst.Comparison() if len(test.comparisons) == 1:
                return self.compared(test.left, test.comparisons[0])
        raise NotFixable("the test is none of a column")

    def truth(self, node: cst.Attribute, wanted: bool) -> Lookups:
        column = self.column(node)
        if type_of(self.model, column, self.project) != "BooleanField":
            raise NotFixable("the column is no boolean")
        if not wanted and not never_null(self.model, column, self.project):
            raise NotFixable("the column may be empty")
        return Lookups((f"{column}={wanted}",))

    def compared(self, left: cst.BaseExpression, to: cst.ComparisonTarget) -> Lookups:
        column, value = self.column(left), to.comparator
        code = written(value)
        if code == "None" and isinstance(to.operator, cst.Is | cst.IsNot):
            return Lookups((f"{column}__isnull={isinstance(to.operator, cst.Is)}",))
        if mentions(value, self.name) or code == "None":
            raise NotFixable("the test compares two columns")
        whole = isinstance(value, cst.Integer) and type_of(self.model, column, self.project) in INTEGERS
        caution = "" if whole else COMPARED
        if isinstance(to.operator, cst.Equal):
            return Lookups((f"{column}={code}",), caution)
        lookup = ORDER.get(type(to.operator))
        if lookup is None or not never_null(self.model, column, self.project):
            raise NotFixable("the test may go out in another way for empty columns")
        return Lookups((f"{column}{lookup}={code}",), caution)

    def column(self, node: cst.BaseExpression) -> str:
        """The column that `row.column` names."""
        if not isinstance(node, cst.Attribute) or not isinstance(node.value, cst.Name) or node.value.value != self.name:
            raise NotFixable("the test is none of a column")
        return must_be_column(self.model, node.attr.value, self.project)


def must_be_column(model: str, name: str, project: Project) -> str:
    found = project.model(model)
    keys = {each.attname for each in found.relations.values() if each.attname} if found is not None else set()
    if found is None or name not in {*found.fields, *keys}:
        raise NotFixable("it is no column of the model")
    return name


def mentions(node: cst.CSTNode, name: str) -> bool:
    if isinstance(node, cst.Name):
        return node.value == name
    return any(mentions(child, name) for child in node.children)
