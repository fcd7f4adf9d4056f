"""What models declare of their columns: types, whether they may be empty, whether they are unique."""

from __future__ import annotations

from djcheck.domain.ir import Constant
from djcheck.fixes.project.project import Project

INTEGERS = frozenset(
    [
        "AutoField", "BigAutoField", "BigIntegerField", "IntegerField", "PositiveBigIntegerField",
        "PositiveIntegerField", "PositiveSmallIntegerField", "SmallAutoField", "SmallIntegerField",
    ]
)  # fmt: skip
DATES = frozenset({"DateField", "DateTimeField"})


def type_of(model: str, column: str, project: Project) -> str:
    found = project.model(model)
    field = found.fields.get(column) if found is not None else None
    return "" if field is None else field.type


def option(model: str, column: str, name: str, project: Project) -> bool | None:
    """An option of the column's declaration: what it is set to, None where that cannot be told."""
    call = project.declaration(model, column)
    if call is None or any(keyword.name is None for keyword in call.keywords):
        return None
    values = [keyword.value for keyword in call.keywords if keyword.name == name]
    if not values:
        return False
    return bool(values[0].value) if isinstance(values[0], Constant) else None


def never_null(model: str, column: str, project: Project) -> bool:
    return option(model, column, "null", project) is False


def is_unique(model: str, column: str, project: Project) -> bool:
    found = project.model(model)
    key = found.primary_key if found is not None else "pk"
    return column in ("pk", key) or bool(option(model, column, "unique", project))
