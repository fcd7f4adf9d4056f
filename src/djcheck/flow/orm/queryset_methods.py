"""The names of QuerySet's and managers' methods, by what they do (Django's documentation, "QuerySet API reference")."""

from __future__ import annotations

# Methods that give another lazy queryset and narrow it.
NARROWING = frozenset(
    [
        "filter",
        "exclude",
        "order_by",
        "reverse",
        "distinct",
        "annotate",
        "alias",
        "extra",
        "union",
        "intersection",
        "difference",
        "dates",
        "datetimes",
        "complex_filter",
        "none",
    ]
)
# Methods that give another lazy queryset with the same rows; subclasses call QuerySet's own `_clone` and `_chain`.
PASSING = frozenset(["all", "using", "select_for_update", "get_queryset", "_clone", "_chain"])
EAGER = frozenset(["select_related", "prefetch_related", "only", "defer", "fetch_mode"])
SINGLE = frozenset(["get", "first", "last", "earliest", "latest"])
COUNTING = frozenset(["count", "exists", "aggregate", "contains", "explain"])
WRITES = frozenset(
    [
        "create",
        "get_or_create",
        "update_or_create",
        "bulk_create",
        "bulk_update",
        "update",
        "delete",
        "_raw_delete",
        "in_bulk_create",
    ]
)
RELATED_WRITES = frozenset(["add", "remove", "clear", "set"])
ALL_METHODS = (
    NARROWING
    | PASSING
    | EAGER
    | SINGLE
    | COUNTING
    | WRITES
    | RELATED_WRITES
    | frozenset(["values", "values_list", "raw", "in_bulk", "iterator", "as_manager"])
)
# Asynchronous twins: the same name with an `a` before it (Django docs, "Asynchronous support").
ASYNC = {f"a{name}": name for name in SINGLE | COUNTING | WRITES | RELATED_WRITES | {"in_bulk", "iterator"}}
