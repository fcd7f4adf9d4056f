"""The kinds of relations between models."""

from __future__ import annotations

from enum import StrEnum


class RelationKind(StrEnum):
    FORWARD_ONE = "forward-one"  # ForeignKey and OneToOneField, read from the side that has the column
    REVERSE_ONE = "reverse-one"  # the other side of a OneToOneField (multi-table children too)
    FORWARD_MANY = "forward-many"  # ManyToManyField, read from the side that declares it
    REVERSE_MANY = "reverse-many"  # the other side of a ForeignKey or ManyToManyField
    GENERIC_ONE = "generic-one"  # GenericForeignKey
    GENERIC_MANY = "generic-many"  # GenericRelation
