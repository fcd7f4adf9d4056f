"""Where a class outside the project is declared: library declarations, Django's source, installed packages."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from djcheck.domain.facts import ClassFact, ModuleFacts
from djcheck.domain.index import ClassInfo
from djcheck.facts.survey import survey
from djcheck.index.libraries import Libraries
from djcheck.index.names import Names, absolute_module

FOLLOWED_IMPORTS = 8


class Located(Protocol):
    """A class found in an installed package's source."""

    @property
    def module(self) -> str: ...

    @property
    def qualname(self) -> str: ...

    @property
    def path(self) -> str: ...


class Packages(Protocol):
    """Finds classes in installed packages (index.thirdparty, by astroid); `consulted` are the files it looked into."""

    consulted: set[str]

    def source(self, module: str) -> Path | None: ...

    def locate(self, dotted: str) -> Located | None: ...

    def ancestors(self, dotted: str) -> tuple[str, ...] | None: ...


class Outside:
    """Classes outside the project, by dotted name; each module is read once, when first asked for."""

    def __init__(self, names: Names, libraries: Libraries, packages: Packages | None) -> None:
        self._names = names
        self._libraries = libraries
        self._packages = packages
        self._infos: dict[str, ClassInfo | None] = {}

    def class_info(self, dotted: str) -> ClassInfo | None:
        if dotted not in self._infos:
            self._infos[dotted] = self._find(dotted)
        return self._infos[dotted]

    def ancestors(self, dotted: str) -> tuple[str, ...]:
        """What astroid infers of a class's ancestors where its source does not name them."""
        found = self._packages.ancestors(dotted) if self._packages is not None else None
        return tuple(self._libraries.canonical(name) for name in found or () if name != "builtins.object")

    def classes_of(self, module: str) -> list[str]:
        """The dotted names of the classes that a module outside declares."""
        facts = self._module(module)
        if facts is None:
            return []
        return [f"{module}.{cls.name}" for cls in facts.classes]

    def _find(self, dotted: str) -> ClassInfo | None:
        found = self._search(dotted, FOLLOWED_IMPORTS) or self._respelled(dotted)
        if found is None and self._packages is not None and not dotted.startswith("django."):
            found = self._installed(self._packages, dotted)
        if found is None:
            return None
        module, facts, fact = found
        self._names.add_outside(module, facts)
        return ClassInfo(dotted, module, facts.path, fact)

    def _respelled(self, dotted: str) -> tuple[str, ModuleFacts, ClassFact] | None:
        """The canonical spelling of a name need not be one that Python knows."""
        for prefix, canonical in self._libraries.of(dotted).reexports.items():
            if dotted.startswith(f"{canonical}."):
                found = self._search(prefix + dotted.removeprefix(canonical), FOLLOWED_IMPORTS)
                if found is not None:
                    return found
        return None

    def _installed(self, packages: Packages, dotted: str) -> tuple[str, ModuleFacts, ClassFact] | None:
        """A class of an installed package: where its name says, or else where astroid finds it."""
        module, _, name = dotted.rpartition(".")
        path = packages.source(module)
        if path is not None:
            facts = self._surveyed(module, path)
            fact = class_in(facts, [name])
            if fact is not None:
                return module, facts, fact
        located = packages.locate(dotted)
        if located is None:
            return None
        facts = self._surveyed(located.module, Path(located.path))
        fact = class_in(facts, located.qualname.split("."))
        return None if fact is None else (located.module, facts, fact)

    def _surveyed(self, module: str, path: Path) -> ModuleFacts:
        known = self._names.modules.get(module)
        if known is not None and not known.is_project:
            return known.facts
        stem = module.replace(".", "/")
        shown = f"{stem}/__init__.py" if path.name == "__init__.py" else f"{stem}.py"
        return survey(f"<installed>/{shown}", read_text(path))

    def _search(self, dotted: str, depth: int) -> tuple[str, ModuleFacts, ClassFact] | None:
        """The module that defines the class, through the imports of declared modules and of Django's."""
        module, _, rest = dotted.rpartition(".")
        path = [rest]
        while module:
            facts = self._module(module)
            if facts is not None:
                fact = class_in(facts, path)
                if fact is not None:
                    return module, facts, fact
                return self._follow(module, facts, path, depth) if depth else None
            module, _, rest = module.rpartition(".")
            path.insert(0, rest)
        return None

    def _follow(
        self, module: str, facts: ModuleFacts, path: list[str], depth: int
    ) -> tuple[str, ModuleFacts, ClassFact] | None:
        self._names.add_outside(module, facts)
        here = self._names.modules[module]
        for fact in facts.imports:
            base = absolute_module(here, fact)
            if base is None or fact.local not in (path[0], "*"):
                continue
            if fact.name == "*":
                target = [base, *path]
            else:
                target = [base, *([fact.name] if fact.name else []), *path[1:]]
            found = self._search(".".join(target), depth - 1)
            if found is not None:
                return found
        return None

    def _module(self, name: str) -> ModuleFacts | None:
        declared = self._libraries.stub(name)
        if declared is not None:
            return declared
        return django_module(name) if name.partition(".")[0] == "django" else None


@cache
def django_root() -> Path | None:
    """Where the installed Django's source lies; finding it imports nothing."""
    spec = find_spec("django")
    locations = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(locations[0]) if locations else None


@cache
def django_module(name: str) -> ModuleFacts | None:
    """A module of the installed Django, surveyed from its source."""
    root = django_root()
    if root is None:
        return None
    stem = root.joinpath(*name.split(".")[1:])
    for file in (stem / "__init__.py", stem.with_name(f"{stem.name}.py")):
        if file.is_file():
            shown = f"<django>/{file.relative_to(root).as_posix()}"
            return survey(shown, read_text(file))
    return None


def read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def class_in(facts: ModuleFacts, path: list[str]) -> ClassFact | None:
    """The class of that (nested) name in a module."""
    classes, found = facts.classes, None
    for name in path:
        found = next((cls for cls in classes if cls.name == name), None)
        if found is None:
            return None
        classes = found.classes
    return found
