"""Fields turned into relations: the way there, the way back, and what both are called."""

from __future__ import annotations

from msgspec import Struct

from djcheck.domain.index import Relation
from djcheck.domain.ir import Call, Constant, Expr, Keyword, Name
from djcheck.domain.relation_kind import RelationKind
from djcheck.domain.source import Span
from djcheck.index.drafts import Draft, Link
from djcheck.index.fields import Declared
from djcheck.index.names import Names
from djcheck.index.reading import argument, is_none, keyword
from djcheck.index.texts import text_of

NOWHERE = Span(1, 1, 1, 1)


class Back(Struct, frozen=True):
    """The other side of a relation: what lookups call it and, unless hidden, what the attribute is called."""

    accessor: str
    query_name: str


class Tie(Struct, frozen=True):
    """A relation field of a model with its target found."""

    draft: Draft
    declared: Declared
    target: str | None
    through: str | None
    back: Back | None

    @property
    def is_many(self) -> bool:
        return self.declared.relation == "many-to-many"


def way_back(names: Names, draft: Draft, declared: Declared, to_self: bool) -> Back | None:
    """The name of the other side, None where it has none or a name that cannot be read."""
    if declared.library is not None and not declared.library.reverse:
        return None
    if declared.relation == "many-to-many" and to_self and declared.symmetrical:
        return None
    related, known = option(names, declared, "related_name")
    if not known:
        return None
    related = related or draft.options.get("default_related_name")
    query, _ = option(names, declared, "related_query_name")
    lower = draft.name.lower()
    words = {"class": lower, "model_name": lower, "app_label": draft.app.lower()}
    related = formatted(related, words) if related else None
    if related is not None and related.endswith("+"):
        return None
    many = declared.relation != "one-to-one"
    accessor = related or (f"{lower}_set" if many else lower)
    return Back(accessor, formatted(query, words) if query else related or lower)


def option(names: Names, declared: Declared, name: str) -> tuple[str | None, bool]:
    """(the text given for an option, could it be read)."""
    given = keyword(declared.call, name)
    if given is None or is_none(given):
        return None, True
    found = text_of(names, declared.module, given)
    return found, found is not None


def formatted(text: str, words: dict[str, str]) -> str:
    for name, value in words.items():
        text = text.replace(f"%({name})s", value)
    return text


def forward(tie: Tie, primary_key: str | None, nullable: bool) -> Relation:
    """The relation as the declaring model has it; `primary_key` is the target's."""
    declared = tie.declared
    single = not tie.is_many
    return Relation(
        name=declared.name,
        query_name=declared.name,
        kind=RelationKind.FORWARD_ONE if single else RelationKind.FORWARD_MANY,
        owner=tie.draft.key,
        target=tie.target,
        nullable=nullable and single,
        attname=f"{declared.name}_id" if single else "",
        inverse=inverse_of(tie),
        to_key=single and holds_key(declared, primary_key),
        place=declared.place,
        through=tie.through,
        is_many_to_many=tie.is_many,
    )


def inverse_of(tie: Tie) -> str:
    if tie.back is not None:
        return tie.back.accessor
    symmetrical = tie.is_many and tie.target == tie.draft.key and tie.declared.symmetrical
    return tie.declared.name if symmetrical else ""


def holds_key(declared: Declared, primary_key: str | None) -> bool:
    to_field = declared.text("to_field")
    return to_field is None or to_field in ("pk", primary_key)


def reverse(tie: Tie, back: Back, owner: str) -> Relation:
    """The relation as the target has it."""
    one = tie.declared.relation == "one-to-one"
    return Relation(
        name=back.accessor,
        query_name=back.query_name,
        kind=RelationKind.REVERSE_ONE if one else RelationKind.REVERSE_MANY,
        owner=owner,
        target=tie.draft.key,
        nullable=True,
        attname="",
        inverse=tie.declared.name,
        to_key=False,
        place=tie.declared.place,
        through=tie.through,
        is_many_to_many=tie.is_many,
    )


def generic_key(declared: Declared) -> tuple[str, str]:
    """The (content type, object id) fields of a GenericForeignKey."""
    return words(declared.call, (0, "ct_field", "content_type"), (1, "fk_field", "object_id"))


def generic_target_key(declared: Declared) -> tuple[str, str]:
    """The fields of the target's GenericForeignKey that a GenericRelation answers."""
    fk, ct = words(declared.call, (1, "object_id_field", "object_id"), (2, "content_type_field", "content_type"))
    return ct, fk


def words(call: Call, first: tuple[int, str, str], second: tuple[int, str, str]) -> tuple[str, str]:
    def word(position: int, name: str, default: str) -> str:
        given = argument(call, position, name)
        return str(given.value) if isinstance(given, Constant) else default

    return word(*first), word(*second)


def generic_foreign_key(draft: Draft, declared: Declared) -> Relation:
    content_type = draft.fields.get(generic_key(declared)[0])
    return Relation(
        name=declared.name,
        query_name=declared.name,
        kind=RelationKind.GENERIC_ONE,
        owner=draft.key,
        target=None,
        nullable=content_type is not None and content_type.nullable,
        attname="",
        inverse="",
        to_key=False,
        place=declared.place,
    )


def generic_relation(draft: Draft, declared: Declared, target: str | None, inverse: str) -> Relation:
    return Relation(
        name=declared.name,
        query_name=declared.name,
        kind=RelationKind.GENERIC_MANY,
        owner=draft.key,
        target=target,
        nullable=True,
        attname="",
        inverse=inverse,
        to_key=False,
        place=declared.place,
    )


def parent_link(link: Link, module: str) -> Declared:
    """The link field to a concrete parent; where the child declares none, the one that Django adds."""
    if link.declared is not None:
        return link.declared
    true: Expr = Constant(True, NOWHERE)
    call = Call(Name("OneToOneField", NOWHERE), (), (Keyword("parent_link", true),), NOWHERE)
    return Declared(link.name, "one-to-one", call, module, None, "OneToOneField")
