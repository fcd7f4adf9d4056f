"""What a Python file's module is called, and the directory under which it has that name."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

ROOT_MARKERS = frozenset(("manage.py", "pyproject.toml", "setup.py", "setup.cfg"))
SETTINGS_MODULE = re.compile(r"""DJANGO_SETTINGS_MODULE["']\s*,\s*["'](\w+)""")


@dataclass(frozen=True, slots=True)
class Layout:
    """The directories that matter to imports: `packages` hold an `__init__.py`; imports start at `roots`."""

    packages: frozenset[str]
    roots: frozenset[str]

    def module_name(self, path: str, base: str) -> tuple[str, str, str]:
        """(root, module name under that root, module name under the outermost package's own directory).

        The two names differ below a directory that is neither a package nor a root: `apps/shop/models.py` is
        `apps.shop.models`, or `shop.models` where the project puts `apps` on its path. `base` is the directory that
        was asked for, and the root where there is no other.
        """
        top = os.path.dirname(path)
        while top in self.packages and top not in self.roots and top != os.path.dirname(top):
            top = os.path.dirname(top)
        root = top
        while root not in self.roots:
            parent = os.path.dirname(root)
            if parent == root:
                root = base if _is_under(top, base) else top
                break
            root = parent
        module = _dotted(path, root)
        return root, module, module if self._is_in_package(top, root) else _dotted(path, top)

    def _is_in_package(self, directory: str, root: str) -> bool:
        while directory != root and _is_under(directory, root):
            directory = os.path.dirname(directory)
            if directory in self.packages:
                return True
        return False


def is_root(directory: str, files: frozenset[str]) -> bool:
    """Whether imports start at the directory, as the files in it say."""
    if "__init__.py" not in files:
        return os.path.basename(directory) == "src" or not ROOT_MARKERS.isdisjoint(files)
    # A manage.py inside a package is run from there only if it names its settings from there.
    return "manage.py" in files and _settings_start_in(directory)


def _settings_start_in(directory: str) -> bool:
    try:
        with open(os.path.join(directory, "manage.py"), encoding="utf-8", errors="replace") as file:
            found = SETTINGS_MODULE.search(file.read(1 << 16))
    except OSError:
        return False
    return found is not None and any(
        os.path.exists(os.path.join(directory, name)) for name in (found[1], found[1] + ".py")
    )


def _is_under(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


def _dotted(path: str, root: str) -> str:
    parts = os.path.relpath(path, root).removesuffix(".py").split(os.sep)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) or os.path.basename(root)
