"""From the stdlib's expression nodes to the IR, for what modules and classes declare."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from typing import Any, Literal

from djcheck.domain import ir
from djcheck.domain.ir import Expr, Opaque
from djcheck.domain.source import Span
from djcheck.facts.constants import constant
from djcheck.facts.spans import Located, Spans

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.MatMult: "@",
    ast.Div: "/",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.FloorDiv: "//",
}
UNARY: dict[type[ast.unaryop], str] = {ast.Invert: "~", ast.Not: "not", ast.UAdd: "+", ast.USub: "-"}
COMPARISON: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
# Before 3.12 the tree's positions inside f-strings are wrong.
PLACES_IN_TEXT = sys.version_info >= (3, 12)
# What makes a statement of a module's body worth lowering: it asks the database when the module is imported.
QUERY_NAMES = frozenset(
    ("objects", "_default_manager", "_base_manager", "raw", "extra", "execute", "executemany", "callproc", "cursor")
)
# Calls that hand text to the database where they stand, be it in a class body.
SQL_CALLS = frozenset({"RunSQL", "RawSQL", "raw", "extra", "Func", "execute"})


class Expressions:
    """Lowers expressions; `asks` becomes true when one of them looks as if it read rows, `hands_over_sql` when one
    looks as if it handed text to the database."""

    def __init__(self, spans: Spans) -> None:
        self.spans = spans
        self.asks = False
        self.hands_over_sql = False
        self._text: Span | None = None

    def lower(self, node: ast.expr) -> Expr:
        """Never raises: an expression too deep for Python's own stack is opaque."""
        try:
            return self._lower(node)
        except RecursionError:
            self._text = None
            return Opaque((), self.spans.of(node))

    def optional(self, node: ast.expr | None) -> Expr | None:
        return None if node is None else self.lower(node)

    def parameters(self, arguments: ast.arguments) -> tuple[ir.Parameter, ...]:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        defaults += arguments.defaults
        found = [
            ir.Parameter(arg.arg, "positional", self._maybe(default), self._maybe(arg.annotation))
            for arg, default in zip(positional, defaults, strict=True)
        ]
        if (star := arguments.vararg) is not None:
            found.append(ir.Parameter(star.arg, "args", None, self._maybe(star.annotation)))
        found += [
            ir.Parameter(arg.arg, "keyword", self._maybe(default), self._maybe(arg.annotation))
            for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        ]
        if (star := arguments.kwarg) is not None:
            found.append(ir.Parameter(star.arg, "kwargs", None, self._maybe(star.annotation)))
        return tuple(found)

    def keywords(self, keywords: Iterable[ast.keyword]) -> tuple[ir.Keyword, ...]:
        return tuple([ir.Keyword(keyword.arg, self.lower(keyword.value)) for keyword in keywords])

    def _lower(self, node: ast.expr) -> Expr:
        return LOWERERS.get(type(node), Expressions._opaque)(self, node)

    def _maybe(self, node: ast.expr | None) -> Expr | None:
        return None if node is None else self._lower(node)

    def _all(self, nodes: Iterable[ast.expr]) -> tuple[Expr, ...]:
        return tuple([self._lower(node) for node in nodes])

    def _span(self, node: Located) -> Span:
        return self._text or self.spans.of(node)

    def _opaque(self, node: ast.expr) -> Expr:
        operands = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        return Opaque(self._all(operands), self._span(node))

    def _name(self, node: ast.Name) -> Expr:
        return ir.Name(node.id, self._span(node))

    def _attribute(self, node: ast.Attribute) -> Expr:
        if node.attr in QUERY_NAMES:
            self.asks = True
        return ir.Attribute(self._lower(node.value), node.attr, self._span(node))

    def _call(self, node: ast.Call) -> Expr:
        function = self._lower(node.func)
        if isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            self.hands_over_sql = self.hands_over_sql or name in SQL_CALLS
        args = self._all(node.args)
        keywords = tuple([ir.Keyword(keyword.arg, self._lower(keyword.value)) for keyword in node.keywords])
        return ir.Call(function, args, keywords, self._span(node))

    def _constant(self, node: ast.Constant) -> Expr:
        value = node.value
        if value is None or isinstance(value, (str, int, float)):
            return constant(value, self._span(node))
        return ir.Bytes(self._span(node)) if isinstance(value, bytes) else Opaque((), self._span(node))

    def _text_parts(self, node: Any) -> Expr:
        """f-strings and t-strings: literal parts and expressions, each followed by its format's own expressions."""
        span = self._span(node)
        outer, self._text = self._text, (None if PLACES_IN_TEXT else span)
        parts: list[Expr] = []
        self._add_parts(node.values, parts)
        self._text = outer
        return ir.FormattedText(tuple(parts), span)

    def _add_parts(self, values: Iterable[Any], parts: list[Expr]) -> None:
        for value in values:
            if isinstance(value, ast.Constant):
                parts.append(self._constant(value))
            else:
                parts.append(self._lower(value.value))
                if value.format_spec is not None:
                    self._add_parts(value.format_spec.values, parts)

    def _binary(self, node: ast.BinOp) -> Expr:
        return ir.BinaryOperation(
            self._lower(node.left), BINARY[type(node.op)], self._lower(node.right), self._span(node)
        )

    def _unary(self, node: ast.UnaryOp) -> Expr:
        return ir.UnaryOperation(UNARY[type(node.op)], self._lower(node.operand), self._span(node))

    def _boolean(self, node: ast.BoolOp) -> Expr:
        operator: Literal["and", "or"] = "and" if isinstance(node.op, ast.And) else "or"
        return ir.BooleanOperation(operator, self._all(node.values), self._span(node))

    def _comparison(self, node: ast.Compare) -> Expr:
        operators = tuple([COMPARISON[type(operator)] for operator in node.ops])
        return ir.Comparison(self._lower(node.left), operators, self._all(node.comparators), self._span(node))

    def _conditional(self, node: ast.IfExp) -> Expr:
        return ir.Conditional(
            self._lower(node.test), self._lower(node.body), self._lower(node.orelse), self._span(node)
        )

    def _list(self, node: ast.List) -> Expr:
        return ir.Collection("list", self._all(node.elts), self._span(node))

    def _tuple(self, node: ast.Tuple) -> Expr:
        return ir.Collection("tuple", self._all(node.elts), self._span(node))

    def _set(self, node: ast.Set) -> Expr:
        return ir.Collection("set", self._all(node.elts), self._span(node))

    def _dictionary(self, node: ast.Dict) -> Expr:
        items = [(self._maybe(key), self._lower(value)) for key, value in zip(node.keys, node.values, strict=True)]
        return ir.Dictionary(tuple(items), self._span(node))

    def _subscript(self, node: ast.Subscript) -> Expr:
        return ir.Subscript(self._lower(node.value), self._lower(node.slice), self._span(node))

    def _slice(self, node: ast.Slice) -> Expr:
        return ir.Slice(self._maybe(node.lower), self._maybe(node.upper), self._maybe(node.step), self._span(node))

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Expr:
        self.asks = True
        generators = tuple([self._generator(generator) for generator in node.generators])
        kind = COMPREHENSIONS[type(node)]
        if isinstance(node, ast.DictComp):
            return ir.Comprehension(kind, self._lower(node.key), self._lower(node.value), generators, self._span(node))
        return ir.Comprehension(kind, self._lower(node.elt), None, generators, self._span(node))

    def _generator(self, node: ast.comprehension) -> ir.Generator:
        target, iterable = self._lower(node.target), self._lower(node.iter)
        start, end = self._span(node.target), self._span(node.iter)
        span = self._text or Span(start.line, start.column, end.end_line, end.end_column)
        return ir.Generator(target, iterable, self._all(node.ifs), bool(node.is_async), span)

    def _lambda(self, node: ast.Lambda) -> Expr:
        return ir.Lambda(self.parameters(node.args), self._lower(node.body), self._span(node))

    def _await(self, node: ast.Await) -> Expr:
        return ir.Await(self._lower(node.value), self._span(node))

    def _starred(self, node: ast.Starred) -> Expr:
        return ir.Starred(self._lower(node.value), self._span(node))

    def _assigned(self, node: ast.NamedExpr) -> Expr:
        return ir.Assigned(self._lower(node.target), self._lower(node.value), self._span(node))


