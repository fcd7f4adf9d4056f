"""Filters that leave one row at most: of the primary key, of a unique column, of columns that are unique together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain.relation_kind import RelationKind
from djcheck.flow.lattice.values import NONE, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from djcheck.domain.index import Model, Relation
    from djcheck.index.project import ProjectIndex


def is_single(index: ProjectIndex, model: str | None, conditions: Mapping[str, Value]) -> bool:
    """Do the keyword arguments of a `filter()` hold for one row at most?

    NULL is no value: any number of rows have none.
    """
    found = None if model is None else index.model(model)
    if found is None:
        return not conditions.keys().isdisjoint(("pk", "id"))
    pinned = {pinned_by(index, found, lookup, value) for lookup, value in conditions.items() if value != NONE}
    if any(unique <= pinned for unique in found.unique):
        return True
    return any(found.relations[name].kind is RelationKind.REVERSE_ONE for name in pinned if name in found.relations)


def pinned_by(index: ProjectIndex, model: Model, lookup: str, value: Value) -> str:
    """The column, or the relation to one object, that all rows then have in common; "" where there is none."""
    name, _, rest = lookup.partition("__")
    if name == "pk":
        name = model.primary_key
    relation = relation_of(model, name)
    if rest in ("", "exact"):
        return name if relation is None else relation.name
    if relation is None or not relation.is_single:
        return ""
    return relation.name if is_single(index, relation.target, {rest: value}) else ""


def relation_of(model: Model, word: str) -> Relation | None:
    """The relation that a word in a lookup names, by itself or by its column."""
    found = model.relations.get(word)
    if found is not None and found.query_name == word:
        return found
    return next((each for each in model.relations.values() if word in (each.query_name, each.attname)), None)
