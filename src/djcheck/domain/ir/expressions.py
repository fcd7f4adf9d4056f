"""What yields a value: names, attributes, calls, displays, operators."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from djcheck.domain.source import Span


class Node(Struct, frozen=True, array_like=True, tag=True, cache_hash=True, gc=False):
    """Base of every IR node."""


class Name(Node, frozen=True, array_like=True, tag=True):
    id: str
    span: Span


class Attribute(Node, frozen=True, array_like=True, tag=True):
    """`value.name`; in templates `value.name` too, with Django's lookup order (`lenient`): key, attribute, call."""

    value: Expr
    name: str
    span: Span
    lenient: bool = False


class Keyword(Struct, frozen=True, array_like=True, gc=False):
    """`name=value` in a call or class header; `name` is None for `**value`."""

    name: str | None
    value: Expr


class Call(Node, frozen=True, array_like=True, tag=True):
    """A call; `*args` is a Starred among `args`."""

    function: Expr
    args: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    span: Span


class Filter(Node, frozen=True, array_like=True, tag=True):
    """`value|name:argument` of a template; keywords only in Jinja2 (`rows|sort(attribute="a.b")`)."""

    value: Expr
    name: str
    args: tuple[Expr, ...]
    span: Span
    keywords: tuple[Keyword, ...] = ()


class Subscript(Node, frozen=True, array_like=True, tag=True):
    value: Expr
    index: Expr
    span: Span


class Slice(Node, frozen=True, array_like=True, tag=True):
    lower: Expr | None
    upper: Expr | None
    step: Expr | None
    span: Span


class Constant(Node, frozen=True, array_like=True, tag=True):
    """A number, string, boolean or None. `...` and complex numbers are lowered to Opaque."""

    value: str | int | float | bool | None
    span: Span


class Bytes(Node, frozen=True, array_like=True, tag=True):
    span: Span


class FormattedText(Node, frozen=True, array_like=True, tag=True):
    """An f-string (or t-string): its parts in order; constant parts are Constant strings."""

    parts: tuple[Expr, ...]
    span: Span


class BinaryOperation(Node, frozen=True, array_like=True, tag=True):
    """`left operator right`; the operator as Python writes it (`+`, `%`, `|`, …)."""

    left: Expr
    operator: str
    right: Expr
    span: Span


class UnaryOperation(Node, frozen=True, array_like=True, tag=True):
    """`not x`, `-x`, `+x`, `~x`."""

    operator: str
    operand: Expr
    span: Span


class BooleanOperation(Node, frozen=True, array_like=True, tag=True):
    """`a and b and c` / `a or b`."""

    operator: Literal["and", "or"]
    values: tuple[Expr, ...]
    span: Span


class Comparison(Node, frozen=True, array_like=True, tag=True):
    """`left op right op right`; operators as Python writes them (`==`, `not in`, `is not`, …)."""

    left: Expr
    operators: tuple[str, ...]
    rights: tuple[Expr, ...]
    span: Span


class Conditional(Node, frozen=True, array_like=True, tag=True):
    """`body if test else orelse`."""

    test: Expr
    body: Expr
    orelse: Expr
    span: Span


class Collection(Node, frozen=True, array_like=True, tag=True):
    """A list, tuple or set display; items may be Starred."""

    kind: Literal["list", "tuple", "set"]
    items: tuple[Expr, ...]
    span: Span


class Dictionary(Node, frozen=True, array_like=True, tag=True):
    """A dict display; a key of None stands for `**value`."""

    items: tuple[tuple[Expr | None, Expr], ...]
    span: Span


class Generator(Struct, frozen=True, array_like=True, gc=False):
    """One `for target in iterable if …` of a comprehension."""

    target: Expr
    iterable: Expr
    conditions: tuple[Expr, ...]
    is_async: bool
    span: Span


class Comprehension(Node, frozen=True, array_like=True, tag=True):
    """`element` is the key of a dict comprehension, whose `value` is set."""

    kind: Literal["list", "set", "dict", "generator"]
    element: Expr
    value: Expr | None
    generators: tuple[Generator, ...]
    span: Span


class Lambda(Node, frozen=True, array_like=True, tag=True):
    parameters: tuple[Parameter, ...]
    body: Expr
    span: Span


class Await(Node, frozen=True, array_like=True, tag=True):
    value: Expr
    span: Span


class Yield(Node, frozen=True, array_like=True, tag=True):
    """`yield value` or, with `delegate`, `yield from value`."""

    value: Expr | None
    delegate: bool
    span: Span


class Starred(Node, frozen=True, array_like=True, tag=True):
    value: Expr
    span: Span


class Assigned(Node, frozen=True, array_like=True, tag=True):
    """`(target := value)`."""

    target: Expr
    value: Expr
    span: Span


class Opaque(Node, frozen=True, array_like=True, tag=True):
    """Something that djcheck does not interpret; its operands are still evaluated for their effects."""

    operands: tuple[Expr, ...]
    span: Span


Expr = (
    Name
    | Attribute
    | Call
    | Filter
    | Subscript
    | Slice
    | Constant
    | Bytes
    | FormattedText
    | BinaryOperation
    | UnaryOperation
    | BooleanOperation
    | Comparison
    | Conditional
    | Collection
    | Dictionary
    | Comprehension
    | Lambda
    | Await
    | Yield
    | Starred
    | Assigned
    | Opaque
)


class Parameter(Struct, frozen=True, array_like=True, gc=False):
    """`kind` as in inspect.Parameter: positional (only or not), `*args`, keyword-only, `**kwargs`."""

    name: str
    kind: Literal["positional", "args", "keyword", "kwargs"]
    default: Expr | None
    annotation: Expr | None
