"""What a Jinja2 expression says, as IR with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from jinja2 import nodes

from djcheck.domain.ir import (
    Attribute,
    BinaryOperation,
    BooleanOperation,
    Call,
    Collection,
    Comparison,
    Conditional,
    Constant,
    Dictionary,
    Expr,
    Filter,
    FormattedText,
    Keyword,
    Name,
    Opaque,
    Slice,
    Starred,
    Subscript,
    UnaryOperation,
)
from djcheck.domain.source import Span
from djcheck.facts.jinja_parsing import Layout

OPERATORS = {
    "eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<=", "in": "in", "notin": "not in",
}  # fmt: skip


class Expressions:
    """Lowers the expressions of one template."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def lower(self, node: nodes.Node) -> Expr:
        kind = next(kind for kind in type(node).__mro__ if kind in LOWERINGS)
        return LOWERINGS[kind](self, node)

    def lower_all(self, items: list[Any]) -> tuple[Expr, ...]:
        return tuple(self.lower(item) for item in items)

    def keywords(self, node: nodes.Call | nodes.Filter) -> tuple[Keyword, ...]:
        items: list[Any] = node.kwargs
        pairs: list[tuple[str | None, nodes.Expr]] = [(item.key, item.value) for item in items]
        if node.dyn_kwargs is not None:
            pairs.append((None, node.dyn_kwargs))
        return tuple(Keyword(name, self.lower(value)) for name, value in pairs)

    def arguments(self, node: nodes.Call | nodes.Filter) -> tuple[Expr, ...]:
        args = self.lower_all(node.args)
        if node.dyn_args is not None:
            rest = self.lower(node.dyn_args)
            args = (*args, Starred(rest, rest.span))
        return args

    def name(self, node: nodes.Name) -> Expr:
        token = self.layout.word(node.lineno, node.name)
        return Name(node.name, self.layout.span(token.start, token.end))

    def namespace(self, node: nodes.NSRef) -> Expr:
        name = self.layout.token(node.lineno)
        attribute = self.layout.word(name.end, node.attr)
        value = Name(node.name, self.layout.span(name.start, name.end))
        return Attribute(value, node.attr, self.layout.span(name.start, attribute.end), lenient=True)

    def constant(self, node: nodes.Const) -> Expr:
        token = self.layout.token(node.lineno)
        span = self.layout.span(token.start, token.end)
        value = node.value
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            return Opaque((), span)
        return Constant(value, span)

    def display(self, node: nodes.Tuple | nodes.List) -> Expr:
        items = self.lower_all(node.items)
        start = node.lineno
        if isinstance(node, nodes.List):
            return Collection("list", items, self.layout.span(start, self.layout.closing(start)))
        # Jinja2 places a tuple at its last item.
        span = _join(items[0], items[-1]) if items else self.layout.span(start, start)
        return Collection("tuple", items, span)

    def dictionary(self, node: nodes.Dict) -> Expr:
        items = tuple((self.lower(pair.key), self.lower(pair.value)) for pair in node.items)
        token = self.layout.token(node.lineno)
        end = self.layout.closing(token.start) if token.text == "{" else token.end
        return Dictionary(items, self.layout.span(token.start, end))

    def attribute(self, node: nodes.Getattr) -> Expr:
        value = self.lower(node.node)
        end = self.layout.after(node.lineno).end
        return Attribute(value, node.attr, self._from(value, end), lenient=True)

    def item(self, node: nodes.Getitem) -> Expr:
        value = self.lower(node.node)
        bracket = self.layout.token(node.lineno).text == "["
        end = self.layout.closing(node.lineno) if bracket else self.layout.after(node.lineno).end
        return Subscript(value, self.lower(node.arg), self._from(value, end))

    def slice(self, node: nodes.Slice) -> Expr:
        parts = [None if part is None else self.lower(part) for part in (node.start, node.stop, node.step)]
        token = self.layout.token(node.lineno)
        return Slice(parts[0], parts[1], parts[2], self.layout.span(token.start, token.end))

    def call(self, node: nodes.Call) -> Expr:
        function = self.lower(node.node)
        token = self.layout.token(node.lineno)
        end = self.layout.closing(token.start) if token.text == "(" else token.end
        return Call(function, self.arguments(node), self.keywords(node), self._from(function, end))

    def filtered(self, node: nodes.Filter) -> Expr:
        name = self.layout.token(node.lineno)
        following = self.layout.after(node.lineno)
        end = self.layout.closing(following.start) if following.text == "(" else name.end
        # In `{% filter upper %}` the value is the text of the body.
        value = Opaque((), self.layout.span(name.start, name.end)) if node.node is None else self.lower(node.node)
        return Filter(value, node.name, self.arguments(node), self._from(value, end), self.keywords(node))

    def tested(self, node: nodes.Test) -> Expr:
        value = self.lower(node.node)
        if node.name == "none":
            return Comparison(value, ("is",), (Constant(None, value.span),), value.span)
        return Opaque((value, *self.lower_all(node.args or [])), value.span)

    def binary(self, node: nodes.BinExpr) -> Expr:
        left, right = self.lower(node.left), self.lower(node.right)
        return BinaryOperation(left, node.operator, right, _join(left, right))

    def boolean(self, node: nodes.And | nodes.Or) -> Expr:
        operator: Literal["and", "or"] = "and" if isinstance(node, nodes.And) else "or"
        left, right = self.lower(node.left), self.lower(node.right)
        values = left.values if isinstance(left, BooleanOperation) and left.operator == operator else (left,)
        return BooleanOperation(operator, (*values, right), _join(left, right))

    def unary(self, node: nodes.UnaryExpr) -> Expr:
        operand = self.lower(node.node)
        start = self.layout.point(node.lineno)
        # `x is not y` is read as `not (x is y)`, placed at its `is`.
        start = min(start, (operand.span.line, operand.span.column))
        return UnaryOperation(node.operator, operand, Span(*start, operand.span.end_line, operand.span.end_column))

    def comparison(self, node: nodes.Compare) -> Expr:
        left = self.lower(node.expr)
        rights = tuple(self.lower(operand.expr) for operand in node.ops)
        return Comparison(left, tuple(OPERATORS[operand.op] for operand in node.ops), rights, _join(left, rights[-1]))

    def conditional(self, node: nodes.CondExpr) -> Expr:
        body, test = self.lower(node.expr1), self.lower(node.test)
        orelse = Constant(None, test.span) if node.expr2 is None else self.lower(node.expr2)
        return Conditional(test, body, orelse, _join(body, orelse))

    def text(self, node: nodes.Concat) -> Expr:
        parts = self.lower_all(node.nodes)
        return FormattedText(parts, _join(parts[0], parts[-1]))

    def wrapped(self, node: nodes.MarkSafe | nodes.MarkSafeIfAutoescape) -> Expr:
        return self.lower(node.expr)

    def _from(self, value: Expr, end: int) -> Span:
        return Span(value.span.line, value.span.column, *self.layout.point(end))


def _join(first: Expr, last: Expr) -> Span:
    return Span(first.span.line, first.span.column, last.span.end_line, last.span.end_column)


LOWERINGS: dict[type, Callable[[Expressions, Any], Expr]] = {
    nodes.And: Expressions.boolean,
    nodes.BinExpr: Expressions.binary,
    nodes.Call: Expressions.call,
    nodes.Compare: Expressions.comparison,
    nodes.Concat: Expressions.text,
    nodes.CondExpr: Expressions.conditional,
    nodes.Const: Expressions.constant,
    nodes.Dict: Expressions.dictionary,
    nodes.Filter: Expressions.filtered,
    nodes.Getattr: Expressions.attribute,
    nodes.Getitem: Expressions.item,
    nodes.List: Expressions.display,
    nodes.MarkSafe: Expressions.wrapped,
    nodes.MarkSafeIfAutoescape: Expressions.wrapped,
    nodes.Name: Expressions.name,
    nodes.NSRef: Expressions.namespace,
    nodes.Or: Expressions.boolean,
    nodes.Slice: Expressions.slice,
    nodes.Test: Expressions.tested,
    nodes.Tuple: Expressions.display,
    nodes.UnaryExpr: Expressions.unary,
}
