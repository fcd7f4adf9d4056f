"""Which paths `.gitignore` files and the configuration's patterns leave out, without asking git."""

from __future__ import annotations

import os
from collections.abc import Iterable

from pathspec import GitIgnoreSpec


class Patterns:
    """The patterns of one file, which speak of what lies under `base`."""

    def __init__(self, base: str, lines: Iterable[str]) -> None:
        self._base = base
        self._spec = GitIgnoreSpec.from_lines([line for line in lines if _is_valid(line)])

    def verdict(self, path: str, is_directory: bool) -> bool | None:
        """True: left out; False: taken in again; None: nothing said."""
        if not self._spec:
            return None
        relative = os.path.relpath(path, self._base).replace(os.sep, "/")
        return self._spec.check_file(relative + "/" if is_directory else relative).include


def is_ignored(chain: tuple[Patterns, ...], path: str, is_directory: bool) -> bool:
    """Whether the patterns leave the path out; the deepest file that speaks of it decides."""
    for patterns in reversed(chain):
        verdict = patterns.verdict(path, is_directory)
        if verdict is not None:
            return verdict
    return False


def gitignore_of(directory: str) -> tuple[Patterns, ...]:
    """What the directory's own `.gitignore` says: one Patterns, or none where there is none to read."""
    try:
        with open(os.path.join(directory, ".gitignore"), encoding="utf-8", errors="replace") as file:
            return (Patterns(directory, file.read(1 << 20).split("\n")),)
    except OSError:
        return ()


def gitignores_above(directory: str) -> tuple[Patterns, ...]:
    """The `.gitignore` files from the repository's root down to the directory above; none outside a repository."""
    above: list[str] = []
    current = directory
    while not os.path.exists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return ()
        above.append(parent)
        current = parent
    chain = tuple(patterns for parent in reversed(above) for patterns in gitignore_of(parent))
    # A directory that is asked for by name is read, whatever is said of it further up.
    return () if is_ignored(chain, directory, is_directory=True) else chain


def _is_valid(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
