"""Which columns tell one row of a model from all others, as its declaration has the database hold it to."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.domain.ir import Call, Collection, Expr
from djcheck.index.drafts import Draft
from djcheck.index.reading import dotted, keyword, string

Unique = tuple[frozenset[str], ...]


def of_draft(draft: Draft, primary_key: str) -> Iterator[frozenset[str]]:
    """The model's own sets of unique fields, by the fields' names (Django docs, "Model Meta options")."""
    yield frozenset((primary_key,))
    for declared in draft.fields.values():
        if declared.is_unique:
            yield frozenset((declared.name,))
    for link in draft.parents.values():
        yield frozenset((link.name,))
    yield from together(draft.meta.get("unique_together"))
    constraints = draft.meta.get("constraints")
    for item in constraints.items if isinstance(constraints, Collection) else ():
        if isinstance(item, Call) and (dotted(item.function) or "").rpartition(".")[2] == "UniqueConstraint":
            yield from of_constraint(item)


def together(option: Expr | None) -> Iterator[frozenset[str]]:
    """`unique_together = ("a", "b")`, or several such."""
    items = option.items if isinstance(option, Collection) else ()
    if items and all(string(item) is not None for item in items):
        yield named(items)
    for item in items:
        if isinstance(item, Collection):
            yield named(item.items)


def of_constraint(constraint: Call) -> Iterator[frozenset[str]]:
    """One without a condition holds for all rows."""
    fields = keyword(constraint, "fields")
    if isinstance(fields, Collection) and fields.items and keyword(constraint, "condition") is None:
        yield named(fields.items)


def named(items: tuple[Expr, ...]) -> frozenset[str]:
    """The fields that texts name; one that cannot be read is nobody's."""
    return frozenset(string(item) or "?" for item in items)
