"""The way to a place in a body: the loops that it stands in, and what may keep the code from getting there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.source import Span
from djcheck.fixes.project.evidence import contains
from djcheck.flow.nodes import LEAVES, parts

LEAVING = (ir.Return, ir.Raise, ir.Break, ir.Continue, ir.Yield)
DEFINITIONS = (ir.Define, ir.DefineClass, ir.Lambda)
# Tags that show what stands in them, whatever it is.
TRANSPARENT = frozenset({"spaceless", "autoescape", "localize", "localtime", "timezone", "language", "filter"})


class Step(Struct, frozen=True):
    """A loop by its header and what it goes over; else what may keep the code from going on.

    `over` of a test is what must be true, of a loop what it goes over. `may_leave`: the loop may end before its time.
    """

    span: Span | None = None
    over: Span | None = None
    may_leave: bool = False

    @property
    def is_loop(self) -> bool:
        return self.span is not None


MAYBE = Step()
Way = list[Step]


def way_to(span: Span, body: Sequence[ir.Stmt]) -> Way | None:
    """The way from the beginning of a body to a place in it, or to the header of a loop; None where it is elsewhere."""
    for at, statement in enumerate(body):
        found = in_statement(span, statement)
        if found is not None:
            return [*map(leaving, filter(may_leave, body[:at])), *found]
    return None


def leaving(statement: ir.Stmt) -> Step:
    """What an earlier statement that may leave the body says of those behind it."""
    if isinstance(statement, ir.If) and not statement.orelse and isinstance(statement.test, ir.UnaryOperation):
        return Step(over=statement.test.operand.span) if statement.test.operator == "not" else MAYBE
    return MAYBE


def may_leave(node: object) -> bool:
    """May the code go elsewhere than on? Not by what is only defined there."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, LEAVING):
            return True
        if not isinstance(each, DEFINITIONS):
            waiting += [part for part in parts(each) if type(part) not in LEAVES]
    return False


def in_statement(span: Span, statement: ir.Stmt) -> Way | None:
    if isinstance(statement, ir.For) and statement.span == span:
        return []
    for before, part in parts_of(statement):
        found = way_to(span, part) if isinstance(part, tuple) else in_expression(span, part)
        if found is not None:
            return [*before, *found]
    return None


def parts_of(statement: ir.Stmt) -> Iterator[tuple[Way, tuple[ir.Stmt, ...] | ir.Expr]]:
    """The expressions and bodies of a statement, each with what stands between the statement and it."""
    match statement:
        case ir.For():
            yield [], statement.iterable
            yield [loop(statement.span, statement.iterable, statement.body)], statement.body
            yield [MAYBE], statement.orelse
        case ir.While():
            yield [], statement.test
            yield [MAYBE], (*statement.body, *statement.orelse)
        case ir.If():
            yield [], statement.test
            yield [Step(over=statement.test.span)], statement.body
            yield [MAYBE], statement.orelse
        case ir.Try():
            swallowed = [MAYBE] if statement.handlers else []
            yield swallowed, (*statement.body, *statement.orelse)
            for handler in statement.handlers:
                yield [MAYBE], handler.body
            yield [], statement.final
        case ir.Match():
            yield [], statement.subject
            for case in statement.cases:
                yield [MAYBE], case.body
        case ir.Define():
            yield [MAYBE], statement.function.body
        case ir.Tag(name=name):
            yield from (([], part) for part in expressions(statement))
            yield [] if name in TRANSPARENT else [MAYBE], statement.body
        case ir.With() | ir.Block() | ir.Scope():
            yield from (([], part) for part in expressions(statement))
            yield [], statement.body
        case ir.DefineClass():
            yield [MAYBE], statement.body
        case _:
            yield from (([], part) for part in expressions(statement))


def in_expression(span: Span, expression: ir.Expr) -> Way | None:
    if not contains(expression.span, span):
        return None
    for before, part in operands(expression):
        found = in_expression(span, part)
        if found is not None:
            return [*before, *found]
    return headed(span, expression) if isinstance(expression, ir.Comprehension) else []


def operands(expression: ir.Expr) -> Iterator[tuple[Way, ir.Expr]]:
    """The parts of an expression, each with what stands between the expression and it."""
    match expression:
        case ir.Conditional():
            yield [], expression.test
            yield [Step(over=expression.test.span)], expression.body
            yield [MAYBE], expression.orelse
        case ir.BooleanOperation(values=(first, *others)):
            yield [], first
            yield from (([MAYBE], other) for other in others)
        case ir.Lambda():
            yield [MAYBE], expression.body
        case ir.Comprehension():
            yield from of_comprehension(expression)
        case _:
            yield from (([], part) for part in expressions(expression))


def of_comprehension(expression: ir.Comprehension) -> Iterator[tuple[Way, ir.Expr]]:
    way: Way = []
    for generator in expression.generators:
        yield way, generator.iterable
        way = [*way, loop(generator.span, generator.iterable, ())]
        for condition in generator.conditions:
            yield way, condition
            way = [*way, MAYBE]
    yield way, expression.element
    if expression.value is not None:
        yield way, expression.value


def headed(span: Span, expression: ir.Comprehension) -> Way:
    """The way to a `for` of a comprehension."""
    way: Way = []
    for generator in expression.generators:
        if generator.span == span:
            break
        way += [loop(generator.span, generator.iterable, ()), *(MAYBE for _ in generator.conditions)]
    return way


def loop(header: Span, iterable: ir.Expr, body: Iterable[ir.Stmt]) -> Step:
    return Step(header, iterable.span, any(may_leave(each) for each in body))


def expressions(node: object) -> Iterator[ir.Expr]:
    """The expressions that a node is made of, without those of statements in it."""
    for part in parts(node):
        if isinstance(part, ir.Expr):
            yield part
        elif not isinstance(part, ir.Stmt):
            yield from expressions(part)
