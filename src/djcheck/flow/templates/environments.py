"""Jinja2 environments: the functions and filters that the settings' `environment` function gives to all templates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.flow.frame import Frame
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import Function, Mapping, Value
from djcheck.flow.nodes import nodes_in

if TYPE_CHECKING:
    from djcheck.flow.evaluator import Evaluator


class Environment(Struct):
    """What all Jinja2 templates of the project can use by name."""

    functions: dict[str, Value]
    filters: dict[str, FunctionInfo]


def of(evaluator: Evaluator) -> Environment:
    """Read from the functions that the settings name (`TEMPLATES`, `OPTIONS`, `environment`)."""
    found = Environment({}, {})
    for info in makers(evaluator):
        body = evaluator.body(info)
        frame = Frame(evaluator, info.path, info.module, info.qualname, info.owner)
        for registry, name, value in given(frame, body.body if body is not None else ()):
            if registry == "globals":
                found.functions[name] = value
            elif isinstance(value, Function) and (function := evaluator.index.function(value.qualname)) is not None:
                found.filters[name] = function
    return found


def makers(evaluator: Evaluator) -> Iterator[FunctionInfo]:
    """The project's functions that make an environment; of a class, its `__init__`."""
    index = evaluator.index
    for dotted in {engine.environment: None for engine in index.settings.templates if engine.environment}:
        named = index.named_in_settings(dotted)
        if isinstance(named, ClassInfo):
            named = index.function(f"{named.qualname}.__init__")
        if isinstance(named, FunctionInfo):
            yield named


def given(frame: Frame, body: tuple[ir.Stmt, ...]) -> Iterator[tuple[str, str, Value]]:
    """(`globals` or `filters`, name, value) of `env.globals.update(…)` and `env.filters["x"] = …`."""
    for node in nodes_in(body):
        if isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute) and node.function.name == "update":
            registry = registry_of(node.function.value)
            for part in node.args if registry else ():
                value = frame.evaluate(part)
                yield from ((registry, *item) for item in (value.items if isinstance(value, Mapping) else ()))
            for keyword in node.keywords if registry else ():
                yield registry, keyword.name or "", frame.evaluate(keyword.value)
        elif isinstance(node, ir.Assign) and node.value is not None:
            for target in node.targets:
                if isinstance(target, ir.Subscript) and (registry := registry_of(target.value)):
                    yield registry, text_of(frame.evaluate(target.index)) or "", frame.evaluate(node.value)


def registry_of(node: ir.Expr) -> str:
    """`env.globals`, `self.environment.filters`: which of the two."""
    return node.name if isinstance(node, ir.Attribute) and node.name in ("globals", "filters") else ""
