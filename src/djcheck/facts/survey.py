"""What a Python file declares: imports, assignments, classes, functions, and which of those can matter."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from djcheck.domain import ir
from djcheck.domain.facts import AssignFact, CallFact, ClassFact, FunctionFact, ImportFact, ModuleFacts
from djcheck.domain.ir import Expr
from djcheck.facts.exports import exports_in
from djcheck.facts.expressions import BINARY, Expressions
from djcheck.facts.parsing import TOO_DEEP, Unparsable, parse
from djcheck.facts.relevance import answer_of, function_matters
from djcheck.facts.spans import Spans

BLOCKS = (ast.If, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Match)
MIGRATIONS = frozenset({"migrations.Migration", "Migration"})


def survey(path: str, text: str) -> ModuleFacts:
    """Never raises. Lines end in "\\n", as `sources.read` gives them."""
    lines = text.count("\n") + (text[-1:] not in ("", "\n"))
    try:
        tree, text = parse(text)
        return Surveyor(text).module(path, lines, tree)
    except Unparsable as broken:
        return ModuleFacts(path, lines, error=broken.reason, error_line=broken.line)
    except RecursionError:
        return ModuleFacts(path, lines, error=TOO_DEEP)


class Body:
    """What is found in the body of a module or class."""

    def __init__(self) -> None:
        self.imports: list[ImportFact] = []
        self.assigns: list[AssignFact] = []
        self.functions: list[FunctionFact] = []
        self.classes: list[ClassFact] = []
        self.calls: list[CallFact] = []
        self.loops = False


class Surveyor:
    """Reads the declarations of one file; `prefix` is the qualified name of the class being read, with its dot."""

    def __init__(self, text: str) -> None:
        self._spans = Spans(text)
        self._expressions = Expressions(self._spans)

    def module(self, path: str, lines: int, tree: ast.Module) -> ModuleFacts:
        body = self._body(tree.body, "")
        return ModuleFacts(
            path,
            lines,
            tuple(body.imports),
            tuple(body.assigns),
            tuple(body.functions),
            tuple(body.classes),
            tuple(body.calls),
            exports_in(_flat(tree.body)),
            body.loops or self._expressions.asks,
        )

    def _body(self, statements: Sequence[ast.stmt], prefix: str) -> Body:
        body = Body()
        for statement in _flat(statements):
            self._statement(statement, prefix, body)
        return body

    def _statement(self, statement: ast.stmt, prefix: str, body: Body) -> None:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                body.functions.append(self._function(statement, prefix))
            case ast.ClassDef():
                body.classes.append(self._class(statement, prefix))
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                self._assignment(statement, body.assigns)
            case ast.Import() | ast.ImportFrom():
                body.imports.extend(_imports(statement))
            case ast.Expr(value=ast.Call() as call):
                body.calls.append(CallFact(self._expressions.lower(call), self._spans.of(statement)))
            case ast.For() | ast.AsyncFor() | ast.While():
                body.loops = True
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    self._expressions.lower(item.context_expr)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, prefix: str) -> FunctionFact:
        asks = self._expressions.asks
        fact = FunctionFact(
            node.name,
            prefix + node.name,
            self._spans.decorated(node),
            self._spans.header(node),
            self._expressions.parameters(node.args),
            tuple([self._expressions.lower(decorator) for decorator in node.decorator_list]),
            self._expressions.optional(node.returns),
            isinstance(node, ast.AsyncFunctionDef),
            function_matters(node),
            answer_of(node),
        )
        self._expressions.asks = asks
        return fact

    def _class(self, node: ast.ClassDef, prefix: str) -> ClassFact:
        asks, qualname = self._expressions.asks, prefix + node.name
        body = self._body(node.body, qualname + ".")
        if any(_dotted(base) in MIGRATIONS for base in node.bases):
            body.assigns = [fact for fact in body.assigns if not _is_operations(fact) or fact.hands_over_sql]
        fact = ClassFact(
            node.name,
            qualname,
            self._spans.decorated(node),
            tuple([self._expressions.lower(base) for base in node.bases]),
            self._expressions.keywords(node.keywords),
            tuple([self._expressions.lower(decorator) for decorator in node.decorator_list]),
            tuple(body.assigns),
            tuple(body.functions),
            tuple(body.classes),
            tuple(body.imports),
        )
        self._expressions.asks = asks
        return fact

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, found: list[AssignFact]) -> None:
        span = self._spans.of(node)
        self._expressions.hands_over_sql = False
        value = self._expressions.optional(node.value)
        hands_over_sql = self._expressions.hands_over_sql
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        annotation = self._expressions.optional(node.annotation) if isinstance(node, ast.AnnAssign) else None
        operator = BINARY[type(node.op)] if isinstance(node, ast.AugAssign) else ""
        for target in targets:
            for name, bound, sign in self._bindings(target, value, operator):
                found.append(AssignFact(name, bound, annotation, sign, span, hands_over_sql))

    def _bindings(self, target: ast.expr, value: Expr | None, operator: str) -> Iterator[tuple[str, Expr | None, str]]:
        match target:
            case ast.Name(id=name):
                yield name, value, operator
            case ast.Attribute() if (dotted := _dotted(target)) is not None:
                yield dotted, value, operator
            case ast.Subscript(value=container, slice=key) if value is not None and not operator:
                entry = ir.Dictionary(((self._expressions.lower(key), value),), self._spans.of(target))
                sign = "" if isinstance(container, ast.Subscript) else "[]"
                yield from self._bindings(container, entry, sign)
            case ast.Tuple(elts=targets) | ast.List(elts=targets) if value is not None:
                for inner, item in zip(targets, _items(value, len(targets)), strict=True):
                    yield from self._bindings(inner.value if isinstance(inner, ast.Starred) else inner, item, operator)


def _is_operations(fact: AssignFact) -> bool:
    """A fifth of all that many projects declare are lists of operations: nobody asks for them but for their SQL."""
    return fact.name == "operations" and isinstance(fact.value, ir.Collection)


def _flat(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements in source order, each block followed by what stands in it; without recursion, for long elifs."""
    waiting = [iter(statements)]
    while waiting:
        statement = next(waiting[-1], None)
        if statement is None:
            waiting.pop()
            continue
        yield statement
        if isinstance(statement, BLOCKS):
            waiting.extend(iter(block) for block in reversed(_blocks(statement)))


def _blocks(statement: Any) -> list[Sequence[ast.stmt]]:
    if isinstance(statement, ast.Match):
        return [case.body for case in statement.cases]
    blocks: list[Sequence[ast.stmt]] = [statement.body]
    blocks += [handler.body for handler in getattr(statement, "handlers", ())]
    return [*blocks, getattr(statement, "orelse", ()), getattr(statement, "finalbody", ())]


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[ImportFact]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield ImportFact(alias.asname or alias.name, node.module or "", node.level, alias.name, node.lineno)
        elif alias.asname is not None:
            yield ImportFact(alias.asname, alias.name, 0, None, node.lineno)
        else:
            package = alias.name.partition(".")[0]
            yield ImportFact(package, package, 0, None, node.lineno)


def _items(value: Expr, count: int) -> Sequence[Expr]:
    items = value.items if isinstance(value, ir.Collection) else ()
    if len(items) == count and not any(isinstance(item, ir.Starred) for item in items):
        return items
    return [ir.Opaque((value,), value.span)] * count


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value)) is not None:
        return f"{owner}.{node.attr}"
    return None
