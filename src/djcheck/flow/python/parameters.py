"""From a call's arguments to a function's parameters, and what annotations say of parameters without a caller."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, External, FunctionInfo
from djcheck.flow.lattice.taint import constant
from djcheck.flow.lattice.values import (
    NOTHING_EAGER,
    NUMBER,
    UNKNOWN,
    Class,
    Const,
    Formal,
    Instance,
    Mapping,
    Object,
    Plain,
    QuerySet,
    Request,
    Sequence,
    Source,
    Tuple,
    Unknown,
    Value,
)
from djcheck.flow.nodes import MOST_KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from djcheck.domain.ir import FunctionIR, Parameter
    from djcheck.flow.evaluator import Evaluator

SEQUENCES = frozenset(
    [
        "list",
        "List",
        "Iterable",
        "Iterator",
        "Sequence",
        "Collection",
        "set",
        "Set",
        "frozenset",
        "tuple",
        "Tuple",
        "Generator",
        "AsyncIterator",
        "AsyncIterable",
        "MutableSequence",
    ]
)
SMALL = 12
QUERYSETS = frozenset({"QuerySet", "ValuesQuerySet", "BaseManager", "Manager", "RelatedManager"})


class Arguments(Struct):
    """What a call passes. `rest`: `*args` or `**kwargs` were passed whose length or keys are not known."""

    positional: list[Value]
    keywords: dict[str, Value]
    rest: bool = False


def bind(parameters: tuple[Parameter, ...], arguments: Arguments) -> dict[str, Value]:
    """Parameter name → value, for those that get one; `*args` and `**kwargs` are gathered."""
    bound: dict[str, Value] = {}
    left = list(arguments.positional)
    keywords = dict(arguments.keywords)
    for parameter in parameters:
        if parameter.kind == "positional":
            if left:
                bound[parameter.name] = left.pop(0)
            elif parameter.name in keywords:
                bound[parameter.name] = keywords.pop(parameter.name)
            elif arguments.rest:
                bound[parameter.name] = UNKNOWN
        elif parameter.kind == "keyword":
            if parameter.name in keywords:
                bound[parameter.name] = keywords.pop(parameter.name)
            elif arguments.rest:
                bound[parameter.name] = UNKNOWN
        elif parameter.kind == "args":
            bound[parameter.name] = Sequence(UNKNOWN) if arguments.rest else Tuple(tuple(left))
            left = []
    for parameter in parameters:
        if parameter.kind == "kwargs":
            items = tuple(sorted(keywords.items(), key=lambda item: item[0]))
            bound[parameter.name] = Mapping(items, UNKNOWN if arguments.rest else None)
    return {name: plain_shape(value) for name, value in bound.items()}


def plain_shape(value: Value) -> Value:
    """Numbers make no difference to what a function does, but for small ones that cut rows off: keep shapes few."""
    if type(value) is not Const or value.value is None or isinstance(value.value, bool):
        return value
    return value if isinstance(value.value, int) and 0 <= value.value <= SMALL else NUMBER


def bare_name(expression: object) -> str:
    """The last name of a dotted expression or call (`shared_task` of `@celery.shared_task(bind=True)`)."""
    while type(expression) is ir.Call:
        expression = expression.function
    if type(expression) is ir.Attribute:
        return expression.name
    return expression.id if type(expression) is ir.Name else ""


@lru_cache(MOST_KEPT)
def decorators_of(info: FunctionInfo) -> frozenset[str]:
    """The bare names of a function's decorators."""
    return frozenset(map(bare_name, info.fact.decorators))


def entry_values(evaluator: Evaluator, info: FunctionInfo, body: FunctionIR) -> dict[str, Value]:
    """What a function's parameters hold when nobody is known to call it."""
    from djcheck.flow.python import guessing, incoming

    values: dict[str, Value] = {}
    formals = iter(Formal(1000 + number) for number in range(1000))
    positional = [parameter for parameter in body.parameters if parameter.kind == "positional"]
    first = positional[0].name if positional else ""
    bound = first if info.owner is not None and "staticmethod" not in decorators_of(info) else ""
    for parameter in body.parameters:
        name = parameter.name
        if name == bound and info.owner is not None:
            values[name] = self_value(evaluator, info.owner, info, next(formals))
            continue
        promised = (
            UNKNOWN
            if parameter.annotation is None
            else annotated(evaluator, info.module, parameter.annotation, formals)
        )
        if isinstance(promised, Unknown):
            promised = (
                template_named(parameter)
                or incoming.argument(evaluator, info, positional, parameter)
                or guessing.argument(evaluator.index, info, body, name)
                or Unknown("parameter")
            )
        elif isinstance(promised, QuerySet | Sequence):
            promised = guessing.promised(info, body, promised)
        values[name] = promised
    return values


