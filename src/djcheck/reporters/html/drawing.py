"""The part of the model graph that findings speak of, as pictures: one for each finding's path, one of all together.

Both are columns, and not graphs laid out at large, since columns stay readable on a narrow screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from djcheck.domain.finding import Finding
from djcheck.domain.outline import Link
from djcheck.domain.relation_kind import RelationKind
from djcheck.reporters.harmless import CUT, harmless

WIDTH, BOX_HEIGHT, GAP, MARGIN = 340, 34, 52, 8
ROW_HEIGHT, THICKEST = 26, 8
LONGEST = 36  # characters that fit into a box
LONGEST_BRANCH = 30  # and beside a branch
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


@dataclass(frozen=True, slots=True)
class Branch:
    """A relation of the box at `top`, and how many findings read it; `thickness` grows with their number."""

    words: str
    findings: int
    top: int
    middle: int
    thickness: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All models with relations that findings read, each with these relations as branches."""

    boxes: tuple[Box, ...]
    branches: tuple[Branch, ...]
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
    labels = [along[0].owner, *map(_target, along)]
    tops = [MARGIN + number * (BOX_HEIGHT + GAP) for number in range(len(labels))]
    arrows = [_arrow(link, top + BOX_HEIGHT) for link, top in zip(along, tops, strict=False)]
    words = ", ".join(f"{link.name} leads from {link.owner} {KINDS[link.kind]} {_target(link)}" for link in along)
    return Picture(
        f"Model graph: {harmless(words)}",
        tuple(Box(_short(label), top) for label, top in zip(labels, tops, strict=True)),
        tuple(arrows),
        WIDTH,
        tops[-1] + BOX_HEIGHT + MARGIN,
    )


def overview(findings: Iterable[Finding], links: Links) -> Overview | None:
    """All paths in one picture, models by name, a model's relations by how often they are read; None without any."""
    counts = Counter(link for finding in findings for link in set(_along(finding, links)))
    order = sorted(counts, key=lambda link: (link.owner, -counts[link], link.name))
    boxes: list[Box] = []
    branches: list[Branch] = []
    top = MARGIN
    for owner, relations in groupby(order, key=lambda link: link.owner):
        boxes.append(Box(_short(owner), top))
        middle = top + BOX_HEIGHT
        for link in relations:
            middle += ROW_HEIGHT
            words = _short(f"{link.name} → {_target(link)}", LONGEST_BRANCH)
            thickness = min(counts[link].bit_length(), THICKEST)
            branches.append(Branch(words, counts[link], top + BOX_HEIGHT, middle - ROW_HEIGHT // 2, thickness))
        top = middle + ROW_HEIGHT // 2
    return Overview(tuple(boxes), tuple(branches), WIDTH, top) if boxes else None


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


def _target(link: Link) -> str:
    return link.target or ("any model" if link.kind is RelationKind.GENERIC_ONE else "unknown")


def _short(label: str, longest: int = LONGEST) -> str:
    label = harmless(label)
    return label if len(label) <= longest else label[: longest - len(CUT)] + CUT
