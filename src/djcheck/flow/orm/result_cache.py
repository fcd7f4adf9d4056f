"""Whether a queryset holds its rows (Django docs, "Caching and QuerySets")."""

from __future__ import annotations

from msgspec.structs import replace

from djcheck.flow.lattice.values import QuerySet, Value


def in_memory(queryset: QuerySet) -> bool:
    """Are the rows there already: fetched before, or prefetched and not asked for in another way?"""
    return queryset.evaluated or (queryset.prefetched is not None and not queryset.narrowed)


def evaluated(queryset: QuerySet) -> QuerySet:
    """The queryset after its rows were fetched (a manager has no cache)."""
    return queryset if queryset.is_manager or queryset.evaluated else replace(queryset, evaluated=True)


def is_fetched(before: Value, now: Value | None) -> bool:
    """Is it the same queryset, of which the rows have been fetched meanwhile?"""
    return type(before) is QuerySet and type(now) is QuerySet and now.evaluated and now.identity == before.identity
