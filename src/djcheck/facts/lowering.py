"""The libcst pass: what the functions of a file do, as IR."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from djcheck.domain import ir
from djcheck.domain.facts import ClassFact, FunctionFact, ModuleFacts
from djcheck.domain.ir import FunctionIR
from djcheck.facts.lower_statements import StatementLowering
from djcheck.facts.nesting import is_too_deep
from djcheck.facts.positions import Lines

MODULE = "<module>"
# What a function's property setter or an overload's declaration is marked with: they do not replace what came before.
ASIDE = frozenset(("setter", "deleter", "overload"))


def lower(text: str, functions: Sequence[FunctionFact]) -> dict[str, FunctionIR]:
    """Lower the functions of a file, each parsed from its own lines. A function that cannot be read is left out.

    Keys are qualified names. Where several functions share one, it stands for the one that Python would leave bound
    (of a property, the getter), and the others have ":" and their line behind it.
    """
    lowering = StatementLowering(text)
    found: dict[str, FunctionIR] = {}
    for key, fact in zip(_keys(functions), functions, strict=True):
        lowered = _lower_function(text, lowering, fact)
        if lowered is not None:
            found[key] = lowered
    return found


def lower_module(text: str, facts: ModuleFacts) -> FunctionIR | None:
    """The statements of the module's own body, without definitions and imports, as a function `<module>`."""
    lines = Lines(text)
    blanked = _without_definitions(text, lines, facts)
    if is_too_deep(blanked):
        return None
    try:
        tree = cst.parse_module(blanked)
        body = StatementLowering(blanked, lines).statements(tree.body)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError):
        return None
    statements = tuple([statement for statement in body if not isinstance(statement, ir.Import)])
    return FunctionIR(MODULE, (), statements, False, False, lines.span(0, len(text)))


def functions_of(facts: ModuleFacts) -> Iterator[FunctionFact]:
    """All functions of the file and all methods of its classes, inner classes included."""
    yield from facts.functions
    yield from _methods(facts.classes)


def _methods(classes: Iterable[ClassFact]) -> Iterator[FunctionFact]:
    for fact in classes:
        yield from fact.methods
        yield from _methods(fact.classes)


def _lower_function(text: str, lowering: StatementLowering, fact: FunctionFact) -> FunctionIR | None:
    header, last, lines = fact.header, fact.span.end_line, lowering.lines
    # A last line may be continued by one that holds nothing but a comment.
    while last < len(lines.starts) - 1 and text.endswith("\\\n", 0, lines.starts[last]):
        last += 1
    source = text[lines.starts[header.line - 1] : lines.starts[last]]
    # A method's indentation needs a block to stand in; the cursor goes over the file's own text all the same.
    if header.column > 1:
        source = "if 1:\n" + source
    if is_too_deep(source):
        return None
    try:
        node: cst.CSTNode = cst.parse_module(source).body[0]
        if isinstance(node, cst.If):
            node = node.body.body[0]
        assert isinstance(node, cst.FunctionDef)
        lowering.pos = lines.offset(header.line, header.column)
        return lowering.function(node)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError):
        return None


def _keys(functions: Sequence[FunctionFact]) -> list[str]:
    bound: dict[str, int] = {}
    for index, fact in sorted(enumerate(functions), key=lambda item: item[1].header.line):
        if fact.qualname not in bound or not _stands_aside(fact):
            bound[fact.qualname] = index
    return [
        fact.qualname if bound[fact.qualname] == index else f"{fact.qualname}:{fact.header.line}"
        for index, fact in enumerate(functions)
    ]


def _stands_aside(fact: FunctionFact) -> bool:
    names = (each.name if isinstance(each, ir.Attribute) else getattr(each, "id", "") for each in fact.decorators)
    return not ASIDE.isdisjoint(names)


def _without_definitions(text: str, lines: Lines, facts: ModuleFacts) -> str:
    """The text with a `pass` in the place of each function and class, and blanks for the rest of it."""
    spans = [fact.span for fact in facts.functions] + [fact.span for fact in facts.classes]
    stretches = [(lines.offset(each.line, each.column), lines.offset(each.end_line, each.end_column)) for each in spans]
    pieces: list[str] = []
    done = 0
    for start, end in sorted(stretches):
        inside = text[start:end]
        pieces += [text[done:start], "pass", "".join(["\n" if char == "\n" else " " for char in inside[4:]])]
        done = end
    return "".join([*pieces, text[done:]])
