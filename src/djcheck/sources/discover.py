"""Which files of a project djcheck reads."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from djcheck.sources import naming
from djcheck.sources.ignoring import Patterns, gitignore_of, gitignores_above, is_ignored
from djcheck.sources.modules import Layout, is_root


class FileKind(StrEnum):
    PYTHON = "python"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `name` is its path relative to the working directory, with forward slashes.

    `module` is a Python file's dotted name under the import root `root`; `alias` its name under the outermost
    package's own directory, which a project may have put on its path. All three are "" for templates.
    """

    path: Path
    name: str
    kind: FileKind
    is_test: bool = False
    is_migration: bool = False
    root: str = ""
    module: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A path that was asked for, or lies below one that was, and cannot be read."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to read, sorted by name, and what could not be looked at."""

    files: tuple[SourceFile, ...]
    unreadable: tuple[Unreadable, ...]


def discover(
    paths: Sequence[Path],
    *,
    base: Path | None = None,
    tests: bool = False,
    migrations: bool = True,
    exclude: Sequence[str] = (),
    exclude_base: Path | None = None,
) -> Found:
    """Find the Python files and templates under `paths`, which may be files or directories.

    Names are relative to `base`, the working directory by default. `exclude` are patterns in .gitignore's language,
    relative to `exclude_base` (by default `base`). What is asked for by name is read, whatever it is called.
    """
    base = Path(os.path.abspath(base or Path.cwd()))
    excluded = (Patterns(os.path.abspath(exclude_base or base), exclude),)
    search = Search(str(base), excluded, tests=tests, migrations=migrations)
    for path in paths:
        search.ask(os.path.abspath(path))
    return search.found()


class Search:
    """One discovery: what has been seen so far."""

    def __init__(self, base: str, excluded: tuple[Patterns, ...], *, tests: bool, migrations: bool) -> None:
        self._base = base
        self._excluded = excluded
        self._tests = tests
        self._migrations = migrations
        self._files: dict[str, tuple[FileKind, tuple[str, ...], str]] = {}
        self._links: dict[str, tuple[FileKind, tuple[str, ...], str]] = {}
        self._unreadable: list[Unreadable] = []
        self._visited: set[str] = set()
        self._packages: set[str] = set()
        self._roots: set[str] = set()

    def ask(self, path: str) -> None:
        """Look at a path that was named by the user."""
        if os.path.isdir(path):
            self._look_above(path)
            self._walk(path)
        elif not os.path.lexists(path):
            self._unreadable.append(Unreadable(self._name(path), "there is no such file or directory"))
        else:
            directory = os.path.dirname(path)
            self._look_above(directory)
            self._look_at(directory, frozenset(_listing(directory)))
            kind = FileKind.PYTHON if naming.is_python(path) else FileKind.TEMPLATE
            self._files[path] = (kind, (), directory)

    def found(self) -> Found:
        targets = {os.path.realpath(path) for path in self._files}
        for path, entry in sorted(self._links.items()):
            target = os.path.realpath(path)
            if target not in targets:
                targets.add(target)
                self._files[path] = entry
        layout = Layout(frozenset(self._packages), frozenset(self._roots))
        files = [self._source(path, *entry, layout) for path, entry in self._files.items()]
        files.sort(key=lambda file: (file.name, str(file.path)))
        return Found(tuple(files), tuple(sorted(set(self._unreadable), key=lambda each: (each.name, each.reason))))

    def _walk(self, top: str) -> None:
        waiting: list[tuple[str, tuple[str, ...], tuple[Patterns, ...]]] = [(top, (), gitignores_above(top))]
        while waiting:
            directory, inside, ignores = waiting.pop()
            # Two of the paths asked for may overlap; links to directories are not followed, so there is no loop.
            if directory in self._visited:
                continue
            self._visited.add(directory)
            try:
                entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
            except OSError as error:
                self._unreadable.append(Unreadable(self._name(directory), f"cannot be listed: {error.strerror}"))
                continue
            names = frozenset(entry.name for entry in entries)
            if inside and naming.is_foreign(inside[-1], names):
                continue
            self._look_at(directory, names)
            ignores += gitignore_of(directory) if ".gitignore" in names else ()
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if self._enters(entry, ignores):
                        waiting.append((entry.path, (*inside, entry.name), ignores))
                else:
                    self._file(entry, inside, ignores, top)

    def _enters(self, entry: os.DirEntry[str], ignores: tuple[Patterns, ...]) -> bool:
        name = entry.name
        if name.startswith(".") or name in naming.FOREIGN or (not self._tests and naming.is_test_directory(name)):
            return False
        if not self._migrations and naming.is_migration_directory(name):
            return False
        return not is_ignored(self._excluded, entry.path, True) and not is_ignored(ignores, entry.path, True)

    def _file(self, entry: os.DirEntry[str], inside: tuple[str, ...], ignores: tuple[Patterns, ...], top: str) -> None:
        name = entry.name
        if name.startswith("."):
            return
        if naming.is_python(name):
            kind = FileKind.PYTHON
            if not self._tests and naming.is_test_file(name):
                return
        elif naming.is_template(name, self._name(entry.path).split("/")[:-1]):
            kind = FileKind.TEMPLATE
        else:
            return
        if is_ignored(self._excluded, entry.path, False) or is_ignored(ignores, entry.path, False):
            return
        if entry.is_symlink():
            if not os.path.isdir(entry.path):
                self._links[entry.path] = (kind, inside, top)
        else:
            self._files[entry.path] = (kind, inside, top)

    def _look_above(self, directory: str) -> None:
        """Learn of the packages and roots above a path that was asked for, up to the repository's root."""
        while not os.path.exists(os.path.join(directory, ".git")):
            parent = os.path.dirname(directory)
            if parent == directory:
                return
            directory = parent
            self._look_at(directory, frozenset(_listing(directory)))

    def _look_at(self, directory: str, names: frozenset[str]) -> None:
        if "__init__.py" in names:
            self._packages.add(directory)
        if is_root(directory, names):
            self._roots.add(directory)

    def _source(self, path: str, kind: FileKind, inside: tuple[str, ...], top: str, layout: Layout) -> SourceFile:
        name = self._name(path)
        if kind is FileKind.TEMPLATE:
            return SourceFile(Path(path), name, kind)
        root, module, alias = layout.module_name(path, top)
        is_test = naming.is_test_file(os.path.basename(path)) or any(map(naming.is_test_directory, inside))
        is_migration = naming.is_migration_directory(os.path.basename(os.path.dirname(path)))
        return SourceFile(Path(path), name, kind, is_test, is_migration, self._name(root), module, alias)

    def _name(self, path: str) -> str:
        with contextlib.suppress(ValueError):  # another drive
            path = os.path.relpath(path, self._base)
        # A file's name need not be UTF-8, but what is printed must be.
        return os.fsencode(path.replace(os.sep, "/")).decode(errors="replace")


def _listing(directory: str) -> Iterable[str]:
    try:
        return os.listdir(directory)
    except OSError:
        return ()
