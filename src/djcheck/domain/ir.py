"""The intermediate representation: what a function, template or declaration does, without a syntax tree.

Everything that is analysed (Python functions through libcst, class-level and module-level declarations through
the survey, Django and Jinja2 templates) is lowered to these nodes, so that the evaluator knows one language.
Nodes are immutable, hold no syntax tree and can be written as MessagePack.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from djcheck.domain.source import Span


class Node(Struct, frozen=True, array_like=True, tag=True):
    """Base of every IR node."""


# ---------------------------------------------------------------- expressions


class Name(Node, frozen=True, array_like=True, tag=True):
    id: str
    span: Span


class Attribute(Node, frozen=True, array_like=True, tag=True):
    """`value.name`; in templates `value.name` too, with Django's lookup order (`lenient`): key, attribute, call."""

    value: Expr
    name: str
    span: Span
    lenient: bool = False


class Keyword(Struct, frozen=True, array_like=True):
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


class Generator(Struct, frozen=True, array_like=True):
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


class Parameter(Struct, frozen=True, array_like=True):
    """`kind` as in inspect.Parameter: positional (only or not), `*args`, keyword-only, `**kwargs`."""

    name: str
    kind: Literal["positional", "args", "keyword", "kwargs"]
    default: Expr | None
    annotation: Expr | None


# ---------------------------------------------------------------- statements


class Assign(Node, frozen=True, array_like=True, tag=True):
    """`target = target = value`; an annotation where there is one; `value` is None for a bare annotation."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None
    span: Span


class AugmentedAssign(Node, frozen=True, array_like=True, tag=True):
    """`target operator= value`; the operator without its `=`."""

    target: Expr
    operator: str
    value: Expr
    span: Span


class Evaluate(Node, frozen=True, array_like=True, tag=True):
    """An expression as a statement; in templates, an expression that is printed (`prints`)."""

    value: Expr
    span: Span
    prints: bool = False


class For(Node, frozen=True, array_like=True, tag=True):
    """`span` covers the header (`for target in iterable`) only."""

    target: Expr
    iterable: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool
    span: Span


class While(Node, frozen=True, array_like=True, tag=True):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    span: Span


class If(Node, frozen=True, array_like=True, tag=True):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    span: Span


class With(Node, frozen=True, array_like=True, tag=True):
    """`items` are (context expression, target or None)."""

    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple[Stmt, ...]
    span: Span


class Handler(Struct, frozen=True, array_like=True):
    """`except type as name`."""

    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]


class Try(Node, frozen=True, array_like=True, tag=True):
    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]
    span: Span


class Case(Struct, frozen=True, array_like=True):
    """A `case` of a `match`: the names that its pattern binds, its guard and its body."""

    bindings: tuple[str, ...]
    guard: Expr | None
    body: tuple[Stmt, ...]


class Match(Node, frozen=True, array_like=True, tag=True):
    subject: Expr
    cases: tuple[Case, ...]
    span: Span


class Return(Node, frozen=True, array_like=True, tag=True):
    value: Expr | None
    span: Span


class Raise(Node, frozen=True, array_like=True, tag=True):
    value: Expr | None
    span: Span


class Break(Node, frozen=True, array_like=True, tag=True):
    span: Span


class Continue(Node, frozen=True, array_like=True, tag=True):
    span: Span


class Delete(Node, frozen=True, array_like=True, tag=True):
    targets: tuple[Expr, ...]
    span: Span


class Assert(Node, frozen=True, array_like=True, tag=True):
    test: Expr
    span: Span


class Import(Node, frozen=True, array_like=True, tag=True):
    """An import inside a function: (local name, module, level, imported name or None)."""

    names: tuple[tuple[str, str, int, str | None], ...]
    span: Span


class Define(Node, frozen=True, array_like=True, tag=True):
    """A function defined inside another."""

    function: FunctionIR
    decorators: tuple[Expr, ...]
    span: Span


class DefineClass(Node, frozen=True, array_like=True, tag=True):
    """A class defined inside a function: its methods are bodies of their own."""

    name: str
    bases: tuple[Expr, ...]
    body: tuple[Stmt, ...]
    span: Span


class Include(Node, frozen=True, array_like=True, tag=True):
    """A template included by another: the context is passed on unless `isolated`; `extra` are added names."""

    template: Expr
    extra: tuple[tuple[str, Expr], ...]
    isolated: bool
    span: Span


class Tag(Node, frozen=True, array_like=True, tag=True):
    """A template tag that is not the language's own: `{% name args kw=… as target %}` with its body, if any."""

    name: str
    args: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    target: str | None
    body: tuple[Stmt, ...]
    span: Span


class Block(Node, frozen=True, array_like=True, tag=True):
    """`{% block name %}` of a template, replaced by the same block of a template that extends it."""

    name: str
    body: tuple[Stmt, ...]
    span: Span


class Scope(Node, frozen=True, array_like=True, tag=True):
    """`{% with a=… %}`: names bound for the body only."""

    bindings: tuple[tuple[str, Expr], ...]
    body: tuple[Stmt, ...]
    span: Span


class Regroup(Node, frozen=True, array_like=True, tag=True):
    """`{% regroup rows by key as target %}`: `key` is an attribute path read on each row."""

    rows: Expr
    key: str
    target: str
    span: Span


Stmt = (
    Assign
    | AugmentedAssign
    | Evaluate
    | For
    | While
    | If
    | With
    | Try
    | Match
    | Return
    | Raise
    | Break
    | Continue
    | Delete
    | Assert
    | Import
    | Define
    | DefineClass
    | Include
    | Tag
    | Block
    | Scope
    | Regroup
)


class FunctionIR(Struct, frozen=True, array_like=True):
    """One function: its parameters and body. `span` covers its header line(s)."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Stmt, ...]
    is_async: bool
    is_generator: bool
    span: Span
