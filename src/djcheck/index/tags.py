"""Template tags and filters that the project defines: Django's by library, Jinja2's globals and filters by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from djcheck.domain.index import FunctionInfo
from djcheck.domain.ir import Attribute, Call, Constant, Expr, Keyword
from djcheck.index.names import Module
from djcheck.index.reading import dotted, string

if TYPE_CHECKING:
    from djcheck.index.project import ProjectIndex

TagKind = Literal["simple_tag", "inclusion_tag", "simple_block_tag", "tag", "filter"]

KINDS: dict[str, TagKind] = {
    "simple_tag": "simple_tag",
    "assignment_tag": "simple_tag",
    "inclusion_tag": "inclusion_tag",
    "simple_block_tag": "simple_block_tag",
    "tag": "tag",
    "filter": "filter",
}
# What registries of Jinja2 environments call what they take (django-jinja's `library`, home-made ones).
JINJA_FUNCTIONS = frozenset(("function", "global_function", "globalfunction", "render_with", "contextfunction"))
JINJA_FILTERS = frozenset(("filter",))


class TagFact(Struct, frozen=True):
    """A tag or filter: the function that does it; for an inclusion tag, the template that shows its result.

    A plain "tag" is one whose function gets the parser and the token, and gives a Node.
    """

    name: str
    kind: TagKind
    function: FunctionInfo
    takes_context: bool = False
    template: str | None = None


class Tags:
    """The tags and filters of a project, found once."""

    def __init__(self, index: ProjectIndex) -> None:
        self._index = index
        self._libraries: dict[str, dict[tuple[bool, str], TagFact]] = {}
        self._everywhere: dict[tuple[bool, str], TagFact | None] = {}
        self._jinja_functions: dict[str, TagFact] = {}
        self._jinja_filters: dict[str, TagFact] = {}
        for module in index.modules():
            self._read(module)
        self._builtins = [name for engine in index.settings.templates for name in engine.builtins]
        self._aliases = {
            name: dotted for engine in index.settings.templates for name, dotted in engine.libraries.items()
        }

    def _read(self, module: Module) -> None:
        is_library = "templatetags" in module.name.split(".")
        for registry, tag in registered(self._index, module):
            if is_library:
                last = module.name.rpartition(".")[2]
                for key in (last, module.name):
                    self._libraries.setdefault(key, {})[tag.kind == "filter", tag.name] = tag
                known = (tag.kind == "filter", tag.name)
                self._everywhere[known] = None if known in self._everywhere else tag
            if registry in JINJA_FUNCTIONS:
                if tag.kind == "inclusion_tag" or tag.name not in self._jinja_functions:
                    self._jinja_functions[tag.name] = tag
            elif registry in JINJA_FILTERS:
                self._jinja_filters.setdefault(tag.name, tag)

    def tag(self, name: str, libraries: tuple[str, ...]) -> TagFact | None:
        return self._find((False, name), libraries)

    def filter(self, name: str, libraries: tuple[str, ...]) -> TagFact | None:
        return self._find((True, name), libraries)

    def jinja_function(self, name: str) -> TagFact | None:
        return self._jinja_functions.get(name)

    def jinja_filter(self, name: str) -> TagFact | None:
        return self._jinja_filters.get(name)

    def _find(self, key: tuple[bool, str], libraries: Iterable[str]) -> TagFact | None:
        for library in (*reversed(tuple(libraries)), *self._builtins):
            found = self._libraries.get(self._aliases.get(library, library), self._libraries.get(library, {})).get(key)
            if found is not None:
                return found
        # A library may be loaded by a setting that could not be read: then the name must speak for itself.
        return self._everywhere.get(key)


def registered(index: ProjectIndex, module: Module) -> Iterator[tuple[str, TagFact]]:
    """(the registry's method, the tag) of every registration in a module."""
    for fact in module.facts.functions:
        info = FunctionInfo(f"{module.key}.{fact.name}", module.key, module.path, None, fact)
        for decorator in fact.decorators:
            found = of_decorator(info, decorator)
            if found is not None:
                yield found
    for called in module.facts.calls:
        found = of_call(index, module, called.call)
        if found is not None:
            yield found


def of_decorator(info: FunctionInfo, decorator: Expr) -> tuple[str, TagFact] | None:
    """`@register.filter`, `@register.simple_tag(takes_context=True, name="x")`, `@register.inclusion_tag("x.html")`."""
    call = decorator if isinstance(decorator, Call) else None
    function = call.function if call is not None else decorator
    if not isinstance(function, Attribute) or (function.name not in KINDS and function.name not in JINJA_FUNCTIONS):
        return None
    keywords = named(call.keywords) if call is not None else {}
    args = call.args if call is not None else ()
    first = string(args[0]) if args else None
    template = string(keywords["filename"]) if "filename" in keywords else None
    kind = KINDS.get(function.name, "simple_tag")
    if kind == "inclusion_tag" or function.name == "render_with":
        template, first, kind = template or first, None, "inclusion_tag"
    name = string(keywords["name"]) if "name" in keywords else first
    return function.name, TagFact(name or info.fact.name, kind, info, flag(keywords, info), template)


def of_call(index: ProjectIndex, module: Module, call: Expr) -> tuple[str, TagFact] | None:
    """`register.filter("name", function)`, `register.simple_tag(function)`, `register.tag("x")(function)`."""
    if not isinstance(call, Call):
        return None
    if isinstance(call.function, Call):
        target = function_of(index, module, call.args[0]) if call.args else None
        return None if target is None else of_decorator(target, call.function)
    function = call.function
    if not isinstance(function, Attribute) or (function.name not in KINDS and function.name not in JINJA_FUNCTIONS):
        return None
    keywords = named(call.keywords)
    name = next((string(value) for value in call.args if isinstance(value, Constant)), None)
    wanted = [value for value in (*call.args, keywords.get("func"), keywords.get("filter_func")) if value is not None]
    targets = [found for value in wanted if (found := function_of(index, module, value)) is not None]
    if not targets or function.name == "inclusion_tag":
        return None
    if "name" in keywords:
        name = string(keywords["name"])
    info = targets[0]
    kind = KINDS.get(function.name, "simple_tag")
    return function.name, TagFact(name or info.fact.name, kind, info, flag(keywords, info), None)


def function_of(index: ProjectIndex, module: Module, expr: Expr) -> FunctionInfo | None:
    name = dotted(expr)
    found = index.resolve(module.key, name) if name is not None else None
    return found if isinstance(found, FunctionInfo) else None


def named(keywords: Iterable[Keyword]) -> dict[str, Expr]:
    return {keyword.name: keyword.value for keyword in keywords if keyword.name is not None}


def flag(keywords: dict[str, Expr], info: FunctionInfo) -> bool:
    """Does the function get the template's context as its first argument?"""
    value = keywords.get("takes_context")
    if isinstance(value, Constant):
        return value.value is True
    return any(is_context_decorator(decorator) for decorator in info.fact.decorators)


def is_context_decorator(decorator: Expr) -> bool:
    last = (dotted(decorator) or "").rpartition(".")[2]
    return last in ("contextfunction", "contextfilter", "pass_context")
