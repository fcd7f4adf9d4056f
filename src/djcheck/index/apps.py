"""Which app a module belongs to, and what the app is called."""

from __future__ import annotations

from djcheck.domain.facts import ClassFact
from djcheck.domain.index import ConstantInfo
from djcheck.index.names import Module, Names
from djcheck.index.reading import dotted, string


class Apps:
    """App labels by package, from AppConfig classes and INSTALLED_APPS."""

    def __init__(self, names: Names, installed: tuple[str, ...]) -> None:
        self._names = names
        self._labels: dict[tuple[str, str], str] = {}
        self._found: dict[str, str] = {}
        for module in names.modules.values():
            for cls in module.facts.classes:
                self._add_config(module, cls)
        self._installed = frozenset(installed)

    def _add_config(self, module: Module, cls: ClassFact) -> None:
        if not any((dotted(base) or "").endswith("Config") for base in cls.bases):
            return
        name = self._text(module, cls, "name")
        if name is not None:
            label = self._text(module, cls, "label") or name.rpartition(".")[2]
            self._labels.setdefault((module.root, name), label)

    def _text(self, module: Module, cls: ClassFact, attribute: str) -> str | None:
        """A text that the class body assigns, directly or through a constant."""
        for assign in reversed(cls.attributes):
            if assign.name == attribute and assign.value is not None:
                found = string(assign.value)
                name = dotted(assign.value)
                if found is None and name is not None:
                    symbol = self._names.resolve(module.key, name)
                    if isinstance(symbol, ConstantInfo):
                        found = string(symbol.assigns[-1].value)
                return found
        return None

    def label_of(self, module: Module) -> str:
        found = self._found.get(module.key)
        if found is None:
            found = self._found[module.key] = self._label_of(module)
        return found

    def _label_of(self, module: Module) -> str:
        name = module.name
        while name:
            label = self._labels.get((module.root, name))
            if label is not None:
                return label
            if name in self._installed:
                return name.rpartition(".")[2]
            name = name.rpartition(".")[0]
        return label_by_convention(module)


def label_by_convention(module: Module) -> str:
    """The package that holds `models`, else the package that the module is in."""
    parts = module.name.split(".")
    if "models" in parts[1:]:
        return parts[parts.index("models", 1) - 1]
    if module.is_package or len(parts) == 1:
        return parts[-1]
    return parts[-2]
