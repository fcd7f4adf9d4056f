"""Where evaluation begins: every function, module body and declaration that can hold rows or SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.facts import AssignFact, ClassFact, FunctionFact
from djcheck.domain.index import FunctionInfo
from djcheck.domain.source import Span
from djcheck.flow import machinery
from djcheck.flow.parameters import bare_name

if TYPE_CHECKING:
    from djcheck.flow.evaluator import Evaluator
    from djcheck.index.names import Module
    from djcheck.index.project import ProjectIndex

Entry = Callable[["Evaluator"], None]

BODY = "<module>"
TOP = Span(1, 1, 1, 1)
# Calls that hand text to the database where they stand, be it in a class body.
SQL_CALLS = frozenset({"RunSQL", "RawSQL", "raw", "extra", "Func", "execute"})


def parts(index: ProjectIndex) -> tuple[list[Entry], list[Entry]]:
    """What to evaluate, in a fixed order and in two parts of about the same size, each for an evaluator of its own.

    The division never depends on how many processes there are: so neither does what is found.
    """
    return [*functions(index), *machinery.entries(index)], list(machinery.requests(index))


def functions(index: ProjectIndex) -> Iterator[Entry]:
    """What to evaluate, in a fixed order."""
    for module in index.modules():
        facts = module.facts
        if facts.body_matters:
            body = FunctionFact(BODY, BODY, TOP, TOP, (), (), None, False, True)
            yield partial(enter_function, FunctionInfo(f"{module.key}.{BODY}", module.key, module.path, None, body))
        else:
            yield from declarations(module, module.key, None, facts.assignments)
        for fact in facts.functions:
            info = FunctionInfo(f"{module.key}.{fact.name}", module.key, module.path, None, fact)
            yield partial(enter_function, info)
        for declared in facts.classes:
            yield from of_class(index, module, declared)


def of_class(index: ProjectIndex, module: Module, fact: ClassFact) -> Iterator[Entry]:
    owner = f"{module.key}.{fact.qualname}"
    yield from declarations(module, owner, owner, fact.attributes)
    for method in fact.methods:
        info = FunctionInfo(f"{owner}.{method.name}", module.key, module.path, owner, method)
        yield partial(enter_function, info)
    for inner in fact.classes:
        yield from of_class(index, module, inner)


def declarations(module: Module, symbol: str, owner: str | None, assigns: Iterable[AssignFact]) -> Iterator[Entry]:
    """Class attributes and constants that hand text to the database (a migration's operations)."""
    for fact in assigns:
        if fact.value is not None and hands_over_sql(fact.value):
            yield partial(enter_declaration, module.path, module.key, symbol, owner, fact)


def hands_over_sql(expression: ir.Expr) -> bool:
    waiting: list[object] = [expression]
    while waiting:
        node = waiting.pop()
        match node:
            case ir.Call():
                if bare_name(node.function) in SQL_CALLS:
                    return True
                waiting += (node.function, *node.args, *(keyword.value for keyword in node.keywords))
            case ir.Collection():
                waiting += node.items
            case ir.Dictionary():
                waiting += (value for _, value in node.items)
            case ir.Attribute():
                waiting.append(node.value)
    return False


def enter_function(info: FunctionInfo, evaluator: Evaluator) -> None:
    evaluator.enter(info)


def enter_declaration(
    path: str, module: str, symbol: str, owner: str | None, fact: AssignFact, evaluator: Evaluator
) -> None:
    key = f"{symbol}.{fact.name}"
    evaluator.declared(path, module, key, owner, key, fact.value)


def described(enter: object) -> str:
    """What an entry evaluates, for a note on its failure."""
    for part in getattr(enter, "args", ()):
        if isinstance(part, FunctionInfo):
            return f"{part.path}: {part.qualname}"
        if isinstance(part, str):
            return part
    return str(getattr(getattr(enter, "func", enter), "__qualname__", enter))
