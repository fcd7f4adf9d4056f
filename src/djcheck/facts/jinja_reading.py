"""What a Jinja2 template does: its statements as IR, its macros and imports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jinja2 import nodes

from djcheck.domain import ir
from djcheck.domain.facts import MacroFact
from djcheck.facts.jinja_expressions import Expressions
from djcheck.facts.jinja_parsing import Layout, parse

Statements = tuple[ir.Stmt, ...]


class JinjaReader:
    """Lowers one template; `body` is asked once for the whole, then the other facts are known."""

    def __init__(self, text: str) -> None:
        layout, self.template = parse(text)
        self.layout: Layout = layout
        self.expressions = Expressions(layout)
        self.macros: list[MacroFact] = []
        self.imports: list[tuple[str, ir.Expr, str | None]] = []
        self.extends: ir.Expr | None = None

    def read(self) -> Statements:
        return self.body(self.template.body)

    def body(self, statements: Sequence[nodes.Node]) -> Statements:
        lowered: list[ir.Stmt] = []
        for node in statements:
            lowered.extend(STATEMENTS[type(node)](self, node))
        return tuple(lowered)

    def output(self, node: nodes.Output) -> Statements:
        values = [self.expressions.lower(part) for part in node.nodes if not isinstance(part, nodes.TemplateData)]
        return tuple(ir.Evaluate(value, value.span, prints=True) for value in values)

    def evaluated(self, node: nodes.ExprStmt) -> Statements:
        value = self.expressions.lower(node.node)
        return (ir.Evaluate(value, value.span),)

    def loop(self, node: nodes.For) -> Statements:
        span = self.layout.tag(node.lineno)
        target, iterable = self.expressions.lower(node.target), self.expressions.lower(node.iter)
        body = self.body(node.body)
        if node.test is not None:
            body = (ir.If(self.expressions.lower(node.test), body, (), span),)
        return (ir.For(target, iterable, body, self.body(node.else_), False, span),)

    def conditional(self, node: nodes.If) -> Statements:
        branches = [
            (branch, self.expressions.lower(branch.test), self.body(branch.body)) for branch in (node, *node.elif_)
        ]
        orelse = self.body(node.else_)
        for branch, test, body in reversed(branches):
            orelse = (ir.If(test, body, orelse, self.layout.tag(branch.lineno)),)
        return orelse

    def assign(self, node: nodes.Assign) -> Statements:
        target, value = self.expressions.lower(node.target), self.expressions.lower(node.node)
        return (ir.Assign((target,), value, None, self.layout.tag(node.lineno)),)

    def assign_text(self, node: nodes.AssignBlock) -> Statements:
        """`{% set x %}…{% endset %}`: the text that the body prints."""
        args = () if node.filter is None else (self.expressions.lower(node.filter),)
        target = getattr(node.target, "name", None)
        return (ir.Tag("set", args, (), target, self.body(node.body), self.layout.tag(node.lineno)),)

    def with_names(self, node: nodes.With) -> Statements:
        span = self.layout.tag(node.lineno)
        body = self.body(node.body)
        bindings = []
        for target, value in zip(node.targets, node.values, strict=True):
            lowered = self.expressions.lower(value)
            if isinstance(target, nodes.Name):
                bindings.append((target.name, lowered))
            else:
                body = (ir.Assign((self.expressions.lower(target),), lowered, None, span), *body)
        return (ir.Scope(tuple(bindings), body, span),)

    def include(self, node: nodes.Include) -> Statements:
        template = self.expressions.lower(node.template)
        return (ir.Include(template, (), not node.with_context, self.layout.tag(node.lineno)),)

    def block(self, node: nodes.Block) -> Statements:
        return (ir.Block(node.name, self.body(node.body), self.layout.tag(node.lineno)),)

    def extend(self, node: nodes.Extends) -> Statements:
        self.extends = self.extends or self.expressions.lower(node.template)
        return ()

    def import_all(self, node: nodes.Import) -> Statements:
        self.imports.append((node.target, self.expressions.lower(node.template), None))
        return ()

    def import_names(self, node: nodes.FromImport) -> Statements:
        template = self.expressions.lower(node.template)
        for item in node.names:
            name, local = (item, item) if isinstance(item, str) else item
            self.imports.append((local, template, name))
        return ()

    def macro(self, node: nodes.Macro) -> Statements:
        parameters = self.parameters(node)
        self.macros.append(MacroFact(node.name, parameters, self.body(node.body), self.layout.tag(node.lineno)))
        return ()

    def parameters(self, node: nodes.Macro) -> tuple[ir.Parameter, ...]:
        required = len(node.args) - len(node.defaults)
        defaults = [None] * required + [self.expressions.lower(default) for default in node.defaults]
        return tuple(
            ir.Parameter(name.name, "positional", default, None)
            for name, default in zip(node.args, defaults, strict=True)
        )

    def called(self, node: nodes.CallBlock) -> Statements:
        """`{% call(row) macro(rows) %}` is a tag "call": the call, then the names that its body takes."""
        span = self.layout.tag(node.lineno)
        body = self.body(node.body)
        function = node.call.node
        if isinstance(function, nodes.ExtensionAttribute):
            args, keywords = self.expressions.arguments(node.call), self.expressions.keywords(node.call)
            return (ir.Tag(function.name, args, keywords, function.identifier or None, body, span),)
        args = (self.expressions.lower(node.call), *self.expressions.lower_all(node.args))
        return (ir.Tag("call", args, (), None, body, span),)

    def filtered(self, node: nodes.FilterBlock) -> Statements:
        args = (self.expressions.lower(node.filter),)
        return (ir.Tag("filter", args, (), None, self.body(node.body), self.layout.tag(node.lineno)),)

    def scope(self, node: nodes.Scope) -> Statements:
        return self.body(node.body)

    def leave(self, node: nodes.Break) -> Statements:
        return (ir.Break(self.layout.tag(node.lineno)),)

    def next_row(self, node: nodes.Continue) -> Statements:
        return (ir.Continue(self.layout.tag(node.lineno)),)


STATEMENTS: dict[type, Callable[[JinjaReader, Any], Statements]] = {
    nodes.Assign: JinjaReader.assign,
    nodes.AssignBlock: JinjaReader.assign_text,
    nodes.Block: JinjaReader.block,
    nodes.Break: JinjaReader.leave,
    nodes.CallBlock: JinjaReader.called,
    nodes.Continue: JinjaReader.next_row,
    nodes.ExprStmt: JinjaReader.evaluated,
    nodes.Extends: JinjaReader.extend,
    nodes.FilterBlock: JinjaReader.filtered,
    nodes.For: JinjaReader.loop,
    nodes.FromImport: JinjaReader.import_names,
    nodes.If: JinjaReader.conditional,
    nodes.Import: JinjaReader.import_all,
    nodes.Include: JinjaReader.include,
    nodes.Macro: JinjaReader.macro,
    nodes.Output: JinjaReader.output,
    nodes.Scope: JinjaReader.scope,
    nodes.ScopedEvalContextModifier: JinjaReader.scope,
    nodes.With: JinjaReader.with_names,
}