def template_named(parameter: Parameter) -> Value | None:
    """`def detail(request, template_name="book.html")`: URLs seldom say otherwise."""
    default = parameter.default
    if "template" in parameter.name and isinstance(default, ir.Constant) and isinstance(default.value, str):
        return constant(default.value)
    return None


def self_value(evaluator: Evaluator, owner: str, info: FunctionInfo, formal: Formal) -> Value:
    """`self` (or `cls`) in a method of `owner`."""
    if "classmethod" in decorators_of(info) or info.fact.name == "__new__":
        return Class(owner)
    index = evaluator.index
    if index.model(owner) is not None:
        return Instance(owner, Source(formal), NOTHING_EAGER, frozenset((formal,)))
    if index.is_a(owner, "django.db.models.Manager", "django.db.models.QuerySet", "django.db.models.BaseManager"):
        model = index.model_of_manager(owner)
        is_manager = not index.is_a(owner, "django.db.models.QuerySet")
        return QuerySet(
            model or "",
            Source(formal),
            NOTHING_EAGER,
            frozenset((formal,)),
            manager_class=owner if is_manager else None,
            queryset_class=None if is_manager else owner,
            is_manager=is_manager,
        )
    from djcheck.flow import machinery

    return Object(owner, machinery.self_fields(index, owner, info), frozenset((formal,)))


def annotated(evaluator: Evaluator, module: str, annotation: object, formals: Iterator[Formal]) -> Value:
    """What an annotation promises: rows of a model, a queryset, a sequence of them, a number, a request."""
    if isinstance(annotation, ir.Constant) and isinstance(annotation.value, str):
        name = annotation.value.strip()
        if not all(part.isidentifier() for part in name.split(".")):
            return UNKNOWN
        return of_class(evaluator, module, name, formals)
    if isinstance(annotation, ir.BinaryOperation) and annotation.operator == "|":
        left = annotated(evaluator, module, annotation.left, formals)
        return annotated(evaluator, module, annotation.right, formals) if isinstance(left, Unknown) else left
    if isinstance(annotation, ir.Subscript):
        outer = bare_name(annotation.value)
        inner = annotation.index
        if isinstance(inner, ir.Collection) and inner.items:
            inner = inner.items[0]
        if outer in ("Optional", "Annotated", "Final", "ClassVar", "Awaitable"):
            return annotated(evaluator, module, inner, formals)
        value = annotated(evaluator, module, inner, formals)
        if outer in QUERYSETS and isinstance(value, Instance):
            return QuerySet(value.model, value.source, value.eager, value.varies)
        if outer in SEQUENCES and isinstance(value, Instance):
            return Sequence(value, None, True)
        return Sequence(value) if outer in SEQUENCES else UNKNOWN
    name = dotted(annotation)
    return of_class(evaluator, module, name, formals) if name else UNKNOWN


def of_class(evaluator: Evaluator, module: str, name: str, formals: Iterator[Formal]) -> Value:
    """An instance of the class that a dotted name stands for."""
    if name in ("int", "float", "bool", "Decimal", "date", "datetime", "UUID", "uuid.UUID"):
        return NUMBER
    symbol = evaluator.index.resolve(module, name)
    if isinstance(symbol, ClassInfo):
        if evaluator.index.model(symbol.qualname) is not None:
            formal = next(formals)
            return Instance(symbol.qualname, Source(formal), NOTHING_EAGER, frozenset((formal,)))
        return Object(symbol.qualname)
    if isinstance(symbol, External):
        last = symbol.name.rpartition(".")[2]
        if last in ("HttpRequest", "Request", "WSGIRequest", "ASGIRequest", "AuthenticatedHttpRequest"):
            return Request()
        if last in ("date", "datetime", "timedelta", "Decimal", "UUID"):
            return Plain(True)
    return UNKNOWN


def dotted(expression: object) -> str:
    """`a.b.c` of a plain dotted expression, else ""."""
    parts: list[str] = []
    while type(expression) is ir.Attribute:
        parts.append(expression.name)
        expression = expression.value
    if type(expression) is not ir.Name:
        return ""
    parts.append(expression.id)
    return ".".join(reversed(parts))
