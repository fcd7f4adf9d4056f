"""What kind of value a column holds, by the class of its field."""

from __future__ import annotations

from djcheck.flow.lattice.values import NUMBER, PLAIN, Value

NUMERIC_FIELDS = frozenset(
    {
        "AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField",
        "PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField", "FloatField", "DecimalField",
        "BooleanField", "NullBooleanField", "DateField", "DateTimeField", "TimeField", "DurationField", "UUIDField",
    }
)  # fmt: skip


def column_value(field_type: str) -> Value:
    return NUMBER if field_type in NUMERIC_FIELDS else PLAIN
