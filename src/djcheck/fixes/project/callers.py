"""Who may call a function, and what may be asked of the rows that it returns, told by names alone.

The evaluator follows calls whose receiver it knows. `request.profile.checks()` may be a call that it could not follow:
here every function that mentions the name counts, and where one hands the rows on, those that mention its name too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

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
    """Of one project: `paths_with` gives the files that a word stands in, `functions` a file's functions, `text_of`
    its text, `lines_of` its lines."""

    def __init__(
        self,
        paths_with: Callable[[str], Iterable[str]],
        functions: Callable[[str], Iterable[FunctionInfo]],
        text_of: Callable[[str], str],
        lines_of: Callable[[str], list[str]],
    ) -> None:
        self._paths_with = paths_with
        self._functions = functions
        self._text_of = text_of
        self._lines_of = lines_of
        self._known: dict[str, frozenset[str]] = {}
        self._names: dict[str, set[str]] = {}
        self._mentioning: dict[str, list[FunctionInfo]] = {}

    def asked_of(self, function: FunctionInfo) -> frozenset[str]:
        """Words for what may be asked of the rows that the function returns: "only", "union", …; "more" if too much."""
        name = function.fact.name
        if name in HOOKS or "return" not in self._source(function):
            return frozenset()
        if name not in self._known:
            self._known[name], self._names[name] = self._search(name)
        for each in self._names[name]:
            self._paths_with(each)  # whoever asks again rests on the same files
        return self._known[name]

    def mentioning(self, function: FunctionInfo) -> list[FunctionInfo]:
        """The other functions that call one of the function's name, or read an attribute of that name."""
        name = function.fact.name
        paths = self._paths_with(name)
        if name not in self._mentioning:
            mention = re.compile(rf"\.{re.escape(name)}\b|\b{re.escape(name)}\(")
            self._mentioning[name] = [each for path in paths for each in self._with(name, mention, path)]
        return [each for each in self._mentioning[name] if each.qualname != function.qualname]

    def _search(self, first: str) -> tuple[frozenset[str], set[str]]:
        """What may be asked, and the names by which that was found."""
        found: set[str] = set()
        names, waiting = {first}, [first]
        while waiting:
            name = waiting.pop()
            mention = re.compile(rf"\b{re.escape(name)}\b")
            for path in self._paths_with(name):
                for function in self._with(name, mention, path):
                    if function.fact.name == name:
                        continue
                    source = self._source(function)
                    found.update(found_in(source))
                    if re.search(rf"return\b[^\n]*\b{re.escape(name)}\b", source) and function.fact.name not in names:
                        names.add(function.fact.name)
                        waiting.append(function.fact.name)
            if len(names) > MOST_NAMES:
                return frozenset([TOO_MANY]), names
        return frozenset(found), names

    def _with(self, name: str, mention: re.Pattern[str], path: str) -> list[FunctionInfo]:
        """The functions of a file that an expression is found in, which a name in one line is part of."""
        lines = list(lines_with(name, mention, self._text_of(path)))
        spans = ((each, each.fact.span) for each in (self._functions(path) if lines else ()))
        return [each for each, span in spans if any(span.line <= at <= span.end_line for at in lines)]

    def _source(self, function: FunctionInfo) -> str:
        span = function.fact.span
        return "\n".join(self._lines_of(function.path)[span.line - 1 : span.end_line])


def lines_with(name: str, mention: re.Pattern[str], text: str) -> Iterator[int]:
    """Looks for the expression where the name stands alone: a tenth of the time of going through the whole text."""
    line, behind, at = 1, 0, text.find(name)
    while at >= 0:
        line += text.count("\n", behind, at)
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if mention.search(text, text.rfind("\n", 0, at) + 1, end):
            yield line
        behind, at = at, text.find(name, end)


def found_in(source: str) -> set[str]:
    return {(one or other).rstrip("()") for one, other in ASKED.findall(source)}