LOWERERS: dict[type, Callable[[Expressions, Any], Expr]] = {
    ast.Name: Expressions._name,
    ast.Attribute: Expressions._attribute,
    ast.Call: Expressions._call,
    ast.Constant: Expressions._constant,
    ast.JoinedStr: Expressions._text_parts,
    ast.BinOp: Expressions._binary,
    ast.UnaryOp: Expressions._unary,
    ast.BoolOp: Expressions._boolean,
    ast.Compare: Expressions._comparison,
    ast.IfExp: Expressions._conditional,
    ast.List: Expressions._list,
    ast.Tuple: Expressions._tuple,
    ast.Set: Expressions._set,
    ast.Dict: Expressions._dictionary,
    ast.Subscript: Expressions._subscript,
    ast.Slice: Expressions._slice,
    ast.ListComp: Expressions._comprehension,
    ast.SetComp: Expressions._comprehension,
    ast.DictComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.Lambda: Expressions._lambda,
    ast.Await: Expressions._await,
    ast.Starred: Expressions._starred,
    ast.NamedExpr: Expressions._assigned,
}
if (template_text := getattr(ast, "TemplateStr", None)) is not None:
    LOWERERS[template_text] = Expressions._text_parts
COMPREHENSIONS: dict[type, Any] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.DictComp: "dict",
    ast.GeneratorExp: "generator",
}
