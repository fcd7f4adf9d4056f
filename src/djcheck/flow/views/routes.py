"""Which functions and classes are views, and what their routes let into each URL argument?

Django's documentation, "URL dispatcher", path converters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.flow.nodes import parts
from djcheck.flow.python.parameters import bare_name, dotted

if TYPE_CHECKING:
    from djcheck.domain.ir import Expr
    from djcheck.index.project import ProjectIndex

ROUTING = frozenset({"path", "re_path", "url"})
CONVERTER = re.compile(r"<(?:([^>:]+):)?([A-Za-z_]\w*)>")
GROUP = re.compile(r"\(\?P<(\w+)>((?:\\.|\[[^\]]*\]|[^()\\\[])*)\)")
# A group that only lets digits and, for UUIDs, hexadecimal digits and dashes in.
NUMERIC_GROUP = re.compile(
    r"(?:\\d|\[(?:0-9|\\d|a-f|A-F|-|\\-)+\]|[0-9-])(?:[+*?]|\{[\d,]+\}|\\d|\[(?:0-9|\\d|a-f|A-F|-)+\]|-)*"
)
NUMERIC = frozenset({"int", "uuid"})


class Routes:
    """The views that the project's URL configurations name, and the converters of their arguments."""

    def __init__(self, index: ProjectIndex) -> None:
        self._views: dict[str, dict[str, set[str]]] = {}
        self._anywhere: dict[str, set[str]] = {}
        for module in index.modules():
            for fact in module.facts.assignments:
                if fact.value is not None and fact.name.endswith(("patterns", "urls")):
                    for call in calls_in(fact.value):
                        self._note(index, module.key, call)

    def _note(self, index: ProjectIndex, module: str, call: ir.Call) -> None:
        arguments = dict(arguments_of(call.args[0], bare_name(call.function)))
        for name, converter in arguments.items():
            self._anywhere.setdefault(name, set()).add(converter)
        for view in views_in(index, module, call.args[1]):
            known = self._views.setdefault(view, {})
            for name, converter in arguments.items():
                known.setdefault(name, set()).add(converter)

    def is_view(self, qualname: str) -> bool:
        return qualname in self._views

    def arguments(self) -> list[str]:
        """Every name that a route of the project gives an argument."""
        return sorted(self._anywhere)

    def is_number(self, qualname: str, argument: str) -> bool:
        """Can the argument only be a number or UUID? Arguments of an `include()`'s prefix are looked up by name."""
        converters = self._views.get(qualname, {}).get(argument) or self._anywhere.get(argument, set())
        return bool(converters) and converters <= NUMERIC


def calls_in(node: object) -> Iterator[ir.Call]:
    """Every `path(route, view)` in an expression."""
    if isinstance(node, ir.Call) and bare_name(node.function) in ROUTING and len(node.args) > 1:
        yield node
    for part in parts(node):
        yield from calls_in(part)


def arguments_of(route: Expr, function: str) -> Iterator[tuple[str, str]]:
    """(argument, converter) of a route; a regular expression's group counts as `int` where only digits fit."""
    while isinstance(route, ir.Call) and route.args:
        route = route.args[0]
    if not isinstance(route, ir.Constant) or not isinstance(route.value, str):
        return
    if function == "path":
        yield from ((name, converter or "str") for converter, name in CONVERTER.findall(route.value))
    else:
        for name, group in GROUP.findall(route.value):
            yield name, "int" if NUMERIC_GROUP.fullmatch(group) else "str"


def views_in(index: ProjectIndex, module: str, node: object) -> Iterator[str]:
    """The project's functions and classes that a view expression names, decorators around them or not."""
    name = dotted(node)
    if not name and isinstance(node, ir.Attribute):
        yield from views_in(index, module, node.value)
        return
    symbol = index.resolve(module, name.removesuffix(".as_view")) if name else None
    if isinstance(symbol, FunctionInfo | ClassInfo):
        yield symbol.qualname
    if isinstance(node, ir.Call):
        for part in (node.function, *node.args):
            yield from views_in(index, module, part)
