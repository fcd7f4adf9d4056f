"""From libcst's expression nodes to the IR, with exact places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from djcheck.domain import ir
from djcheck.domain.ir import Expr
from djcheck.domain.source import Span
from djcheck.facts.lower_literals import LiteralLowering
from djcheck.facts.operators import BINARY, COMPARISON, UNARY

CONSTANT_NAMES = {"None": None, "True": True, "False": False}


class ExpressionLowering(LiteralLowering):
    """Lowers expressions from the cursor on; each method leaves the cursor behind what it lowered."""

    # Whether the function being lowered has a `yield`.
    yields = False
    # Where the innermost parenthesis around the expression being lowered opens.
    paren = 0

    def expr(self, node: Any) -> Expr:
        lpar = node.lpar
        pos = self.next()
        if lpar:
            for _ in lpar:
                self.paren = self.token(1)
            pos = self.next()
        lowered = LOWERERS[type(node)](self, node, pos)
        if lpar:
            for _ in lpar:
                self.token(1)
        return lowered

    def maybe(self, node: cst.BaseExpression | None) -> Expr | None:
        return None if node is None else self.expr(node)

    def _name(self, node: cst.Name, start: int) -> Expr:
        value = node.value
        self.pos = end = start + len(value)
        span = self.span(start, end)
        return ir.Constant(CONSTANT_NAMES[value], span) if value in CONSTANT_NAMES else ir.Name(value, span)

    def _attribute(self, node: cst.Attribute, start: int) -> Expr:
        value = self.expr(node.value)
        self.token(1)
        name = node.attr.value
        self.token(len(name))
        return ir.Attribute(value, name, self.span(start, self.pos))

    def _call(self, node: cst.Call, start: int) -> Expr:
        function = self.expr(node.func)
        opened = self.token(1)
        args: list[Expr] = []
        keywords: list[ir.Keyword] = []
        for arg in node.args:
            self._argument(arg, args, keywords)
        self.token(1)
        if len(node.args) == 1 and isinstance(node.args[0].value, cst.GeneratorExp) and not node.args[0].value.lpar:
            args = [self._sharing_parentheses(each, opened) for each in args]
        return ir.Call(function, tuple(args), tuple(keywords), self.span(start, self.pos))

    def _sharing_parentheses(self, arg: Expr, opened: int) -> Expr:
        """A generator expression that is the only argument: Python counts the call's parentheses as its own."""
        if not isinstance(arg, ir.Comprehension):
            return arg
        return ir.Comprehension(arg.kind, arg.element, arg.value, arg.generators, self.span(opened, self.pos))

    def _argument(self, arg: cst.Arg, args: list[Expr], keywords: list[ir.Keyword]) -> None:
        if arg.keyword is not None:
            name = arg.keyword.value
            self.token(len(name))
            self.token(1)
            keywords.append(ir.Keyword(name, self.expr(arg.value)))
        elif arg.star == "**":
            self.token(2)
            keywords.append(ir.Keyword(None, self.expr(arg.value)))
        elif arg.star:
            args.append(self._starred(arg, self.next()))
        else:
            args.append(self.expr(arg.value))
        self.comma()

    def _starred(self, node: cst.StarredElement | cst.Arg | cst.Index, start: int) -> Expr:
        self.token(1)
        value = self.expr(node.value)
        return ir.Starred(value, self.span(start, self.pos))

    def _subscript(self, node: cst.Subscript, start: int) -> Expr:
        value = self.expr(node.value)
        self.token(1)
        first = self.next()
        items: list[Expr] = []
        for element in node.slice:
            items.append(self._subscript_element(element.slice))
            end = self.pos
            self.comma()
        # `a[*b]` is a tuple of one, as `a[b,]` is.
        if len(items) > 1 or self.pos != end or isinstance(items[0], ir.Starred):
            index: Expr = ir.Collection("tuple", tuple(items), self.span(first, self.pos))
        else:
            index = items[0]
        self.token(1)
        return ir.Subscript(value, index, self.span(start, self.pos))

    def _subscript_element(self, node: cst.BaseSlice) -> Expr:
        start = self.next()
        if isinstance(node, cst.Slice):
            lower = self.maybe(node.lower)
            self.token(1)
            upper = self.maybe(node.upper)
            if isinstance(node.second_colon, cst.Colon):
                self.token(1)
            step = self.maybe(node.step)
            return ir.Slice(lower, upper, step, self.span(start, self.pos))
        assert isinstance(node, cst.Index)
        if node.star:
            return self._starred(node, start)
        return self.expr(node.value)

    def _binary(self, node: cst.BinaryOperation, start: int) -> Expr:
        left = self.expr(node.left)
        operator = BINARY[type(node.operator)]
        self.token(len(operator))
        right = self.expr(node.right)
        return ir.BinaryOperation(left, operator, right, self.span(start, self.pos))

    def _unary(self, node: cst.UnaryOperation, start: int) -> Expr:
        operator = UNARY[type(node.operator)]
        self.token(len(operator))
        operand = self.expr(node.expression)
        return ir.UnaryOperation(operator, operand, self.span(start, self.pos))

    def _boolean(self, node: cst.BooleanOperation, start: int) -> Expr:
        kind = type(node.operator)
        # The tree leans to the left; Python and the IR see one operation of many values.
        rights: list[cst.BaseExpression] = [node.right]
        left = node.left
        while isinstance(left, cst.BooleanOperation) and type(left.operator) is kind and not left.lpar:
            rights.append(left.right)
            left = left.left
        values = [self.expr(left)]
        for right in reversed(rights):
            self.token(3 if kind is cst.And else 2)
            values.append(self.expr(right))
        return ir.BooleanOperation("and" if kind is cst.And else "or", tuple(values), self.span(start, self.pos))

    def _comparison(self, node: cst.Comparison, start: int) -> Expr:
        left = self.expr(node.left)
        operators: list[str] = []
        rights: list[Expr] = []
        for target in node.comparisons:
            operator = COMPARISON[type(target.operator)]
            for word in operator.split(" "):
                self.token(len(word))
            operators.append(operator)
            rights.append(self.expr(target.comparator))
        return ir.Comparison(left, tuple(operators), tuple(rights), self.span(start, self.pos))

    def _conditional(self, node: cst.IfExp, start: int) -> Expr:
        body = self.expr(node.body)
        self.token(2)
        test = self.expr(node.test)
        self.token(4)
        orelse = self.expr(node.orelse)
        return ir.Conditional(test, body, orelse, self.span(start, self.pos))

    def _tuple(self, node: cst.Tuple, start: int) -> Expr:
        if node.lpar:
            start = self.paren
        items = self._elements(node.elements)
        end = self.pos
        if node.lpar:
            end = self.next() + 1
        return ir.Collection("tuple", items, self.span(start, end))

    def _list(self, node: cst.List, start: int) -> Expr:
        self.pos += 1
        items = self._elements(node.elements)
        self.token(1)
        return ir.Collection("list", items, self.span(start, self.pos))

    def _set(self, node: cst.Set, start: int) -> Expr:
        self.pos += 1
        items = self._elements(node.elements)
        self.token(1)
        return ir.Collection("set", items, self.span(start, self.pos))

    def _elements(self, elements: Sequence[cst.BaseElement]) -> tuple[Expr, ...]:
        items: list[Expr] = []
        for element in elements:
            items.append(self.expr(element if isinstance(element, cst.StarredElement) else element.value))
            self.comma()
        return tuple(items)

    def _dictionary(self, node: cst.Dict, start: int) -> Expr:
        self.pos += 1
        items: list[tuple[Expr | None, Expr]] = []
        for element in node.elements:
            key = None
            if isinstance(element, cst.DictElement):
                key = self.expr(element.key)
                self.token(1)
            else:
                self.token(2)
            items.append((key, self.expr(element.value)))
            self.comma()
        self.token(1)
        return ir.Dictionary(tuple(items), self.span(start, self.pos))

    def _generator(self, node: cst.GeneratorExp, start: int) -> Expr:
        if node.lpar:
            start = self.paren
        element = self.expr(node.elt)
        generators = self._generators(node.for_in)
        end = self.next() + 1 if node.lpar else self.pos
        return ir.Comprehension("generator", element, None, generators, self.span(start, end))

    def _list_comprehension(self, node: cst.ListComp, start: int) -> Expr:
        self.pos += 1
        element = self.expr(node.elt)
        generators = self._generators(node.for_in)
        self.token(1)
        return ir.Comprehension("list", element, None, generators, self.span(start, self.pos))

    def _set_comprehension(self, node: cst.SetComp, start: int) -> Expr:
        self.pos += 1
        element = self.expr(node.elt)
        generators = self._generators(node.for_in)
        self.token(1)
        return ir.Comprehension("set", element, None, generators, self.span(start, self.pos))

    def _dict_comprehension(self, node: cst.DictComp, start: int) -> Expr:
        self.pos += 1
        key = self.expr(node.key)
        self.token(1)
        value = self.expr(node.value)
        generators = self._generators(node.for_in)
        self.token(1)
        return ir.Comprehension("dict", key, value, generators, self.span(start, self.pos))

    def _starred_dict_comprehension(self, node: cst.StarredDictComp, start: int) -> Expr:
        self.pos += 1
        opened = self.token(2)
        value = self.expr(node.value)
        element = ir.Starred(value, self.span(opened, self.pos))
        generators = self._generators(node.for_in)
        self.token(1)
        return ir.Comprehension("dict", element, None, generators, self.span(start, self.pos))

    def _generators(self, node: cst.CompFor | None) -> tuple[ir.Generator, ...]:
        found: list[ir.Generator] = []
        while node is not None:
            if node.asynchronous is not None:
                self.token(5)
            self.token(3)
            target = self.expr(node.target)
            self.token(2)
            iterable = self.expr(node.iter)
            conditions: list[Expr] = []
            for condition in node.ifs:
                self.token(2)
                conditions.append(self.expr(condition.test))
            span = Span(target.span.line, target.span.column, iterable.span.end_line, iterable.span.end_column)
            found.append(ir.Generator(target, iterable, tuple(conditions), node.asynchronous is not None, span))
            node = node.inner_for_in
        return tuple(found)

    def _lambda(self, node: cst.Lambda, start: int) -> Expr:
        self.token(6)
        parameters = self.parameters(node.params)
        self.token(1)
        yields = self.yields
        body = self.expr(node.body)
        self.yields = yields
        return ir.Lambda(parameters, body, self.span(start, self.pos))

    def _await(self, node: cst.Await, start: int) -> Expr:
        self.token(5)
        return ir.Await(self.expr(node.expression), self.span(start, self.pos))

    def _yield(self, node: cst.Yield, start: int) -> Expr:
        self.yields = True
        self.token(5)
        value = node.value
        if isinstance(value, cst.From):
            self.token(4)
            value = value.item
        lowered = self.maybe(value)
        return ir.Yield(lowered, isinstance(node.value, cst.From), self.span(start, self.pos))

    def _assigned(self, node: cst.NamedExpr, start: int) -> Expr:
        target = self.expr(node.target)
        self.token(2)
        value = self.expr(node.value)
        return ir.Assigned(target, value, self.span(start, self.pos))

    def parameters(self, node: cst.Parameters) -> tuple[ir.Parameter, ...]:
        found: list[ir.Parameter] = []
        for parameter in node.posonly_params:
            found.append(self._parameter(parameter, "positional"))
        if isinstance(node.posonly_ind, cst.ParamSlash):
            self.token(1)
            self.comma()
        for parameter in node.params:
            found.append(self._parameter(parameter, "positional"))
        if isinstance(node.star_arg, cst.Param):
            self.token(1)
            found.append(self._parameter(node.star_arg, "args"))
        elif isinstance(node.star_arg, cst.ParamStar):
            self.token(1)
            self.comma()
        for parameter in node.kwonly_params:
            found.append(self._parameter(parameter, "keyword"))
        if node.star_kwarg is not None:
            self.token(2)
            found.append(self._parameter(node.star_kwarg, "kwargs"))
        return tuple(found)

    def _parameter(self, node: cst.Param, kind: Any) -> ir.Parameter:
        name = node.name.value
        self.token(len(name))
        annotation = default = None
        if node.annotation is not None:
            self.token(1)
            annotation = self.expr(node.annotation.annotation)
        if node.default is not None:
            self.token(1)
            default = self.expr(node.default)
        self.comma()
        return ir.Parameter(name, kind, default, annotation)


