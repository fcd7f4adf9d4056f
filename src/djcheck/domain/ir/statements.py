"""What does something: assignments, loops, branches, definitions, and the tags of templates."""

from __future__ import annotations

from msgspec import Struct

from djcheck.domain.ir.expressions import Expr, Keyword, Node, Parameter
from djcheck.domain.source import Span


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


class Handler(Struct, frozen=True, array_like=True, gc=False):
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


class Case(Struct, frozen=True, array_like=True, gc=False):
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


class Outlasting(Node, frozen=True, array_like=True, tag=True):
    """`global` or `nonlocal`: variables that are there when the function has ended."""

    names: tuple[str, ...]
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
    | Outlasting
    | Define
    | DefineClass
    | Include
    | Tag
    | Block
    | Scope
    | Regroup
)


class FunctionIR(Struct, frozen=True, array_like=True, gc=False):
    """One function: its parameters and body. `span` covers its header line(s)."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Stmt, ...]
    is_async: bool
    is_generator: bool
    span: Span
