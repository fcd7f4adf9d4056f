"""What calls of classes make: instances of models, what the framework gives a meaning, objects of the project's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.flow.lattice.values import NONE, NOTHING_EAGER, Class, Function, Instance, Object, Source, Value
from djcheck.flow.orm import pagination, querysets, row_facts, work
from djcheck.flow.python import calls, externals
from djcheck.flow.python.parameters import Arguments

if TYPE_CHECKING:
    from djcheck.domain import ir
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame


def construct(frame: Frame, callee: Class, arguments: Arguments, node: ir.Call) -> Value:
    """`Book(…)`, or an object of a class that is no model."""
    index = frame.evaluator.index
    model = index.model(callee.qualname)
    if model is not None:
        # A new instance: what it was given it holds, and what it was not given has nothing to fetch.
        origin = querysets.fresh(frame, callee.qualname, node.span)
        made = Instance(callee.qualname, Source(origin), NOTHING_EAGER, frame.active(), frozenset("*"), True)
        return replace(made, facts=row_facts.of_new(frame, callee.qualname, arguments))
    special = externals.construct(frame, callee, arguments, node)
    if special is not None:
        return special
    plain = Object(callee.qualname, (), frame.active())
    method = index.member(callee.qualname, "__init__")
    if isinstance(method, FunctionInfo):
        return built(frame, method, plain, arguments, node.span)
    return with_dataclass_fields(frame, plain, arguments)


def built(frame: Frame, method: FunctionInfo, made: Object, arguments: Arguments, span: Span) -> Value:
    for value in (*arguments.positional, *arguments.keywords.values()):
        work.escapes(frame, value, span)
    bound = Arguments([made, *arguments.positional], arguments.keywords, arguments.rest)
    return frame.evaluator.build(frame, method, bound, span, made)


def begin(frame: Frame, made: Value, callee: Value, arguments: Arguments, node: ir.Call) -> Value:
    """`super().__init__(…)`: the object then holds what its base class's constructor puts on it."""
    info = frame.evaluator.index.function(callee.qualname) if isinstance(callee, Function) else None
    if not isinstance(made, Object) or (info is None and isinstance(callee, Function)):
        return calls.invoke(frame, callee, arguments, node)
    if info is None:
        calls.invoke(frame, callee, arguments, node)
        begun: Value = pagination.begun(frame, made, arguments)
    else:
        begun = built(frame, info, made, arguments, node.span)
    for name in [name for name, value in frame.env.items() if value is made]:
        frame.env[name] = begun
    return NONE


def with_dataclass_fields(frame: Frame, made: Object, arguments: Arguments) -> Value:
    """Keyword arguments of a class without `__init__` (a dataclass, a named tuple) become its fields."""
    info = frame.evaluator.index.class_info(made.qualname)
    if not isinstance(info, ClassInfo):
        return made
    fields = dict(arguments.keywords)
    names = [assign.name for assign in info.fact.attributes if assign.annotation is not None]
    fields.update(zip(names, arguments.positional, strict=False))
    return Object(made.qualname, tuple(sorted(fields.items(), key=lambda item: item[0])), made.varies)
