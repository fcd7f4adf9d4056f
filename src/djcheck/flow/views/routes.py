"""Which functions and classes are views, and what their routes let into each URL argument?

Django's documentation, "URL dispatcher", path converters; Django REST framework's, "Routers".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.flow.nodes import parts
from djcheck.flow.python.parameters import bare_name, dotted
from djcheck.index.reading import argument

if TYPE_CHECKING:
    from djcheck.domain.ir import Expr
    from djcheck.index.project import ProjectIndex

ROUTING = frozenset({"path", "re_path", "url"})
REGISTERING = re.compile("regist|route")
CONVERTER = re.compile(r"<(?:([^>:]+):)?([A-Za-z_]\w*)>")
GROUP = re.compile(r"\(\?P<(\w+)>((?:\\.|\[[^\]]*\]|[^()\\\[])*)\)")
# A group that only lets digits and, for UUIDs, hexadecimal digits and dashes in.
NUMERIC_GROUP = re.compile(
    r"(?:\\d|\[(?:0-9|\\d|a-f|A-F|-|\\-)+\]|[0-9-])(?:[+*?]|\{[\d,]+\}|\\d|\[(?:0-9|\\d|a-f|A-F|-)+\]|-)*"
)
NUMERIC = frozenset({"int", "uuid"})


class Routes:
    """The views that the project's URL configurations and routers name, and the converters of their arguments."""

    def __init__(self, index: ProjectIndex) -> None:
        self._index = index
        self._views: dict[str, dict[str, set[str]]] = {}
        self._anywhere: dict[str, set[str]] = {}
        self._named: set[str] = set()
        for module in index.modules():
            makes_routes = any(fact.local in ROUTING for fact in module.facts.imports)
            for fact in module.facts.assignments:
                if makes_routes or fact.name.endswith(("patterns", "urls")):
                    self._read(module.key, fact.value)
                if is_view_made(fact.value):
                    self._named.update(views_in(index, module.key, fact.value))
            for statement in module.facts.calls:
                self._read(module.key, statement.call)
                if bare_name(statement.call) == "register":
                    self._named.update(views_in(index, module.key, statement.call))
            for declared in module.facts.classes:
                if any(REGISTERING.match(bare_name(decorator)) for decorator in declared.decorators):
                    self._named.add(f"{module.key}.{declared.qualname}")

    def _read(self, module: str, node: object) -> None:
        for call in calls_in(node):
            self._note(module, call)

    def _note(self, module: str, call: ir.Call) -> None:
        arguments = dict(arguments_of(argument(call, 0, "route"), bare_name(call.function)))
        for name, converter in arguments.items():
            self._anywhere.setdefault(name, set()).add(converter)
        for view in views_in(self._index, module, argument(call, 1, "view")):
            self._named.add(view)
            known = self._views.setdefault(view, {})
            for name, converter in arguments.items():
                known.setdefault(name, set()).add(converter)

    def leads_to_heirs_only(self, qualname: str) -> bool:
        """Do routes name classes that extend the view, but not the view itself? Then nobody requests just that one."""
        return qualname not in self._named and not self._named.isdisjoint(self._index.subclasses(qualname))

    def is_view(self, qualname: str) -> bool:
        return qualname in self._views

    def arguments(self) -> list[str]:
        """Every name that a route of the project gives an argument."""
        return sorted(self._anywhere)

    def arguments_of(self, qualname: str) -> list[str]:
        """The names of the arguments that a view's own routes give; those of an `include()`'s prefix aside."""
        return sorted(self._views.get(qualname, {}))

    def is_number(self, qualname: str, argument: str) -> bool:
        """Can the argument only be a number or UUID? Arguments of an `include()`'s prefix are looked up by name."""
        converters = self._views.get(qualname, {}).get(argument) or self._anywhere.get(argument, set())
        return bool(converters) and converters <= NUMERIC


def calls_in(node: object) -> Iterator[ir.Call]:
    """Every `path(route, view)` in an expression."""
    if isinstance(node, ir.Call) and bare_name(node.function) in ROUTING and argument(node, 1, "view") is not None:
        yield node
    for part in parts(node):
        yield from calls_in(part)


def arguments_of(route: Expr | None, function: str) -> Iterator[tuple[str, str]]:
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


def is_view_made(node: object) -> bool:
    """`BookList.as_view()`, decorated or not."""
    if not isinstance(node, ir.Call):
        return False
    return bare_name(node) == "as_view" or any(map(is_view_made, node.args))


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
        for part in (node.function, *node.args, *(keyword.value for keyword in node.keywords)):
            yield from views_in(index, module, part)
