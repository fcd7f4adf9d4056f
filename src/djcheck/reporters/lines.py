"""The source lines that a report quotes."""

from __future__ import annotations

import tokenize
from collections.abc import Callable, Sequence
from functools import lru_cache

LinesOf = Callable[[str], Sequence[str]]


def reader() -> LinesOf:
    """Gives the lines of files for one report, and remembers them no longer: `--watch` makes many, as files change."""
    return lru_cache(maxsize=64)(lines_of)


def lines_of(path: str) -> tuple[str, ...]:
    """The lines of a file, decoded as Python does; none where that fails, since a report can do without a quotation."""
    try:
        with tokenize.open(path) as file:
            return tuple(file)
    except (OSError, SyntaxError, ValueError):
        return ()
