"""Where installed packages define the classes that a project extends: astroid follows names through their source.

Nothing is imported or run. astroid may follow a name only into modules whose source lies on the given search paths:
those are parsed here and put into its cache, every other name is on its deny list.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from astroid import nodes  # type: ignore[import-untyped]
from astroid.builder import AstroidBuilder  # type: ignore[import-untyped]
from astroid.exceptions import AstroidError  # type: ignore[import-untyped]
from astroid.manager import AstroidManager  # type: ignore[import-untyped]
from msgspec import Struct

# astroid is big and recursive: on odd source it fails in more ways than its own exceptions.
FAILURES = (AstroidError, RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError, OSError)
MODULES_AT_MOST = 60
BYTES_AT_MOST = 300_000


class LocatedClass(Struct, frozen=True):
    """A class found in an installed package: its module, its name there and the source file."""

    module: str
    qualname: str
    path: str


class InstalledPackages:
    """Answers where a dotted name of an installed package is really defined; every answer is kept."""

    def __init__(self, search_paths: Sequence[str]) -> None:
        self._search_paths = list(search_paths)
        self._found: dict[str, LocatedClass | None] = {}
        self._specs: dict[str, ModuleSpec | None] = {}
        self._parsed: dict[str, nodes.Module | None] = {}
        self._manager: AstroidManager | None = None
        # The files that an answer may rest on.
        self.consulted: set[str] = set()
        self.parsing = 0

    def locate(self, dotted: str) -> LocatedClass | None:
        """The class that a dotted name leads to, through re-exports and aliases; None where it cannot be told."""
        if dotted not in self._found:
            self._found[dotted] = self._locate(dotted)
        return self._found[dotted]

    def ancestors(self, dotted: str) -> tuple[str, ...] | None:
        """The dotted names of a class's ancestors as far as astroid sees them, nearest first."""
        cls = self._class(dotted)
        if cls is None:
            return None
        try:
            return tuple(ancestor.qname() for ancestor in cls.ancestors())
        except FAILURES:
            return None

    def source(self, module: str) -> Path | None:
        """The source file of a module on the search paths; finding it imports nothing."""
        spec = self._spec(module)
        if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
            return None
        self.consulted.add(spec.origin)
        return Path(spec.origin)

    def _spec(self, module: str) -> ModuleSpec | None:
        if module not in self._specs:
            package, _, _ = module.rpartition(".")
            paths: Sequence[str] | None = self._search_paths
            if package:
                parent = self._spec(package)
                paths = parent.submodule_search_locations if parent is not None else None
            found = PathFinder.find_spec(module, list(paths)) if paths else None
            self._specs[module] = found
        return self._specs[module]

    def _locate(self, dotted: str) -> LocatedClass | None:
        cls = self._class(dotted)
        if cls is None:
            return None
        module = cls.root()
        path = self.source(module.name)
        if path is None:
            return None
        return LocatedClass(module.name, cls.qname().removeprefix(f"{module.name}."), str(path))

    def _class(self, dotted: str) -> nodes.ClassDef | None:
        """The class node behind a dotted name: the longest module prefix, then attributes, as astroid infers them."""
        module, attributes = dotted, list[str]()
        while module and self.source(module) is None:
            module, _, last = module.rpartition(".")
            attributes.insert(0, last)
        self._guarded()
        node = self.parse(module) if module and attributes else None
        try:
            for name in attributes:
                if not isinstance(node, nodes.Module | nodes.ClassDef):
                    return None
                # Of several bindings (`try … except ImportError`) the first that leads anywhere.
                inferred = (value for value in node.igetattr(name) if isinstance(value, nodes.Module | nodes.ClassDef))
                node = next(inferred, None)
        except FAILURES:
            return None
        return node if isinstance(node, nodes.ClassDef) else None

    def parse(self, module: str) -> nodes.Module | None:
        """The module as astroid sees it, None if it has no readable source or this astroid can't parse it."""
        if module not in self._parsed:
            self._parsed[module] = None  # what a circle of imports sees of itself
            path = self.source(module)
            if path is not None and len(self._parsed) <= MODULES_AT_MOST:
                self._parsed[module] = self._build(module, path)
        return self._parsed[module]

    def _build(self, module: str, path: Path) -> nodes.Module | None:
        manager = self._guarded()
        self.parsing += 1
        try:
            if path.stat().st_size > BYTES_AT_MOST:
                return None
            name = f"{module}.__init__" if path.name == "__init__.py" else module
            text = path.read_text(encoding="utf-8", errors="replace")
            return AstroidBuilder(manager, apply_transforms=False).string_build(text, name, str(path))
        except FAILURES:
            return None
        finally:
            self.parsing -= 1

    def _guarded(self) -> AstroidManager:
        """astroid's one manager, kept from looking for modules by itself."""
        manager = self._manager
        if manager is None:
            manager = self._manager = AstroidManager()
            manager.clear_cache()
        # Every node makes its own manager, which takes this list from here.
        AstroidManager.brain["module_denylist"] = Gate(self, manager)
        return manager


class Gate(set[str]):
    """astroid's deny list: everything is on it but what the search paths hold as source."""

    def __init__(self, packages: InstalledPackages, manager: AstroidManager) -> None:
        super().__init__()
        self._packages = packages
        self._manager = manager

    def __contains__(self, module: object) -> bool:
        if module == "builtins":
            return False
        # While one module is being built, astroid would follow what its statements assign: that leads anywhere.
        if not isinstance(module, str) or self._packages.parsing > 1:
            return True
        parsed = self._packages.parse(module)
        if parsed is None:
            return True
        self._manager.astroid_cache[module] = parsed
        return False
