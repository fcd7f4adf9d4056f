"""What a dotted name in a module stands for: a class, function, constant or module, in the project or outside."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable

from msgspec import Struct

from djcheck.domain.facts import AssignFact, ClassFact, FunctionFact, ImportFact, ModuleFacts
from djcheck.domain.index import ClassInfo, ConstantInfo, External, FunctionInfo, ModuleInfo, Symbol
from djcheck.index.loaders import loaded_name
from djcheck.index.reading import dotted as dotted_name
from djcheck.index.reading import is_none

BUILTINS = frozenset(dir(builtins))
LONGEST_CHAIN = 100


class Module(Struct, frozen=True):
    """A surveyed module. `key` names it uniquely; `name` is what imports call it under its `root`."""

    key: str
    name: str
    root: str
    facts: ModuleFacts
    is_package: bool
    is_project: bool

    @property
    def path(self) -> str:
        return self.facts.path


class Bindings(Struct):
    """A module's top-level names, by the kind of statement that binds them."""

    imports: dict[str, list[ImportFact]]
    stars: list[ImportFact]
    classes: dict[str, list[ClassFact]]
    functions: dict[str, list[FunctionFact]]
    assigns: dict[str, list[AssignFact]]

    def binds(self, name: str) -> bool:
        return any(name in names for names in (self.imports, self.classes, self.functions, self.assigns))


def bindings_of(facts: ModuleFacts) -> Bindings:
    bindings = Bindings({}, [], {}, {}, {})
    for imported in facts.imports:
        if imported.name == "*":
            bindings.stars.append(imported)
        else:
            bindings.imports.setdefault(imported.local, []).append(imported)
    for cls in facts.classes:
        bindings.classes.setdefault(cls.name, []).append(cls)
    for function in facts.functions:
        bindings.functions.setdefault(function.name, []).append(function)
    for assign in facts.assignments:
        bindings.assigns.setdefault(assign.name, []).append(assign)
    return bindings


