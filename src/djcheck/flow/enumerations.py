"""Enumerations and choices: values that the code itself spells out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.flow import taint
from djcheck.flow.values import Sequence, Text, Tuple, Value

if TYPE_CHECKING:
    from djcheck.flow.values import Class
    from djcheck.index.project import ProjectIndex

BASES = (
    "enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag",
    "django.db.models.Choices", "django.db.models.TextChoices", "django.db.models.IntegerChoices",
)  # fmt: skip
LISTS = frozenset({"values", "names", "labels", "choices", "__members__"})
PARTS = frozenset({"value", "label", "name"})


def is_enumeration(index: ProjectIndex, qualname: str) -> bool:
    return index.is_a(qualname, *BASES)


def of_class(index: ProjectIndex, value: Class, name: str) -> Value | None:
    """`Kind.values`: all of them the project's own words."""
    if name not in LISTS or not is_enumeration(index, value.qualname):
        return None
    word = taint.safe(f"{value.qualname.rpartition('.')[2]}.{name}")
    return Sequence(Tuple((word, word)) if name == "choices" else word)


def of_member(value: Value, name: str) -> Value | None:
    """`Kind.NEW.value`, where a member is known by what the class body assigns: a text, or a value with its label."""
    if name not in PARTS:
        return None
    if isinstance(value, Tuple) and value.items:
        return value.items[0]
    return value if isinstance(value, Text) else None
