"""From libcst's statement nodes to the IR, with exact places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import libcst as cst

from djcheck.domain import ir
from djcheck.domain.ir import Expr, Stmt
from djcheck.facts.lower_expressions import ExpressionLowering
from djcheck.facts.operators import AUGMENTED


class StatementLowering(ExpressionLowering):
    """Lowers statements from the cursor on. The span of a statement with a body covers its header only."""

    def function(self, node: cst.FunctionDef) -> ir.FunctionIR:
        """From `def` (or `async`) on; decorators lie behind."""
        start = self.next()
        if node.asynchronous is not None:
            self.token(5)
        self.token(3)
        self.token(len(node.name.value))
        if node.type_parameters is not None:
            self.type_parameters(node.type_parameters)
        self.token(1)
        parameters = self.parameters(node.params)
        self.token(1)
        if node.returns is not None:
            self.token(2)
            self.expr(node.returns.annotation)
        self.token(1)
        span = self.span(start, self.pos)
        yields, self.yields = self.yields, False
        body = self.suite(node.body)
        yields, self.yields = self.yields, yields
        return ir.FunctionIR(node.name.value, parameters, body, node.asynchronous is not None, yields, span)

    def type_parameters(self, node: cst.TypeParameters) -> None:
        self.brackets()

    def suite(self, node: cst.BaseSuite) -> tuple[Stmt, ...]:
        if isinstance(node, cst.IndentedBlock):
            return self.statements(node.body)
        found: list[Stmt] = []
        assert isinstance(node, cst.SimpleStatementSuite)
        self._line(node.body, found)
        return tuple(found)

    def statements(self, nodes: Sequence[cst.BaseStatement]) -> tuple[Stmt, ...]:
        found: list[Stmt] = []
        for node in nodes:
            if isinstance(node, cst.SimpleStatementLine):
                self._line(node.body, found)
            else:
                COMPOUND[type(node)](self, node, self.next(), found)
        return tuple(found)

    def _line(self, nodes: Sequence[cst.BaseSmallStatement], found: list[Stmt]) -> None:
        for node in nodes:
            lowered = SIMPLE[type(node)](self, node, self.next())
            if lowered is not None:
                found.append(lowered)
            if isinstance(node.semicolon, cst.Semicolon):
                self.token(1)

    def _evaluate(self, node: cst.Expr, start: int) -> Stmt | None:
        value = self.expr(node.value)
        # Docstrings and other texts that stand alone do nothing.
        return None if isinstance(value, ir.Constant) else ir.Evaluate(value, self.span(start, self.pos))

    def _assign(self, node: cst.Assign, start: int) -> Stmt:
        targets: list[Expr] = []
        for target in node.targets:
            targets.append(self.expr(target.target))
            self.token(1)
        value = self.expr(node.value)
        return ir.Assign(tuple(targets), value, None, self.span(start, self.pos))

    def _annotated(self, node: cst.AnnAssign, start: int) -> Stmt:
        target = self.expr(node.target)
        self.token(1)
        annotation = self.expr(node.annotation.annotation)
        value = None
        if node.value is not None:
            self.token(1)
            value = self.expr(node.value)
        return ir.Assign((target,), value, annotation, self.span(start, self.pos))

    def _augmented(self, node: cst.AugAssign, start: int) -> Stmt:
        target = self.expr(node.target)
        operator = AUGMENTED[type(node.operator)]
        self.token(len(operator) + 1)
        value = self.expr(node.value)
        return ir.AugmentedAssign(target, operator, value, self.span(start, self.pos))

    def _return(self, node: cst.Return, start: int) -> Stmt:
        self.token(6)
        value = self.maybe(node.value)
        return ir.Return(value, self.span(start, self.pos))

    def _raise(self, node: cst.Raise, start: int) -> Stmt:
        self.token(5)
        value = self.maybe(node.exc)
        if node.cause is not None:
            self.token(4)
            self.expr(node.cause.item)
        return ir.Raise(value, self.span(start, self.pos))

    def _assert(self, node: cst.Assert, start: int) -> Stmt:
        self.token(6)
        test = self.expr(node.test)
        if node.msg is not None:
            self.comma()
            self.expr(node.msg)
        return ir.Assert(test, self.span(start, self.pos))

    def _delete(self, node: cst.Del, start: int) -> Stmt:
        self.token(3)
        target = self.expr(node.target)
        targets = (target,)
        if isinstance(target, ir.Collection) and target.kind == "tuple":
            targets = target.items  # type: ignore[assignment]  # any number of targets
        return ir.Delete(targets, self.span(start, self.pos))

    def _break(self, node: cst.Break, start: int) -> Stmt:
        self.token(5)
        return ir.Break(self.span(start, self.pos))

    def _continue(self, node: cst.Continue, start: int) -> Stmt:
        self.token(8)
        return ir.Continue(self.span(start, self.pos))

    def _skipped(self, node: cst.BaseSmallStatement, start: int) -> None:
        self.simple_statement()

    def _outlasting(self, node: cst.Global | cst.Nonlocal, start: int) -> Stmt:
        self.simple_statement()
        return ir.Outlasting(tuple([each.name.value for each in node.names]), self.span(start, self.pos))

    def _import(self, node: cst.Import, start: int) -> Stmt:
        self.simple_statement()
        names = tuple([_imported(alias) for alias in node.names])
        return ir.Import(names, self.span(start, self.pos))

    def _import_from(self, node: cst.ImportFrom, start: int) -> Stmt:
        self.simple_statement()
        module = "" if node.module is None else _dotted(node.module)
        level = len(node.relative)
        if isinstance(node.names, cst.ImportStar):
            names: tuple[tuple[str, str, int, str | None], ...] = (("*", module, level, "*"),)
        else:
            names = tuple([(_local(alias), module, level, _dotted(alias.name)) for alias in node.names])
        return ir.Import(names, self.span(start, self.pos))

    def _if(self, node: cst.If, start: int, found: list[Stmt]) -> None:
        self.token(4 if self.text.startswith("elif", start) else 2)
        test = self.expr(node.test)
        span = self.span(start, self.pos)
        self.token(1)
        body = self.suite(node.body)
        orelse: list[Stmt] = []
        if isinstance(node.orelse, cst.If):
            self._if(node.orelse, self.next(), orelse)
        else:
            orelse.extend(self._else(node.orelse))
        found.append(ir.If(test, body, tuple(orelse), span))

    def _else(self, node: cst.Else | cst.Finally | None) -> tuple[Stmt, ...]:
        if node is None:
            return ()
        self.token(4 if isinstance(node, cst.Else) else 7)
        self.token(1)
        return self.suite(node.body)

    def _for(self, node: cst.For, start: int, found: list[Stmt]) -> None:
        is_async = node.asynchronous is not None
        if is_async:
            self.token(5)
        self.token(3)
        target = self.expr(node.target)
        self.token(2)
        iterable = self.expr(node.iter)
        span = self.span(start, self.pos)
        self.token(1)
        body = self.suite(node.body)
        orelse = self._else(node.orelse)
        found.append(ir.For(target, iterable, body, orelse, is_async, span))

    def _while(self, node: cst.While, start: int, found: list[Stmt]) -> None:
        self.token(5)
        test = self.expr(node.test)
        span = self.span(start, self.pos)
        self.token(1)
        body = self.suite(node.body)
        orelse = self._else(node.orelse)
        found.append(ir.While(test, body, orelse, span))

    def _with(self, node: cst.With, start: int, found: list[Stmt]) -> None:
        if node.asynchronous is not None:
            self.token(5)
        self.token(4)
        if isinstance(node.lpar, cst.LeftParen):
            self.token(1)
        items: list[tuple[Expr, Expr | None]] = []
        for item in node.items:
            context = self.expr(item.item)
            items.append((context, self._as(item.asname)))
            self.comma()
        if isinstance(node.rpar, cst.RightParen):
            self.token(1)
        span = self.span(start, self.pos)
        self.token(1)
        found.append(ir.With(tuple(items), self.suite(node.body), span))

    def _as(self, node: cst.AsName | None) -> Expr | None:
        if node is None:
            return None
        self.token(2)
        return self.expr(node.name)

    def _try(self, node: cst.Try | cst.TryStar, start: int, found: list[Stmt]) -> None:
        self.token(3)
        span = self.span(start, self.pos)
        self.token(1)
        body = self.suite(node.body)
        handlers = tuple([self.handler(handler) for handler in node.handlers])
        orelse = self._else(node.orelse)
        final = self._else(node.finalbody)
        found.append(ir.Try(body, handlers, orelse, final, span))

    def handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> ir.Handler:
        self.token(6)
        if isinstance(node, cst.ExceptStarHandler):
            self.token(1)
        kind = self.maybe(node.type)
        name = self._as(node.name)
        self.token(1)
        return ir.Handler(kind, name.id if isinstance(name, ir.Name) else None, self.suite(node.body))

    def _match(self, node: cst.Match, start: int, found: list[Stmt]) -> None:
        self.token(5)
        subject = self.expr(node.subject)
        span = self.span(start, self.pos)
        self.token(1)
        cases: list[ir.Case] = []
        for case in node.cases:
            self.token(4)
            self.pattern()
            guard = None
            if case.guard is not None:
                self.token(2)
                guard = self.expr(case.guard)
            self.token(1)
            cases.append(ir.Case(tuple(_bindings(case.pattern)), guard, self.suite(case.body)))
        found.append(ir.Match(subject, tuple(cases), span))

    def _define(self, node: cst.FunctionDef, start: int, found: list[Stmt]) -> None:
        decorators = self._decorators(node.decorators)
        function = self.function(node)
        found.append(ir.Define(function, decorators, function.span))

    def _define_class(self, node: cst.ClassDef, start: int, found: list[Stmt]) -> None:
        self._decorators(node.decorators)
        start = self.token(5)
        self.token(len(node.name.value))
        if node.type_parameters is not None:
            self.type_parameters(node.type_parameters)
        bases: list[Expr] = []
        if isinstance(node.lpar, cst.LeftParen):
            opened = self.token(1)
            # Bases may stand behind keywords only with a star; the tree does not tell in which order then.
            is_in_order = not any(arg.star for arg in node.bases)
            for arg in [*node.bases, *node.keywords] if is_in_order else ():
                self._argument(arg, bases, [])
            self.pos = opened
            self.brackets()
        self.token(1)
        span = self.span(start, self.pos)
        found.append(ir.DefineClass(node.name.value, tuple(bases), self.suite(node.body), span))

    def _decorators(self, nodes: Sequence[cst.Decorator]) -> tuple[Expr, ...]:
        found: list[Expr] = []
        for node in nodes:
            self.token(1)
            found.append(self.expr(node.decorator))
        return tuple(found)


def _imported(alias: cst.ImportAlias) -> tuple[str, str, int, str | None]:
    module = _dotted(alias.name)
    if alias.asname is not None:
        return _local(alias), module, 0, None
    package = module.partition(".")[0]
    return package, package, 0, None


def _local(alias: cst.ImportAlias) -> str:
    name = alias.name if alias.asname is None else alias.asname.name
    return _dotted(name)


def _dotted(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


def _bindings(pattern: cst.CSTNode | None) -> Iterator[str]:
    match pattern:
        case cst.MatchAs(pattern=inner, name=name):
            yield from _bindings(inner)
            yield from _names(name)
        case cst.MatchStar(name=name):
            yield from _names(name)
        case cst.MatchOr(patterns=elements):
            names = [name for element in elements for name in _bindings(element.pattern)]
            yield from dict.fromkeys(names)
        case cst.MatchMapping(elements=entries, rest=rest):
            for entry in entries:
                yield from _bindings(entry.pattern)
            yield from _names(rest)
        case cst.MatchClass(patterns=positional, kwds=keywords):
            for item in positional:
                yield from _bindings(item.value)
            for keyword in keywords:
                yield from _bindings(keyword.pattern)
        case cst.MatchList(patterns=items) | cst.MatchTuple(patterns=items):
            for each in items:
                yield from _bindings(each if isinstance(each, cst.MatchStar) else each.value)


def _names(name: cst.Name | None) -> Iterator[str]:
    if name is not None:
        yield name.value


SIMPLE: dict[type, Callable[[StatementLowering, Any, int], Stmt | None]] = {
    cst.Expr: StatementLowering._evaluate,
    cst.Assign: StatementLowering._assign,
    cst.AnnAssign: StatementLowering._annotated,
    cst.AugAssign: StatementLowering._augmented,
    cst.Return: StatementLowering._return,
    cst.Raise: StatementLowering._raise,
    cst.Assert: StatementLowering._assert,
    cst.Del: StatementLowering._delete,
    cst.Break: StatementLowering._break,
    cst.Continue: StatementLowering._continue,
    cst.Import: StatementLowering._import,
    cst.ImportFrom: StatementLowering._import_from,
    cst.LazyImport: StatementLowering._import,
    cst.LazyImportFrom: StatementLowering._import_from,
    cst.Pass: StatementLowering._skipped,
    cst.Global: StatementLowering._outlasting,
    cst.Nonlocal: StatementLowering._outlasting,
    cst.TypeAlias: StatementLowering._skipped,
}
COMPOUND: dict[type, Callable[[StatementLowering, Any, int, list[Stmt]], None]] = {
    cst.If: StatementLowering._if,
    cst.For: StatementLowering._for,
    cst.While: StatementLowering._while,
    cst.With: StatementLowering._with,
    cst.Try: StatementLowering._try,
    cst.TryStar: StatementLowering._try,
    cst.Match: StatementLowering._match,
    cst.FunctionDef: StatementLowering._define,
    cst.ClassDef: StatementLowering._define_class,
}