LOWERERS: dict[type, Callable[[ExpressionLowering, Any, int], Expr]] = {
    cst.Name: ExpressionLowering._name,
    cst.Attribute: ExpressionLowering._attribute,
    cst.Call: ExpressionLowering._call,
    cst.Subscript: ExpressionLowering._subscript,
    cst.Integer: ExpressionLowering._integer,
    cst.Float: ExpressionLowering._float,
    cst.Imaginary: ExpressionLowering._imaginary,
    cst.Ellipsis: ExpressionLowering._ellipsis,
    cst.SimpleString: ExpressionLowering._string,
    cst.FormattedString: ExpressionLowering._formatted,
    cst.TemplatedString: ExpressionLowering._formatted,
    cst.ConcatenatedString: ExpressionLowering._concatenated,
    cst.BinaryOperation: ExpressionLowering._binary,
    cst.UnaryOperation: ExpressionLowering._unary,
    cst.BooleanOperation: ExpressionLowering._boolean,
    cst.Comparison: ExpressionLowering._comparison,
    cst.IfExp: ExpressionLowering._conditional,
    cst.Tuple: ExpressionLowering._tuple,
    cst.List: ExpressionLowering._list,
    cst.Set: ExpressionLowering._set,
    cst.Dict: ExpressionLowering._dictionary,
    cst.GeneratorExp: ExpressionLowering._generator,
    cst.ListComp: ExpressionLowering._list_comprehension,
    cst.SetComp: ExpressionLowering._set_comprehension,
    cst.DictComp: ExpressionLowering._dict_comprehension,
    cst.StarredDictComp: ExpressionLowering._starred_dict_comprehension,
    cst.Lambda: ExpressionLowering._lambda,
    cst.Await: ExpressionLowering._await,
    cst.Yield: ExpressionLowering._yield,
    cst.NamedExpr: ExpressionLowering._assigned,
    cst.StarredElement: ExpressionLowering._starred,
}
