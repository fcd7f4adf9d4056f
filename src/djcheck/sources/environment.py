"""Where the packages are installed whose sources a project builds on."""

from __future__ import annotations

import sys
from pathlib import Path


def search_paths(project: Path) -> list[str]:
    """The project's own virtualenv, if it has one, then the environment that djcheck runs in."""
    found = [
        str(path)
        for name in (".venv", "venv", "env")
        for pattern in ("lib/python3*/site-packages", "Lib/site-packages")
        for path in sorted((project / name).glob(pattern))
    ]
    return list(dict.fromkeys([*found, *own_paths()]))


def own_paths() -> list[str]:
    """Where djcheck's own libraries are."""
    return [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
