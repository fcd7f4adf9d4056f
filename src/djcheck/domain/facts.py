"""What the survey says of one file, from its bytes alone."""

from __future__ import annotations

from msgspec import Struct

from djcheck.domain.ir import Expr, Keyword, Parameter, Stmt
from djcheck.domain.source import Span


class ImportFact(Struct, frozen=True, array_like=True, gc=False):
    """`from module import name as local` (level dots before `module`), or `import module as local` (name None).

    `import a.b` without `as` binds `a`: then local is "a" and module "a". A star import has name "*" and local "*".
    """

    local: str
    module: str
    level: int
    name: str | None
    line: int


class AssignFact(Struct, frozen=True, array_like=True, gc=False):
    """`name = value` (or `name: annotation = value`, `name += value`) at module or class level, in source order.

    Assignments inside top-level `if`, `try`, `with` and `for` count too. `operator` is "" for `=`, the operator for
    an augmented assignment ("+" for `+=`), and "[]" for `name[key] = value`, where `value` is then a Dictionary
    `{key: value}` (of further ones for `name[a][b] = value`). `name` is dotted for `Class.name = value`.
    In `a, b = value` each name gets its item where the value is a display of as many, else an Opaque of the value.
    `value` is None for a bare annotation. `hands_over_sql`: it calls what takes text for the database, by its name.
    """

    name: str
    value: Expr | None
    annotation: Expr | None
    operator: str
    span: Span
    hands_over_sql: bool = False


class FunctionFact(Struct, frozen=True, array_like=True, cache_hash=True, gc=False):
    """A function or method. `span` runs from its first decorator to its end; `qualname` as Python has it.

    `matters` is the cheap test: could what it does concern the database at all (DESIGN §1)? `answer` is the True or
    False that it returns, where it does nothing else.
    """

    name: str
    qualname: str
    span: Span
    header: Span
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    is_async: bool
    matters: bool
    answer: bool | None = None


class ClassFact(Struct, frozen=True, array_like=True, gc=False):
    """A class with what its body declares; `classes` are its inner classes (Meta among them)."""

    name: str
    qualname: str
    span: Span
    bases: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    decorators: tuple[Expr, ...]
    attributes: tuple[AssignFact, ...]
    methods: tuple[FunctionFact, ...]
    classes: tuple[ClassFact, ...]
    imports: tuple[ImportFact, ...] = ()


class CallFact(Struct, frozen=True, array_like=True, gc=False):
    """A call as a statement at module level (`admin.site.register(…)`, `User.add_to_class(…)`)."""

    call: Expr
    span: Span


class ModuleFacts(Struct, frozen=True, array_like=True, gc=False):
    """A Python file. `error` says why it could not be read (then the rest is empty)."""

    path: str
    lines: int
    imports: tuple[ImportFact, ...] = ()
    assignments: tuple[AssignFact, ...] = ()
    functions: tuple[FunctionFact, ...] = ()
    classes: tuple[ClassFact, ...] = ()
    calls: tuple[CallFact, ...] = ()
    exports: tuple[str, ...] | None = None
    body_matters: bool = False
    error: str | None = None
    error_line: int = 1


class TemplateFacts(Struct, frozen=True, array_like=True, cache_hash=True, gc=False):
    """A template: `name` is its path as loaders know it only after the index has placed it; here the file's path.

    `macros` are Jinja2 macros (name → parameters and body); `imports` are Jinja2 imports
    (local name, template, macro name or None for the whole template); `libraries` are `{% load %}` names.
    """

    path: str
    lines: int
    language: str
    body: tuple[Stmt, ...] = ()
    extends: Expr | None = None
    macros: tuple[MacroFact, ...] = ()
    imports: tuple[tuple[str, Expr, str | None], ...] = ()
    libraries: tuple[str, ...] = ()
    error: str | None = None
    error_line: int = 1


class MacroFact(Struct, frozen=True, array_like=True, gc=False):
    """A Jinja2 macro."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Stmt, ...]
    span: Span
