"""All detectors, found by walking the package: no list to keep."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from typing import Any

import djcheck.detectors
from djcheck.detectors.detector import Detector


@cache
def detectors() -> tuple[Detector[Any], ...]:
    """One of each, in order of code."""
    found: dict[str, Detector[Any]] = {}
    for module in pkgutil.walk_packages(djcheck.detectors.__path__, "djcheck.detectors."):
        if not module.name.rpartition(".")[2].startswith("djc"):
            continue
        loaded = importlib.import_module(module.name)
        for _, member in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(member, Detector) and member.__module__ == module.name:
                found[member.code] = member()
    return tuple(found[code] for code in sorted(found))
