"""Which tag closes which: the nesting of a template's tags, told from their names alone."""

from __future__ import annotations

from collections.abc import Container, Sequence


def pair_tags(names: Sequence[str], blocks: Container[str]) -> dict[int, int]:
    """Map the index of each tag that has a body to the index of the tag that ends it.

    Tags in `blocks` always have a body: where the end is missing, it lasts as long as what surrounds it. Any other
    tag `name` has one only where an `endname` follows on its own level. Empty names stand for what is no tag.
    """
    ends: dict[int, int] = {}
    opened: list[tuple[int, str]] = []
    index = 0
    while index < len(names):
        name = names[index]
        if name == "comment" and name in blocks:
            ends[index] = index = _index(names, "endcomment", index + 1)
        elif name.startswith("end") and (depth := _depth(opened, name[3:])) is not None:
            ends[opened[depth][0]] = index
            ends.update((start, index) for start, inner in opened[depth + 1 :] if inner in blocks)
            del opened[depth:]
        elif name:
            opened.append((index, name))
        index += 1
    ends.update((start, len(names)) for start, name in opened if name in blocks)
    return ends


def _depth(opened: list[tuple[int, str]], name: str) -> int | None:
    for depth in range(len(opened) - 1, -1, -1):
        if opened[depth][1] == name:
            return depth
    return None


def _index(names: Sequence[str], name: str, start: int) -> int:
    try:
        return names.index(name, start)
    except ValueError:
        return len(names)
