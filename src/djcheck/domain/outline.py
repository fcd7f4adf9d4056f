"""What a report may draw of the project around its findings."""

from __future__ import annotations

from msgspec import Struct

from djcheck.domain.relation_kind import RelationKind


class Link(Struct, frozen=True, order=True):
    """A relation between two models, by their labels ("shop.Book"); `target` is "" where it could not be told."""

    owner: str
    name: str
    target: str
    kind: RelationKind
    nullable: bool


class Outline(Struct, frozen=True):
    """`apps` is the app's label of each file with findings, `links` the relations along the findings' paths, sorted."""

    apps: dict[str, str] = {}
    links: tuple[Link, ...] = ()
