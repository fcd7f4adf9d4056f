"""Enumerations and choices: values that the code itself spells out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.flow.lattice import taint
from djcheck.flow.lattice.values import External, Sequence, Tuple, Value

if TYPE_CHECKING:
    from djcheck.flow.lattice.values import Class
    from djcheck.index.project import ProjectIndex

CHOICES = ("django.db.models.Choices", "django.db.models.TextChoices", "django.db.models.IntegerChoices")
BASES = ("enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag", *CHOICES)
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


def member(index: ProjectIndex, owner: Class, name: str, declared: Value) -> Value:
    """`Kind.NEW` by what the class body assigns: Django's choices stand there with their label, which is no part."""
    if isinstance(declared, Tuple) and declared.items and index.is_a(owner.qualname, *CHOICES):
        return declared.items[0]
    automatic = declared == External("enum.auto", called=True) and is_enumeration(index, owner.qualname)
    return taint.constant(name) if automatic else declared


def of_member(value: Value, name: str) -> Value | None:
    """`Kind.NEW.value`, where a member is known by its value."""
    return value if name in PARTS else None
