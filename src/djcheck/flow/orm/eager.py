"""Eager loading: `select_related`, `prefetch_related`, `Prefetch`, `only`, `defer`, `fetch_mode`.

Facts from Django's documentation, "QuerySet API reference".
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.flow.lattice.joining import merge_eager
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    NONE,
    NOTHING_EAGER,
    Const,
    Eager,
    External,
    Mapping,
    Object,
    Prefetched,
    QuerySet,
    Sequence,
    Text,
    Tuple,
    Union,
    Value,
    members,
)

if TYPE_CHECKING:
    from djcheck.domain.index import Model
    from djcheck.flow.frame import Frame
    from djcheck.flow.python.parameters import Arguments
    from djcheck.index.project import ProjectIndex

# select_related() without arguments follows non-null forward keys this deep (Django: QuerySet.query.max_depth).
DEPTH_OF_ALL = 5
PREFETCH = "djcheck.Prefetch"


def apply(frame: Frame, queryset: QuerySet, name: str, arguments: Arguments) -> QuerySet:
    """`queryset.select_related(…)` and its kin."""
    current = queryset.eager
    index = frame.evaluator.index
    if name == "fetch_mode":
        return replace(queryset, eager=replace(current, peers=fetches_peers(arguments)))
    paths, told = spread(arguments.positional)
    if arguments.rest:
        told = False
    if name == "defer" and paths == [None]:
        return replace(queryset, eager=replace(current, only=None, deferred=frozenset()))
    if name in ("only", "defer"):
        return replace(
            queryset, eager=leave_out(current, name, [path for path in paths if isinstance(path, str)], told)
        )
    if paths == [None]:
        if name == "select_related":
            return replace(queryset, eager=replace(current, joined=(), joins_all=0))
        return replace(queryset, eager=replace(current, prefetched=()))
    if not told:
        current = replace(current, opaque=True)
    if name == "select_related" and not arguments.rest:
        # Without names it takes the place of names given before, and names take its place (QuerySet.select_related).
        named = bool(arguments.positional)
        current = replace(current, joins_all=0) if named else replace(current, joined=(), joins_all=DEPTH_OF_ALL)
    for path in paths:
        if isinstance(path, str):
            loaded = along(index, queryset.model, path.split("__"), name == "select_related")
            current = merge_eager(current, loaded)
        elif isinstance(path, Object):
            current = merge_eager(current, from_prefetch(index, queryset.model, path))
    # Rows of a prefetched relation to which more eager loading is added are a new query.
    return replace(queryset, eager=current, narrowed=queryset.narrowed or queryset.prefetched is not None)


def fetches_peers(arguments: Arguments) -> bool:
    return any(isinstance(value, External) and value.name.endswith("FETCH_PEERS") for value in arguments.positional)


def spread(values: list[Value]) -> tuple[list[str | Object | None], bool]:
    """The lookups among arguments, and whether all of them could be told."""
    found: list[str | Object | None] = []
    told = True
    for value in values:
        match value:
            case Text():
                text = text_of(value)
                if text is None:
                    told = False
                else:
                    found.append(text)
            case Object() if value.qualname == PREFETCH:
                found.append(value)
            case Const(None):
                found.append(None)
            case Tuple():
                inner, inner_told = spread(list(value.items))
                found.extend(inner)
                told = told and inner_told
            case Sequence():
                inner, inner_told = spread([value.of])
                found.extend(inner)
                told = told and inner_told and value.size is not None
            case Union():
                inner, _ = spread(list(value.members))
                found.extend(item for item in inner if item is not None)
                told = False
            case Mapping():
                told = False
            case _:
                told = False
    return found, told


def with_empty_keys(frame: Frame, queryset: QuerySet, arguments: Arguments) -> QuerySet:
    """`filter(parent=None)`: the rows' key is empty, so that reading the relation asks nothing."""
    model = frame.evaluator.index.model(queryset.model)
    empty = {}
    for keyword, value in arguments.keywords.items():
        name = keyword.removesuffix("__isnull")
        relation = None if model is None else model.relations.get(name)
        if relation is not None and relation.is_forward and value == (Const(None) if name == keyword else Const(True)):
            empty[name] = Prefetched(Eager(opaque=True), name)
    if not empty:
        return queryset
    held = Eager(prefetched=tuple(sorted(empty.items(), key=lambda item: item[0])))
    return replace(queryset, eager=merge_eager(queryset.eager, held))


def leave_out(current: Eager, name: str, columns: list[str], told: bool) -> Eager:
    if not told:
        return replace(current, opaque=True)
    if name == "only":
        return replace(current, only=frozenset(columns), deferred=frozenset())
    return replace(current, deferred=current.deferred | frozenset(columns))


def along(
    index: ProjectIndex,
    model: str | None,
    parts: list[str],
    joins: bool,
    last: Eager = NOTHING_EAGER,
    to_attr: str | None = None,
) -> Eager:
    """What following a lookup path loads: joins for select_related, prefetches for prefetch_related.

    `last` is what the rows at the path's end bring along; with `to_attr` they are a list under that name.
    """
    if not parts:
        return last
    name = relation_name(index, model, parts[0])
    found = None if model is None else index.model(model)
    relation = None if found is None else found.relations.get(name)
    target = None if relation is None else relation.target
    inner = along(index, target, parts[1:], joins, last, to_attr)
    if joins:
        return Eager(joined=((name, inner),))
    if to_attr is not None and len(parts) == 1:
        return Eager(prefetched=((to_attr, Prefetched(inner, name, True)),))
    return Eager(prefetched=((name, Prefetched(inner, name)),))


def relation_name(index: ProjectIndex, model: str | None, part: str) -> str:
    """The accessor for a part of a lookup path (a reverse one-to-one may be named otherwise in lookups)."""
    found: Model | None = None if model is None else index.model(model)
    if found is None or part in found.relations:
        return part
    for relation in found.relations.values():
        if relation.query_name == part:
            return relation.name
    return part


def from_prefetch(index: ProjectIndex, model: str, prefetch: Object) -> Eager:
    """`Prefetch("books__chapters", queryset=…, to_attr=…)`."""
    lookup = text_of(prefetch.get("lookup") or Const(None))
    if lookup is None:
        return Eager(opaque=True)
    inner = reduce(merge_eager, [brought_by(queryset) for queryset in members(prefetch.get("queryset") or NONE)])
    to_attr = text_of(prefetch.get("to_attr") or Const(None))
    return along(index, model, lookup.split("__"), False, inner, to_attr)


def brought_by(queryset: Value) -> Eager:
    """What the rows of the queryset that a `Prefetch` asks for bring along: of an untold one, nobody knows."""
    if not isinstance(queryset, QuerySet):
        return NOTHING_EAGER if queryset == NONE else Eager(opaque=True)
    if not queryset.parent:
        return queryset.eager
    # Rows of `owner.books.all()` hold their owner, by whatever way they are fetched.
    return merge_eager(queryset.eager, Eager(joined=((queryset.parent, Eager(opaque=True)),)))
