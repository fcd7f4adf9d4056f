"""Executing statements: branches are joined, loops are run for one typical round."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from djcheck.domain import ir
from djcheck.domain.facts import ImportFact
from djcheck.domain.observation import LoopKind
from djcheck.flow.lattice.bounds import bounded
from djcheck.flow.lattice.joining import join
from djcheck.flow.lattice.values import (
    NONE,
    UNKNOWN,
    Const,
    External,
    QuerySet,
    Sequence,
    Tuple,
    Value,
    members,
)
from djcheck.flow.orm import row_attributes, row_facts, work
from djcheck.flow.python import (
    assignment,
    attributes,
    batches,
    feasible,
    formatting,
    guessing,
    iteration,
    leaving,
    operators,
    remembering,
    serializer_context,
)
from djcheck.flow.python.parameters import bare_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.flow.frame import Frame


def run_body(frame: Frame, function: ir.FunctionIR) -> None:
    """Run a whole function body in its frame."""
    execute_remembering(frame, function.body)
    if not frame.exits and not function.is_generator and frame.returned is not None:
        frame.give(NONE)
    work.settle_uses(frame)


def execute_remembering(frame: Frame, body: tuple[ir.Stmt, ...]) -> None:
    """Statements that may give back what an earlier call has found before they go on."""
    behind = remembering.remembered_from(body)
    execute(frame, body[:behind])
    if behind is not None:
        frame.cached_guard += 1
        execute(frame, body[behind:])
        frame.cached_guard -= 1


def execute(frame: Frame, body: tuple[ir.Stmt, ...]) -> None:
    for statement in body:
        if frame.exits:
            return
        HANDLERS[type(statement)](frame, statement)


def assign(frame: Frame, node: ir.Assign) -> None:
    if node.value is None:
        return
    value = bounded(frame.evaluate(node.value))
    for target in node.targets:
        assignment.assign(frame, target, value)


def augmented(frame: Frame, node: ir.AugmentedAssign) -> None:
    made = ir.BinaryOperation(node.target, node.operator, node.value, node.span)
    value = frame.evaluate(made)
    current = frame.evaluate(node.target)
    if type(current) is Sequence and frame.loops and type(value) is Sequence:
        value = Sequence(value.of, None, True)
    assignment.assign(frame, node.target, value)


def evaluate(frame: Frame, node: ir.Evaluate) -> None:
    value = frame.evaluate(node.value)
    if node.prints:
        formatting.stringify(frame, value, node.value)
        for member in members(value):
            if type(member) is QuerySet and not member.is_manager:
                iteration.item_of(frame, member, node.span)


def execute_leaving(frame: Frame, body: tuple[ir.Stmt, ...]) -> None:
    """Statements in a loop, of which the last may leave it."""
    behind = leaving.way_out(body)
    execute(frame, body[:behind])
    if behind < len(body):
        with leaving.on_the_way_out(frame, body[-1]):
            execute(frame, body[behind:])


def for_(frame: Frame, node: ir.For) -> None:
    iterable = frame.evaluate(node.iterable)
    for member in members(iterable):
        if type(member) is QuerySet:
            work.looped(frame, iterable, member, node)
        elif type(member) is Sequence:
            work.escapes(frame, member, node.iterable.span)
    if type(iterable) is Tuple and type(node.target) is ir.Collection and is_short(iterable, node.body):
        unrolled(frame, node, iterable)
        return
    round_ = iteration.iterate(frame, iterable, node.iterable.span, node.span, noted=True)
    loop, value = guessing.row(frame, round_, node.iterable, node.target, node.body)
    operators.mark_evaluated(frame, node.iterable, iterable)
    row_facts.forget_assigned(frame, node.body)
    before = dict(frame.env)
    with frame.iterating(None if leaving.runs_once(node.body) else loop):
        assignment.assign(frame, node.target, value)
        execute_leaving(frame, node.body)
    keep_on_rows(frame, node, iterable)
    leave_loop(frame, before)
    execute(frame, node.orelse)


def keep_on_rows(frame: Frame, node: ir.For, iterable: Value) -> None:
    """What a loop puts on its rows is there when the same result, or list, is gone over again."""
    if type(node.target) is ir.Name and isinstance(node.iterable, ir.Name | ir.Attribute | ir.Subscript):
        rows = row_attributes.on_all_rows(frame.env.get(node.target.id), iterable)
        if rows is not None:
            assignment.store(frame, node.iterable, rows)


def is_short(iterable: Tuple, body: tuple[ir.Stmt, ...]) -> bool:
    rounds = len(iterable.items)
    return 0 < rounds <= FEW_ITEMS or 0 < rounds * len(body) <= FEW_STATEMENTS


def unrolled(frame: Frame, node: ir.For, iterable: Tuple) -> None:
    """A loop over a few literal tuples, whose parts belong together: round by round."""
    before = dict(frame.env)
    for item in iterable.items:
        assignment.assign(frame, node.target, item)
        execute(frame, node.body)
        leave_loop(frame, before)
    execute(frame, node.orelse)


def leave_loop(frame: Frame, before: dict[str, Value]) -> None:
    """After a loop that may have run no time at all."""
    frame.exits = False
    merge(frame, before)


def merge(frame: Frame, other: dict[str, Value]) -> None:
    """Join another path's variables into the frame's."""
    env = frame.env
    for name, value in other.items():
        current = env.get(name)
        if current is None:
            env[name] = value
        elif current is not value:
            env[name] = bounded(join(current, value))


def while_(frame: Frame, node: ir.While) -> None:
    operators.truth(frame, node.test)
    row_facts.forget_assigned(frame, node.body)
    before = dict(frame.env)
    # A `while` walks pages, parents or retries: how often is not for the rows to say.
    with frame.iterating(frame.loop(node.span, LoopKind.PAGES)):
        execute_leaving(frame, node.body)
    leave_loop(frame, before)
    execute(frame, node.orelse)


def if_(frame: Frame, node: ir.If) -> None:
    known = feasible.outcome(frame, node.test)
    value: Value = UNKNOWN
    if known is None:
        value = operators.truth(frame, node.test)
        known = feasible.shown(node.test, value)
    if known is not None:
        execute_leaving(frame, node.body if known else node.orelse)
        return
    before = dict(frame.env)
    remembered = remembering.is_memo_test(node.test, node.body, frame.outlasting) or feasible.is_cache_miss(
        frame, node.test
    )
    frame.cached_guard += remembered
    feasible.assume(frame, node.test, True)
    rounds = frame.once_in_many() if batches.comes_round(node.test, node.body) else nullcontext()
    with rounds, frame.hardly(serializer_context.is_left_out(value)):
        execute_leaving(frame, node.body)
    frame.cached_guard -= remembered
    after_body, body_exits = dict(frame.env), frame.exits
    frame.env.clear()
    frame.env.update(before)
    frame.exits = False
    feasible.assume(frame, node.test, False)
    execute_leaving(frame, node.orelse)
    if body_exits:
        return
    if frame.exits:
        frame.env.clear()
        frame.env.update(after_body)
        frame.exits = False
    else:
        merge(frame, after_body)


def with_(frame: Frame, node: ir.With) -> None:
    for context, target in node.items:
        value = frame.evaluate(context)
        if target is not None:
            assignment.assign(frame, target, entered(value))
    execute(frame, node.body)


def entered(value: Value) -> Value:
    """What `as` binds: a `@contextmanager` function is a generator of one item; others give themselves."""
    return value.of if type(value) is Sequence and value.from_rows else value


FEW_ITEMS, FEW_STATEMENTS = 4, 64
# A handler of these tries another signature or attribute, or meets a row that somebody else made meanwhile: it runs
# instead of the body, and for few classes or rows if any.
MISFITS = frozenset({"TypeError", "AttributeError", "IntegrityError"})


def try_(frame: Frame, node: ir.Try) -> None:
    before = dict(frame.env)
    with leaving.caught(frame, node):
        execute_remembering(frame, node.body)
    if not frame.exits:
        execute(frame, node.orelse)
    after, exits = dict(frame.env), frame.exits
    paths = [] if exits else [after]
    for handler in () if serializer_context.is_context_lookup(node.body) else node.handlers:
        frame.env.clear()
        frame.env.update(before)
        merge(frame, after)
        frame.exits = False
        if handler.type is not None:
            frame.evaluate(handler.type)
        if handler.name is not None:
            frame.env[handler.name] = UNKNOWN
        remembered = remembering.after_failed_lookup(handler)
        frame.cached_guard += remembered
        with frame.hardly(bare_name(handler.type) in MISFITS):
            execute(frame, handler.body)
        frame.cached_guard -= remembered
        if not frame.exits:
            paths.append(dict(frame.env))
    frame.env.clear()
    frame.env.update(paths[0] if paths else after)
    for path in paths[1:]:
        merge(frame, path)
    frame.exits = False
    execute(frame, node.final)
    frame.exits = frame.exits or not paths


def match(frame: Frame, node: ir.Match) -> None:
    work.escapes(frame, frame.evaluate(node.subject), node.span)
    before = dict(frame.env)
    paths = [before]
    for case in node.cases:
        frame.env.clear()
        frame.env.update(before)
        frame.exits = False
        for name in case.bindings:
            frame.env[name] = UNKNOWN
        if case.guard is not None:
            operators.truth(frame, case.guard)
        execute(frame, case.body)
        if not frame.exits:
            paths.append(dict(frame.env))
    frame.exits = False
    frame.env.clear()
    frame.env.update(paths[0])
    for path in paths[1:]:
        merge(frame, path)


TESTS = ir.Comparison | ir.BooleanOperation | ir.UnaryOperation


def return_(frame: Frame, node: ir.Return) -> None:
    value = frame.evaluate(node.value) if node.value is not None else NONE
    work.escapes(frame, value, node.span)
    known = feasible.outcome(frame, node.value) if isinstance(node.value, TESTS) else None
    if frame.puts_anything and type(node.value) is ir.Name and node.value.id in frame.given:
        value = row_attributes.with_anything(value)  # a prefetch by hand, of the rows that it was given
    frame.give(value if known is None else Const(known))
    frame.exits = True


def raise_(frame: Frame, node: ir.Raise) -> None:
    if node.value is not None:
        with frame.hardly():  # no round follows, so that it is not done for each row
            frame.evaluate(node.value)
    frame.exits = True


def leave(frame: Frame, node: ir.Stmt) -> None:
    frame.exits = True


def delete(frame: Frame, node: ir.Delete) -> None:
    """`del x` costs nothing."""


def assert_(frame: Frame, node: ir.Assert) -> None:
    operators.truth(frame, node.test)
    feasible.assume(frame, node.test, True)


def import_(frame: Frame, node: ir.Import) -> None:
    index = frame.evaluator.index
    for local, module, level, name in node.names:
        symbol = index.imported(frame.module, ImportFact(local, module, level, name, node.span.line))
        value = attributes.symbol_value(frame, symbol, name or module)
        if value == UNKNOWN and symbol is None and level == 0:
            value = External(module if name is None else f"{module}.{name}")
        frame.env[local] = value


def outlasting(frame: Frame, node: ir.Outlasting) -> None:
    frame.outlasting = frame.outlasting.union(node.names)


def define(frame: Frame, node: ir.Define) -> None:
    for decorator in node.decorators:
        frame.evaluate(decorator)
    frame.env[node.function.name] = frame.closure(node.function)


def define_class(frame: Frame, node: ir.DefineClass) -> None:
    frame.env[node.name] = UNKNOWN


# `rendering.py` adds the statements of templates.
HANDLERS: dict[type, Callable[[Frame, Any], None]] = {
    ir.Assign: assign,
    ir.AugmentedAssign: augmented,
    ir.Evaluate: evaluate,
    ir.For: for_,
    ir.While: while_,
    ir.If: if_,
    ir.With: with_,
    ir.Try: try_,
    ir.Match: match,
    ir.Return: return_,
    ir.Raise: raise_,
    ir.Break: leave,
    ir.Continue: leave,
    ir.Delete: delete,
    ir.Assert: assert_,
    ir.Import: import_,
    ir.Outlasting: outlasting,
    ir.Define: define,
    ir.DefineClass: define_class,
}
