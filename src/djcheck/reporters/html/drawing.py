"""The relations of a finding's path as a picture: the models one below the other, an arrow for each relation.

A column, and not a graph laid out at large, since it stays readable on a narrow screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from djcheck.domain.finding import Finding
from djcheck.domain.outline import Link
from djcheck.domain.relation_kind import RelationKind
from djcheck.reporters.harmless import CUT, harmless

WIDTH, BOX_HEIGHT, GAP, MARGIN = 340, 34, 52, 8
LONGEST = 36  # characters that fit into a box
KINDS = {
    RelationKind.FORWARD_ONE: "to one",
    RelationKind.REVERSE_ONE: "back to one",
    RelationKind.FORWARD_MANY: "to many",
    RelationKind.REVERSE_MANY: "back to many",
    RelationKind.GENERIC_ONE: "generic, to one",
    RelationKind.GENERIC_MANY: "generic, to many",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A model; `top` is the y of its upper edge."""

    label: str
    top: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """A relation between the box above it and the one below; `to_many` gives it a second head."""

    name: str
    kind: str
    top: int
    bottom: int
    to_many: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """All in pixels of the picture's own; `title` says in words what it shows."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


Links = Mapping[tuple[str, str], Link]


def by_name(links: Iterable[Link]) -> Links:
    """Links by their owner's label and their name."""
    return {(link.owner, link.name): link for link in links}


def picture(finding: Finding, links: Links) -> Picture | None:
    """The picture of the finding's relation path; None where it has none that could be followed."""
    along = _along(finding, links)
    if not along:
        return None
    labels = [along[0].owner, *(link.target or "unknown" for link in along)]
    tops = [MARGIN + number * (BOX_HEIGHT + GAP) for number in range(len(labels))]
    arrows = [_arrow(link, top + BOX_HEIGHT) for link, top in zip(along, tops, strict=False)]
    words = ", ".join(f"{link.name} leads from {link.owner} {KINDS[link.kind]} {link.target}" for link in along)
    return Picture(
        f"Model graph: {harmless(words)}",
        tuple(Box(_short(label), top) for label, top in zip(labels, tops, strict=True)),
        tuple(arrows),
        WIDTH,
        tops[-1] + BOX_HEIGHT + MARGIN,
    )


def _along(finding: Finding, links: Links) -> list[Link]:
    along: list[Link] = []
    owner = finding.model or ""
    for name in (finding.relation or "").split("__"):
        link = links.get((owner, name))
        if link is None:
            break
        along.append(link)
        owner = link.target
    return along


def _arrow(link: Link, top: int) -> Arrow:
    to_many = link.kind in (RelationKind.FORWARD_MANY, RelationKind.REVERSE_MANY, RelationKind.GENERIC_MANY)
    kind = KINDS[link.kind] + (", may be null" if link.nullable and not to_many else "")
    return Arrow(_short(link.name), kind, top, top + GAP, to_many)


def _short(label: str) -> str:
    label = harmless(label)
    return label if len(label) <= LONGEST else label[: LONGEST - len(CUT)] + CUT