class Names:
    """The names of all modules.

    `canonical` gives names outside the project their one usual spelling; `loader` says below which package a
    library's class loader looks.
    """

    def __init__(
        self,
        surveyed: Iterable[tuple[ModuleFacts, str, str]],
        canonical: Callable[[str], str],
        loader: Callable[[str], str | None],
    ) -> None:
        self._canonical = canonical
        self._loader = loader
        self.modules: dict[str, Module] = {}
        self._by_name: dict[str, dict[str, str]] = {}
        self._by_path: dict[str, str] = {}
        self._by_alias: dict[str, dict[str, str]] = {}
        self._bindings: dict[str, Bindings] = {}
        self._found: dict[tuple[str, str], Symbol | None] = {}
        # A package comes before a module of the same name, as in Python.
        for facts, name, root in sorted(surveyed, key=lambda item: (not is_package(item[0].path), item[0].path)):
            self._add(facts, name, root)
        for module in self.modules.values():
            alias = self._alias(module)
            if alias is not None:
                self._by_alias.setdefault(alias, {}).setdefault(module.root, module.key)
        for directory in self._directories_on_the_path():
            for name, keys in self._by_name.items():
                if name.startswith(f"{directory}."):
                    self._by_alias.setdefault(name.removeprefix(f"{directory}."), keys)

    def _add(self, facts: ModuleFacts, name: str, root: str) -> None:
        if root in self._by_name.get(name, {}):
            return  # `views.py` beside `views/__init__.py`: nothing can import it
        key = f"{root}:{name}" if name in self.modules else name
        self.modules[key] = Module(key, name, root, facts, is_package(facts.path), True)
        self._by_name.setdefault(name, {}).setdefault(root, key)
        self._by_path[facts.path] = key

    def add_outside(self, name: str, facts: ModuleFacts) -> None:
        """A module of an installed package: classes are read from it, but no import of the project ends there."""
        if name not in self.modules:
            self.modules[name] = Module(name, name, "", facts, is_package(facts.path), False)

    def _alias(self, module: Module) -> str | None:
        """The name from the outermost package on: the project may have put the directory above it on its path."""
        parts = module.name.split(".")
        for end in range(1, len(parts) + 1):
            keys = self._by_name.get(".".join(parts[:end]), {})
            if any(self.modules[key].is_package for key in keys.values()):
                return ".".join(parts[end - 1 :]) if end > 1 else None
        return None

    def _directories_on_the_path(self) -> list[str]:
        """Packages that hold apps which imports name without them: `apps`, where code imports from `shop.models`.

        Two such apps are asked for: one may share its name with an installed package.
        """
        apps: dict[str, set[str]] = {}
        for name in self._by_name:
            directory, _, app = name.removesuffix(".models").rpartition(".")
            if directory and name.endswith(".models"):
                apps.setdefault(app, set()).add(directory)
        found: dict[str, set[str]] = {}
        for module in self.modules.values():
            for fact in module.facts.imports:
                app = fact.module.removesuffix(".models")
                named = app in apps and app != fact.module and fact.level == 0
                if named and self.find_module(fact.module, module.root) is None:
                    for directory in apps[app]:
                        found.setdefault(directory, set()).add(app)
        return sorted(directory for directory, named in found.items() if len(named) > 1)

    def module_of_path(self, path: str) -> str | None:
        return self._by_path.get(path)

    def find_module(self, name: str, root: str) -> Module | None:
        """The project's module of that name: under the same root first."""
        keys = self._by_name.get(name) or self._by_alias.get(name)
        if keys is None:
            return None
        return self.modules[keys.get(root) or keys[min(keys)]]

    def bindings(self, module: str) -> Bindings:
        found = self._bindings.get(module)
        if found is None:
            found = self._bindings[module] = bindings_of(self.modules[module].facts)
        return found

    def resolve(self, module: str, dotted: str) -> Symbol | None:
        """What `dotted`, written at the top level of `module`, stands for."""
        key = (module, dotted)
        try:
            return self._found[key]
        except KeyError:
            here = self.modules.get(module)
            found = self._found[key] = None if here is None else self._resolve(here, dotted, frozenset())
            return found

    def attribute(self, module: str, name: str) -> Symbol | None:
        """What `module.name` stands for: what the module binds, or a module of the package that it is."""
        key = (module, f".{name}")
        try:
            return self._found[key]
        except KeyError:
            here = self.modules[module]
            symbol = ModuleInfo(here.key, here.path)
            found = self._found[key] = self._attribute(symbol, name, here.root, frozenset())
            return found

    def imported(self, module: str, name: str) -> Symbol | None:
        """The name as an import of the module binds it, though the module may bind it again."""
        here = self.modules[module]
        return self._from_imports(here, name, frozenset({(module, name)}))

    def bring(self, module: str, fact: ImportFact) -> Symbol | None:
        """What an import statement anywhere in the module brings."""
        here = self.modules.get(module)
        return None if here is None else self._import(here, fact, frozenset())

    def _resolve(self, here: Module, dotted: str, seen: frozenset[tuple[str, str]]) -> Symbol | None:
        head, *rest = dotted.split(".")
        symbol = self._bound(here, head, seen)
        if symbol is None and head in BUILTINS:
            symbol = External(f"builtins.{head}")
        for part in rest:
            if symbol is None:
                return None
            symbol = self._attribute(symbol, part, here.root, seen)
        return symbol

    def _attribute(self, symbol: Symbol, part: str, root: str, seen: frozenset[tuple[str, str]]) -> Symbol | None:
        if isinstance(symbol, ModuleInfo):
            module = self.modules[symbol.name]
            return self._bound(module, part, seen) or self._submodule(module.name, part, root)
        if isinstance(symbol, ClassInfo):
            return inner_symbol(symbol, part)
        if isinstance(symbol, External):
            return self._submodule(symbol.name, part, root) or self._outside(f"{symbol.name}.{part}")
        return None

    def _submodule(self, package: str, part: str, root: str) -> ModuleInfo | None:
        found = self.find_module(f"{package}.{part}", root)
        return None if found is None else ModuleInfo(found.key, found.path)

    def _outside(self, name: str) -> External:
        return External(self._canonical(name))

    def _bound(self, here: Module, name: str, seen: frozenset[tuple[str, str]]) -> Symbol | None:
        if (here.key, name) in seen or len(seen) == LONGEST_CHAIN:
            return None
        seen = seen | {(here.key, name)}
        bindings = self.bindings(here.key)
        defined = self._defined(here, name, bindings, seen)
        if defined is not None:
            return defined
        return self._from_imports(here, name, seen) or self._from_stars(here, name, bindings, seen)

    def _defined(self, here: Module, name: str, bindings: Bindings, seen: frozenset[tuple[str, str]]) -> Symbol | None:
        """The module's own class, function or assignment of that name, unless an import of it comes later.

        A definition inside `if` or `try` is mostly the fallback of an import, so the import wins there.
        """
        definitions: list[ClassFact | FunctionFact | AssignFact] = [
            *bindings.classes.get(name, ()),
            *bindings.functions.get(name, ()),
            *(fact for fact in bindings.assigns.get(name, ()) if fact.value is not None),
        ]
        if not definitions:
            return None
        telling = [fact for fact in definitions if not isinstance(fact, AssignFact) or not is_none(fact.value)]
        plain = [fact for fact in telling if fact.span.column == 1]
        imported = bindings.imports.get(name)
        if imported:
            last = max(fact.line for fact in imported)
            plain = [fact for fact in plain if fact.span.line > last]
            if not plain:
                return None
        if plain:
            chosen = max(plain, key=lambda fact: fact.span.line)
        else:
            chosen = min(telling or definitions, key=lambda fact: fact.span.line)
        return self._symbol(here, chosen, bindings, seen)

    def _symbol(
        self,
        here: Module,
        fact: ClassFact | FunctionFact | AssignFact,
        bindings: Bindings,
        seen: frozenset[tuple[str, str]],
    ) -> Symbol | None:
        qualname = f"{here.key}.{fact.name}"
        if isinstance(fact, ClassFact):
            return ClassInfo(qualname, here.key, here.path, fact)
        if isinstance(fact, FunctionFact):
            return FunctionInfo(qualname, here.key, here.path, None, fact)
        assigns = tuple(bindings.assigns[fact.name])
        alias = alias_of(assigns)
        if alias is not None:
            target = self._resolve(here, alias, seen)
            if target is not None and not (isinstance(target, External) and target.name.startswith("builtins.")):
                return target
        loaded = self._loaded(here, assigns[-1], seen) if len(assigns) == 1 else None
        return loaded or ConstantInfo(qualname, here.key, here.path, assigns)

    def _loaded(self, here: Module, assign: AssignFact, seen: frozenset[tuple[str, str]]) -> Symbol | None:
        """The class that a library's loader gives: from an app of the project that replaces the library's, if any."""
        call = loaded_name(assign)
        function = self._resolve(here, call[0], seen) if call is not None else None
        if call is None or not isinstance(function, FunctionInfo | External):
            return None
        package = self._loader(function.name if isinstance(function, External) else function.qualname)
        if package is None:
            return None
        _, label, name = call
        for key in sorted(self.modules):
            module = self.modules[key]
            own = module.is_project and not module.name.startswith(f"{package}.")
            if own and module.name.endswith(f".{label}") and (found := self._bound(module, name, seen)) is not None:
                return found
        library = self.find_module(f"{package}.{label}", here.root)
        found = self._bound(library, name, seen) if library is not None else None
        return found or self._outside(f"{package}.{label}.{name}")

    def _from_imports(self, here: Module, name: str, seen: frozenset[tuple[str, str]]) -> Symbol | None:
        """Of several imports (`try … except ImportError`) the first that leads into the project, else the first."""
        symbols = [self._import(here, fact, seen) for fact in self.bindings(here.key).imports.get(name, ())]
        known = [symbol for symbol in symbols if symbol is not None]
        inside = (symbol for symbol in known if not isinstance(symbol, External))
        return next(inside, known[0] if known else None)

    def _import(self, here: Module, fact: ImportFact, seen: frozenset[tuple[str, str]]) -> Symbol | None:
        base = absolute_module(here, fact)
        if base is None:
            return None
        module = self.find_module(base, here.root) if here.is_project else None
        if fact.name is None:
            return self._outside(base) if module is None else ModuleInfo(module.key, module.path)
        if module is None:
            inner = self._submodule(base, fact.name, here.root) if here.is_project else None
            return inner or self._outside(f"{base}.{fact.name}")
        found = self._bound(module, fact.name, seen) or self._submodule(base, fact.name, here.root)
        # What the module binds in a circle is nothing; what it does not bind may be made in ways that are not seen.
        in_a_circle = (module.key, fact.name) in seen or self.bindings(module.key).binds(fact.name)
        if found is None and not in_a_circle:
            return self._outside(f"{base}.{fact.name}")
        return found

    def _from_stars(
        self, here: Module, name: str, bindings: Bindings, seen: frozenset[tuple[str, str]]
    ) -> Symbol | None:
        outside: list[str] = []
        for fact in reversed(bindings.stars):
            base = absolute_module(here, fact)
            if base is None:
                continue
            module = self.find_module(base, here.root) if here.is_project else None
            if module is None:
                outside.append(base)
            elif exports(module.facts, name):
                found = self._bound(module, name, seen)
                if found is not None:
                    return found
        # One foreign star import is the only place where an otherwise unknown name can come from.
        if len(outside) == 1 and name not in BUILTINS and not name.startswith("_"):
            return self._outside(f"{outside[0]}.{name}")
        return None


