"""Where evaluation begins: every function, module body and declaration that can hold rows or SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from djcheck.domain.facts import AssignFact, ClassFact, FunctionFact
from djcheck.domain.index import ConstantInfo, FunctionInfo
from djcheck.domain.source import Span
from djcheck.flow import machinery

if TYPE_CHECKING:
    from djcheck.flow.evaluator import Evaluator
    from djcheck.index.names import Module
    from djcheck.index.project import ProjectIndex

Entry = Callable[["Evaluator"], None]

BODY = "<module>"
TOP = Span(1, 1, 1, 1)
# Fewer entries than this are evaluated sooner than a second process starts and evaluates what it shares with the first.
FEW = 600
# So many functions are evaluated while one request to a class-based view is, with all that it shows.
REQUEST = 5


def parts(index: ProjectIndex) -> tuple[list[Entry], list[Entry]]:
    """What to evaluate, in a fixed order and in two parts that take about as long, each for an evaluator of its own.

    The packages are dealt out, the largest first, to the part that has less yet; a small project is all in the first.
    The division never depends on how many processes there are: so neither does what is found.
    """
    others = [*functions(index), *machinery.entries(index)]
    requests = list(machinery.requests(index))
    if len(others) + len(requests) <= FEW:
        return [*others, *requests], []
    homes = {entry: package_of(entry, index) for entry in (*others, *requests)}
    weights = Counter(homes[entry] for entry in others)
    for entry in requests:
        weights[homes[entry]] += REQUEST
    # By the dozen, so that one more function seldom moves a package.
    dozens = {package: 1 + weight // 12 for package, weight in weights.items()}
    sizes, dealt = [0, 0], dict[str, int]()
    for package in sorted(dozens, key=lambda package: (-dozens[package], package)):
        dealt[package] = sizes.index(min(sizes))
        sizes[dealt[package]] += dozens[package]
    first, second = ([entry for entry, home in homes.items() if dealt[home] == part] for part in (0, 1))
    return first, second


def package_of(entry: Entry, index: ProjectIndex) -> str:
    """The directory in which stands what an entry evaluates."""
    assert isinstance(entry, partial)
    about = entry.args[0]
    info = index.class_info(about) if isinstance(about, str) else about
    return "" if info is None else str(info.path).rpartition("/")[0]


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
        if fact.hands_over_sql:
            info = ConstantInfo(f"{symbol}.{fact.name}", module.key, module.path, (fact,))
            yield partial(enter_declaration, info, symbol, owner)


def enter_function(info: FunctionInfo, evaluator: Evaluator) -> None:
    if not is_left_to_heirs(info, evaluator):
        evaluator.enter(info)
        machinery.request_of_function(evaluator, info)


def is_left_to_heirs(info: FunctionInfo, evaluator: Evaluator) -> bool:
    """Is it a view's method that is evaluated for each view that extends it, where only those are requested?"""
    owner = info.owner
    played = owner is not None and machinery.is_played(evaluator.index, owner, info.fact.name)
    return played and evaluator.routes.leads_to_heirs_only(owner or "")


def enter_declaration(info: ConstantInfo, symbol: str, owner: str | None, evaluator: Evaluator) -> None:
    evaluator.declared(info.path, info.module, symbol, owner, info.qualname, info.assigns[0].value)


def described(enter: object) -> str:
    """What an entry evaluates, for a note on its failure."""
    for part in getattr(enter, "args", ()):
        if isinstance(part, FunctionInfo | ConstantInfo):
            return f"{part.path}: {part.qualname}"
        if isinstance(part, str):
            return part
    return str(getattr(getattr(enter, "func", enter), "__qualname__", enter))
