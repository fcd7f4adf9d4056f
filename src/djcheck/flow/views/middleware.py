"""The project's middleware: functions that get each request before a view does, and may put attributes on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from djcheck.domain.index import FunctionInfo

if TYPE_CHECKING:
    from djcheck.index.project import ProjectIndex

REQUEST = "request"


class Middleware:
    """Found by its module's name: `middleware` alone, or as part of a dotted one."""

    def __init__(self, index: ProjectIndex) -> None:
        self._index = index

    def functions(self) -> tuple[FunctionInfo, ...]:
        """Its functions and methods that take a request."""
        return tuple(self._functions())

    def _functions(self) -> Iterator[FunctionInfo]:
        for module in self._index.modules():
            if not is_middleware(module.key):
                continue
            facts = [(None, fact) for fact in module.facts.functions]
            owned = [(f"{module.key}.{cls.qualname}", fact) for cls in module.facts.classes for fact in cls.methods]
            for owner, fact in (*facts, *owned):
                if any(parameter.name == REQUEST for parameter in fact.parameters):
                    yield FunctionInfo(f"{owner or module.key}.{fact.name}", module.key, module.path, owner, fact)


def is_middleware(module: str) -> bool:
    return any("middleware" in part for part in module.split("."))
