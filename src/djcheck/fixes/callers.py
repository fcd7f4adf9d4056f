"""Who may call a function, and what may be asked of the rows that it returns, told by names alone.

The evaluator follows calls whose receiver it knows. `request.profile.checks()` may be a call that it could not follow:
here every function that mentions the name counts, and where one hands the rows on, those that mention its name too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from djcheck.domain.index import FunctionInfo

# Methods that Django or a framework calls by these names: for the class's own rows, and seen by the evaluator.
HOOKS = frozenset(["get_queryset", "queryset", "items", "get", "list", "all", "handle", "filter_queryset"])
MOST_NAMES = 8
ASKED = re.compile(
    r"\.(only|defer|union|intersection|difference|extra|raw|select_for_update|select_related\(\)|iterator\(\))"
    r"|\b(Prefetch)\("
)
TOO_MANY = "more"


class Callers:
    """Of one project: `functions` gives a file's functions, `text_of` a file's text."""

    def __init__(
        self, paths: Iterable[str], functions: Callable[[str], Iterable[FunctionInfo]], text_of: Callable[[str], str]
    ) -> None:
        self._paths = list(paths)
        self._functions = functions
        self._text_of = text_of
        self._known: dict[str, frozenset[str]] = {}
        self._mentioning: dict[str, list[FunctionInfo]] = {}
        self._lines_in: dict[str, list[str]] = {}

    def asked_of(self, function: FunctionInfo) -> frozenset[str]:
        """Words for what may be asked of the rows that the function returns: "only", "union", …; "more" if too much."""
        name = function.fact.name
        if name in HOOKS or "return" not in self._source(function):
            return frozenset()
        if name not in self._known:
            self._known[name] = frozenset(self._search(name))
        return self._known[name]

    def mentioning(self, function: FunctionInfo) -> list[FunctionInfo]:
        """The other functions that call one of the function's name, or read an attribute of that name."""
        name = function.fact.name
        if name not in self._mentioning:
            mention = re.compile(rf"\.{re.escape(name)}\b|\b{re.escape(name)}\(")
            self._mentioning[name] = [
                each
                for path in self._paths
                if name in self._text_of(path)
                for each in self._functions(path)
                if mention.search(self._source(each))
            ]
        return [each for each in self._mentioning[name] if each.qualname != function.qualname]

    def _search(self, first: str) -> set[str]:
        found: set[str] = set()
        names, waiting = {first}, [first]
        while waiting:
            name = waiting.pop()
            mention = re.compile(rf"\b{re.escape(name)}\b")
            for path in self._paths:
                if name not in self._text_of(path):
                    continue
                there = [at for at, line in enumerate(self._lines(path), 1) if name in line and mention.search(line)]
                for function in self._functions(path):
                    span = function.fact.span
                    if function.fact.name == name or not any(span.line <= at <= span.end_line for at in there):
                        continue
                    source = self._source(function)
                    found.update(found_in(source))
                    if re.search(rf"return\b[^\n]*\b{re.escape(name)}\b", source) and function.fact.name not in names:
                        names.add(function.fact.name)
                        waiting.append(function.fact.name)
            if len(names) > MOST_NAMES:
                return {TOO_MANY}
        return found

    def _source(self, function: FunctionInfo) -> str:
        span = function.fact.span
        return "\n".join(self._lines(function.path)[span.line - 1 : span.end_line])

    def _lines(self, path: str) -> list[str]:
        if path not in self._lines_in:
            self._lines_in[path] = self._text_of(path).split("\n")
        return self._lines_in[path]


def found_in(source: str) -> set[str]:
    return {(one or other).rstrip("()") for one, other in ASKED.findall(source)}
