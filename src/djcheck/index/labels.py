"""Models by their "app.Model" labels, in the project and in the apps outside that it uses."""

from __future__ import annotations

from djcheck.domain.index import Settings
from djcheck.index.drafts import Drafts
from djcheck.index.libraries import Libraries
from djcheck.index.names import Names
from djcheck.index.outside import Outside


class Labels:
    """Finds models by label; several of one label are told apart by who asks."""

    def __init__(
        self, names: Names, drafts: Drafts, libraries: Libraries, outside: Outside, settings: Settings
    ) -> None:
        self._names = names
        self._drafts = drafts
        self._libraries = libraries
        self._outside = outside
        self._settings = settings
        self._keys: dict[str, list[str]] = {}
        self._apps: dict[str, str] | None = None

    def fill(self, keys: list[str]) -> None:
        for key in keys:
            draft = self._drafts.get(key)
            if draft is not None and not draft.abstract:
                self._keys.setdefault(draft.label.lower(), []).append(key)

    def find(self, label: str, module: str) -> str | None:
        """The model of that label, as seen from a module: same module, same root, nearest package, else any."""
        keys = self._keys.get(label.lower())
        if keys is None:
            keys = self._foreign(label, module)
            if keys:
                self._keys[label.lower()] = keys
        if len(keys) < 2:
            return keys[0] if keys else None
        here = self._names.modules.get(module)
        root = here.root if here is not None else ""
        return max(keys, key=lambda key: (self._root(key) == root, shared_prefix(key, module), -keys.index(key)))

    def _root(self, key: str) -> str:
        draft = self._drafts.get(key)
        return "" if draft is None else self._names.modules[draft.info.module].root

    def _foreign(self, label: str, module: str) -> list[str]:
        """A model outside; a library's own models may name those of apps that the project does not."""
        app, _, name = label.partition(".")
        declared = self.apps().get(app) or self._libraries.of(module).apps.get(app)
        if declared is None:
            return []
        wanted = f"{declared}.{name}".lower()
        return [key for key in self._outside.classes_of(declared) if key.lower() == wanted]

    def apps(self) -> dict[str, str]:
        """Label → models module of the apps outside the project that it could mean."""
        if self._apps is None:
            packages = {"django", *(app.partition(".")[0] for app in self._settings.installed_apps)}
            for module in self._names.modules.values():
                packages.update(fact.module.partition(".")[0] for fact in module.facts.imports if not fact.level)
            self._apps = {}
            for package in sorted(packages):
                self._apps.update(self._libraries.of(package).apps)
        return self._apps

    def installed_modules(self) -> list[str]:
        """The models modules of outside apps that INSTALLED_APPS names."""
        packages = {module.removesuffix(".models"): module for module in self.apps().values()}
        return sorted(
            module
            for package, module in packages.items()
            if any(app == package or app.startswith(f"{package}.") for app in self._settings.installed_apps)
        )


def shared_prefix(first: str, second: str) -> int:
    """How many leading parts two dotted names share."""
    count = 0
    for one, other in zip(first.split("."), second.split("."), strict=False):
        if one != other:
            break
        count += 1
    return count