def is_package(path: str) -> bool:
    return path.endswith(("/__init__.py", "/__init__.pyi")) or path in ("__init__.py", "__init__.pyi")


def exports(facts: ModuleFacts, name: str) -> bool:
    """Does a star import of the module bring the name along?"""
    return not name.startswith("_") if facts.exports is None else name in facts.exports


def absolute_module(here: Module, fact: ImportFact) -> str | None:
    """The absolute name of the module that an import names, None where it climbs out of its package."""
    if fact.level == 0:
        return fact.module
    package = here.name.split(".")
    climb = fact.level - 1 if here.is_package else fact.level
    if climb > len(package):
        return None
    parts = package[: len(package) - climb]
    return ".".join([*parts, fact.module] if fact.module else parts) or None


def alias_of(assigns: tuple[AssignFact, ...]) -> str | None:
    """`b.c` of a name whose one assignment is `a = b.c`."""
    values = [fact for fact in assigns if fact.value is not None and not is_none(fact.value)]
    if len(values) != 1 or values[0].operator:
        return None
    return dotted_name(values[0].value)


def inner_symbol(owner: ClassInfo, name: str) -> Symbol | None:
    """An inner class or a method that the class itself defines."""
    for inner in owner.fact.classes:
        if inner.name == name:
            return ClassInfo(f"{owner.qualname}.{name}", owner.module, owner.path, inner)
    for method in owner.fact.methods:
        if method.name == name:
            return FunctionInfo(f"{owner.qualname}.{name}", owner.module, owner.path, owner.qualname, method)
    return None
