"""Which findings were there before: the one comparison behind baselines and `--diff-base`."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from djcheck.domain.mark import Mark
from djcheck.triage.fingerprint import key

Earlier = TypeVar("Earlier", bound=Hashable)


class Comparison(NamedTuple, Generic[Earlier]):
    """`known`: fingerprints of now with what of before each answers; `gone`: what of before nothing answers."""

    known: dict[str, Earlier]
    gone: list[Earlier]


def compare(
    now: Mapping[str, Mark], before: Mapping[Earlier, Mark], exists: Callable[[str], bool] = os.path.exists
) -> Comparison[Earlier]:
    """Pair what is found now with what was found before, each at most once.

    `now` maps fingerprints to marks, in order of place. Marks that are equal are a pair. What is left is a pair where
    all is equal but the file, and the file of before is there no longer (`exists(path)`): it was renamed.
    """
    known = _pairs(now, before, key)
    rest = {fingerprint: mark for fingerprint, mark in now.items() if fingerprint not in known}
    left = _without(before, known.values())
    homeless = {
        name: mark
        for name, mark in left.items()
        if not exists(mark.path) or (mark.origin_path and not exists(mark.origin_path))
    }
    renamed = _pairs(rest, homeless, _without_file)
    return Comparison(known | renamed, list(_without(left, renamed.values())))


def _pairs(
    now: Mapping[str, Mark], before: Mapping[Earlier, Mark], identity: Callable[[Mark], Hashable]
) -> dict[str, Earlier]:
    waiting: dict[Hashable, list[Earlier]] = {}
    for name, mark in before.items():
        waiting.setdefault(identity(mark), []).append(name)
    pairs = {}
    for fingerprint, mark in now.items():
        if partners := waiting.get(identity(mark)):
            pairs[fingerprint] = partners.pop(0)
    return pairs


def _without(before: Mapping[Earlier, Mark], paired: Iterable[Earlier]) -> dict[Earlier, Mark]:
    gone = set(paired)
    return {name: mark for name, mark in before.items() if name not in gone}


def _without_file(mark: Mark) -> tuple[str, ...]:
    """The identity that outlives a new name of a file or of the app around it."""
    _, rule, symbol, _, relation, code, _, origin = key(mark)
    return rule, _inside(mark.path, symbol), mark.model.rpartition(".")[2], relation, code, origin


def _inside(path: str, symbol: str) -> str:
    """A symbol's name within its file: `Shop.total` of `apps.shop.models.Shop.total` in `src/apps/shop/models.py`."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    for start in range(len(parts)):
        module = ".".join(parts[start:])
        if symbol == module or symbol.startswith(f"{module}."):
            return symbol[len(module) + 1 :]
    return symbol
