"""What is known of a value that came about in more than one way: on several paths, in several rounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from djcheck.flow.lattice.values import (
    UNKNOWN,
    Eager,
    Facts,
    Instance,
    Mapping,
    Object,
    Prefetched,
    QuerySet,
    Request,
    Sequence,
    Union,
    Value,
    members,
)

MOST_MEMBERS = 5


def join(left: Value, right: Value) -> Value:
    """What is known when a value is `left` on one path and `right` on another."""
    if left is right or left == right:
        return left
    if type(left) is not Union and type(right) is not Union:
        both = merge(left, right) if type(left) is type(right) else None
        return Union((left, right)) if both is None else both
    merged: list[Value] = []
    absorb(merged, left)
    absorb(merged, right)
    return one_of(merged)


def join_all(values: list[Value]) -> Value:
    """The same of any number of values: one joined after another, in one go."""
    if not values:
        return UNKNOWN
    first = values[0]
    others = [value for value in values[1:] if value is not first and value != first]
    if not others:
        return first
    merged: list[Value] = []
    absorb(merged, first)
    is_cut = False
    for value in others:
        if is_cut and type(value) not in MERGERS and type(value) is not Union:
            continue  # it would be cut off again: a list of ten thousand airports has only so many alternatives
        absorb(merged, value)
        is_cut = is_cut or len(merged) > MOST_MEMBERS
        keep_most_telling(merged)
    return one_of(merged)


def absorb(merged: list[Value], value: Value) -> None:
    """Add a value's alternatives to those that there are."""
    for member in members(value):
        kind = type(member)
        for at, other in enumerate(merged):
            if type(other) is kind and (both := merge(other, member)) is not None:
                merged[at] = both
                break
        else:
            merged.append(member)


def one_of(merged: list[Value]) -> Value:
    keep_most_telling(merged)
    return merged[0] if len(merged) == 1 else Union(tuple(merged))


def keep_most_telling(merged: list[Value]) -> None:
    """Rows matter most: what is left out of too many are the alternatives that hold none."""
    if len(merged) > MOST_MEMBERS:
        merged.sort(key=holds_no_rows)
        del merged[MOST_MEMBERS:]


def holds_no_rows(value: Value) -> bool:
    return type(value) not in HOLDING_ROWS


HOLDING_ROWS = frozenset({Instance, QuerySet, Sequence, Mapping})


def merge(left: Value, right: Value) -> Value | None:
    """One value for two of the same kind, or None where they must stay apart."""
    if left == right:
        return left
    merger = MERGERS.get(type(left))
    return None if merger is None else merger(left, right)


def merge_instances(left: Instance, right: Instance) -> Instance | None:
    if left.model != right.model or left.source != right.source:
        return None
    return Instance(
        left.model,
        left.source,
        merge_eager(left.eager, right.eager),
        left.varies | right.varies,
        left.known | right.known,
        left.single_fetch and right.single_fetch,
        left.lone if left.lone == right.lone else "",
        merge_fields(left.given, right.given),
        common(left.facts, right.facts),
    )


def merge_sequences(left: Sequence, right: Sequence) -> Sequence:
    size = None if left.size is None or right.size is None else max(left.size, right.size)
    identity = left.identity if left.identity == right.identity else 0
    return Sequence(join_known(left.of, right.of), size, left.from_rows or right.from_rows, identity)


def merge_objects(left: Object, right: Object) -> Object | None:
    if left.qualname != right.qualname:
        return None
    return Object(left.qualname, merge_fields(left.fields, right.fields), left.varies | right.varies)


def merge_requests(left: Request, right: Request) -> Request:
    methods = left.methods | right.methods if left.methods and right.methods else left.methods & right.methods
    return Request(merge_fields(left.given, right.given), methods)


def join_known(left: Value, right: Value) -> Value:
    """Join of two kinds of element, where an empty container's Unknown adds nothing."""
    if left is UNKNOWN:
        return right
    if right is UNKNOWN:
        return left
    return join(left, right)


def merge_fields(
    left: tuple[tuple[str, Value], ...], right: tuple[tuple[str, Value], ...]
) -> tuple[tuple[str, Value], ...]:
    found = dict(left)
    for name, value in right:
        found[name] = join(found[name], value) if name in found else value
    return tuple(sorted(found.items(), key=lambda item: item[0]))


def merge_mappings(left: Mapping, right: Mapping) -> Mapping:
    of = left.of if right.of is None else right.of if left.of is None else join(left.of, right.of)
    items, key = merge_fields(left.items, right.items), join_known(left.key, right.key)
    sizes = [each.size for each in (left, right) if each.of is not None]
    size = None if not sizes or None in sizes else max(size for size in sizes if size is not None)
    return Mapping(items, of, key, left.from_rows or right.from_rows, size)


def merge_querysets(left: QuerySet, right: QuerySet) -> QuerySet | None:
    """Two states of one queryset (`if …: qs = qs.select_related("a")`): what either loads is not missing."""
    if (
        left.model != right.model
        or left.source != right.source
        or left.rows != right.rows
        or left.is_manager != right.is_manager
    ):
        return None
    return QuerySet(
        left.model,
        left.source,
        merge_eager(left.eager, right.eager),
        left.varies | right.varies,
        left.manager_class,
        left.queryset_class,
        left.is_manager,
        left.relation,
        left.owner,
        left.owner_varies | right.owner_varies,
        left.prefetched or right.prefetched,
        left.narrowed and right.narrowed,
        left.rows,
        left.limit if left.limit == right.limit else None,
        left.parent if left.parent == right.parent else "",
        left.identity if left.identity == right.identity else 0,
        left.evaluated and right.evaluated,
        left.columns,
        merge_fields(left.given, right.given),
        common(left.facts, right.facts),
    )


def common(left: Facts, right: Facts) -> Facts:
    """What holds of rows that come about in one of two ways."""
    return left if left == right else tuple(fact for fact in left if fact in right)


def merge_eager(left: Eager, right: Eager) -> Eager:
    """Everything that either brings along."""
    if left == right:
        return left
    joined = dict(left.joined)
    for name, inner in right.joined:
        joined[name] = merge_eager(joined[name], inner) if name in joined else inner
    prefetched = dict(left.prefetched)
    for name, found in right.prefetched:
        old = prefetched.get(name)
        prefetched[name] = Prefetched(merge_eager(old.eager, found.eager), old.relation, old.is_list) if old else found
    only = None if left.only is None or right.only is None else left.only | right.only
    return Eager(
        tuple(sorted(joined.items(), key=lambda item: item[0])),
        tuple(sorted(prefetched.items(), key=lambda item: item[0])),
        max(left.joins_all, right.joins_all),
        left.opaque or right.opaque,
        left.peers or right.peers,
        only,
        left.deferred & right.deferred,
        left.annotated | right.annotated,
    )


# What becomes of two values of one kind that differ; values of other kinds stay apart.
MERGERS: dict[type, Callable[[Any, Any], Value | None]] = {
    Instance: merge_instances,
    QuerySet: merge_querysets,
    Sequence: merge_sequences,
    Mapping: merge_mappings,
    Object: merge_objects,
    Request: merge_requests,
}
