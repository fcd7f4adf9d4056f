"""Where evaluation begins: every function and every class-level declaration that can hold rows or SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from djcheck.domain.facts import ClassFact
from djcheck.domain.index import FunctionInfo

from djcheck.flow import machinery

if TYPE_CHECKING:
    from djcheck.flow.evaluator import Evaluator
    from djcheck.index.names import Module
    from djcheck.index.project import ProjectIndex

Entry = Callable[["Evaluator"], None]


def entries(index: ProjectIndex) -> Iterator[Entry]:
    """What to evaluate, in a fixed order."""
    for module in index.modules():
        for fact in module.facts.functions:
            yield partial(enter_function, FunctionInfo(f"{module.key}.{fact.name}", module.key, module.path, None, fact))
        for declared in module.facts.classes:
            yield from of_class(index, module, declared)
    yield from machinery.entries(index)


def of_class(index: ProjectIndex, module: Module, fact: ClassFact) -> Iterator[Entry]:
    owner = f"{module.key}.{fact.qualname}"
    for method in fact.methods:
        info = FunctionInfo(f"{owner}.{method.name}", module.key, module.path, owner, method)
        yield partial(enter_function, info)
    for inner in fact.classes:
        yield from of_class(index, module, inner)


def enter_function(info: FunctionInfo, evaluator: Evaluator) -> None:
    evaluator.enter(info)


__all__ = ["entries"]
