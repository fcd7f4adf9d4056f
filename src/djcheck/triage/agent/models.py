"""A Django model in a few lines of text, with what it inherits and what other models point at it."""

from __future__ import annotations

from collections.abc import Callable

from djcheck.domain.index import Model, Relation
from djcheck.domain.relation_kind import RelationKind

KINDS = {
    RelationKind.FORWARD_ONE: "to one, a column of its own",
    RelationKind.REVERSE_ONE: "to one, a column of the other side",
    RelationKind.FORWARD_MANY: "to many, declared here",
    RelationKind.REVERSE_MANY: "to many, declared on the other side",
    RelationKind.GENERIC_ONE: "to one, generic",
    RelationKind.GENERIC_MANY: "to many, generic",
}
DISTANT = (RelationKind.REVERSE_ONE, RelationKind.REVERSE_MANY)


def describe(model: Model, matters: Callable[[str], bool] = lambda name: True) -> str:
    """Its label, columns, relations and managers, as djcheck derived them.

    Relations that other models declare are only counted where their name does not matter.
    """
    lines = [f"model {model.label}" + (f", a proxy of {model.proxy_for}" if model.proxy_for else "")]
    if model.parents:
        lines.append("  extends " + ", ".join(sorted(model.parents)))
    if model.open:
        lines.append("  has a base class that could not be read: there may be more than stands here")
    columns = ", ".join(f"{field.name} ({field.type})" for field in model.fields.values())
    lines.append(f"  columns: {columns or 'none known'}")
    told = {name: each for name, each in model.relations.items() if each.kind not in DISTANT or matters(name)}
    lines += [f"  {name}: {_relation(relation)}" for name, relation in told.items()]
    if len(told) < len(model.relations):
        lines.append(f"  {len(model.relations) - len(told)} relations more, declared by other models")
    managers = [f"{fact.name} ({fact.queryset or fact.manager or 'unknown'})" for fact in model.managers.values()]
    lines.append(f"  managers: {', '.join(managers) or 'none known'}; the default is {model.default_manager}")
    return "\n".join(lines)


def _relation(relation: Relation) -> str:
    target = relation.target or "a model that could not be told"
    return f"{KINDS[relation.kind]}; leads to {target}" + ("; may be empty" if relation.nullable else "")
