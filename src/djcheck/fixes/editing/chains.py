"""Eager loads written into the expression that makes a queryset: a libcst codemod of that expression alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar, cast

import libcst as cst
from msgspec import Struct

Tree = TypeVar("Tree", bound=cst.CSTNode)
Rewrite = Callable[[list[cst.Arg]], list[cst.Arg]]

NO_SPACE = cst.SimpleWhitespace("")
# Methods that fetch rows: what is added stands before them.
FETCHING = frozenset(
    [
        "get", "first", "last", "earliest", "latest", "in_bulk", "iterator", "aiterator",
        "aget", "afirst", "alast", "aearliest", "alatest", "ain_bulk",
    ]
)  # fmt: skip
# Methods that give the same rows, or fewer of them, as a queryset.
LAZY = frozenset(
    [
        "all", "filter", "exclude", "order_by", "reverse", "distinct", "annotate", "alias", "using", "complex_filter",
        "select_related", "prefetch_related", "get_queryset", "select_for_update", "extra", "only", "defer",
    ]
)  # fmt: skip
# Django takes prefetches with `iterator()` only where a chunk size is given; this is its own.
CHUNKS = cst.Arg(cst.Integer("2000"), cst.Name("chunk_size"), cst.AssignEqual(NO_SPACE, NO_SPACE))


class NotFixable(Exception):
    """The code has another form than a fix knows how to change."""


class Nested(Struct, frozen=True):
    """A prefetch whose rows are joined with others: `Prefetch(path, queryset=rows.select_related(joins))`.

    `plain` are the same as lookups, which cost a query more for each join. `prefetch` and `rows` are how the file calls
    the Prefetch class and the model's manager; "" where it cannot.
    """

    path: str
    joins: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    prefetch: str = ""
    rows: str = ""


class Loads(Struct, frozen=True):
    """What a queryset is to bring along: lookups to join, lookups to prefetch, prefetches with joins of their own."""

    joins: tuple[str, ...] = ()
    prefetches: tuple[str, ...] = ()
    nested: tuple[Nested, ...] = ()


def with_loads(code: str, loads: Loads, own_methods: Iterable[str] = (), quote: str = '"') -> str:
    """The code of a queryset's expression with the eager loads added to those that it has.

    `own_methods` are names of the project's own queryset methods. Raises NotFixable.
    """
    return written(Chain(frozenset(own_methods), quote).extend(parsed(code), loads))


def with_mode(code: str, mode: str, own_methods: Iterable[str] = ()) -> str:
    """The code of a queryset's expression whose rows have a fetch mode (Django 6.1). Raises NotFixable."""
    chain = Chain(frozenset(own_methods), "")
    return written(chain.change(parsed(code), "fetch_mode", lambda _: [cst.Arg(cst.parse_expression(mode))]))


def with_columns(code: str, columns: Sequence[str], quote: str = '"') -> str:
    """The code of a queryset's expression whose `only()` or `defer()` leaves these columns in. Raises NotFixable."""
    node = parsed(code)
    calls = [hop for hop in spine(node) if name_of(hop) in ("only", "defer")]
    if len(calls) != 1 or any(text_of(arg) is None for arg in calls[0].args):
        raise NotFixable("the columns are not spelled out in one place")
    call, args = calls[0], list(calls[0].args)
    if name_of(call) == "only":
        for column in columns:
            args = added(args, cst.SimpleString(f"{quote}{column}{quote}"))
        return written(replaced(node, call, call.with_changes(args=args)))
    kept = [arg for arg in args if not {text_of(arg), f"{text_of(arg)}_id"} & set(columns)]
    if len(kept) == len(args) or not isinstance(call.func, cst.Attribute):
        raise NotFixable("the columns are left out elsewhere")
    if kept and not isinstance(args[-1].comma, cst.Comma):
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    rest = call.with_changes(args=kept) if kept else call.func.value.with_changes()
    return written(replaced(node, call, rest))


def parsed(code: str) -> cst.BaseExpression:
    # As an argument, because an expression that goes over several lines stands between brackets.
    try:
        call = cst.parse_expression(f"_({code}\n)")
    except cst.ParserSyntaxError as error:
        raise NotFixable("it is no expression") from error
    if not isinstance(call, cst.Call) or len(call.args) != 1 or call.args[0].keyword or call.args[0].star:
        raise NotFixable("it is no expression")
    return call.args[0].value


def written(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


class Chain:
    """The codemod for one expression; `own` are the names of the project's methods that give a queryset."""

    def __init__(self, own: frozenset[str], quote: str) -> None:
        self.own = own
        self.lazy = own | LAZY
        self.quote = quote

    def extend(self, node: cst.BaseExpression, loads: Loads) -> cst.BaseExpression:
        loads = beside_prefetches(node, loads)
        if loads.joins:
            node = self.change(node, "select_related", lambda args: self.with_paths(args, loads.joins))
        if loads.prefetches or loads.nested:
            node = self.change(node, "prefetch_related", lambda args: self.with_prefetches(args, loads))
            last = next(spine(node), None)
            if last is not None and name_of(last) == "iterator" and not last.args:
                node = replaced(node, last, last.with_changes(args=[CHUNKS]))
        return node

    # ------------------------------------------------------------ where

    def change(self, node: cst.BaseExpression, method: str, rewrite: Rewrite) -> cst.BaseExpression:
        """Give an eager-loading call of the chain other arguments, or put such a call at its end."""
        found = self.innermost_queryset(node)
        there = next((hop for hop in spine(found) if name_of(hop) == method), None)
        if there is not None and takes_more(there):
            return replaced(node, there, there.with_changes(args=lined_up(there, rewrite(list(there.args)))))
        before, fetching = found, FETCHING - self.own
        while isinstance(before, cst.Call) and name_of(before) in fetching and isinstance(before.func, cst.Attribute):
            before = before.func.value
        self.must_be_queryset(before)
        return replaced(node, before, self.appended(before, method, rewrite([])))

    def appended(self, rows: cst.BaseExpression, method: str, args: list[cst.Arg]) -> cst.Call:
        """`rows.method(args)`; a bare `all()` at the end of `rows`, which says nothing, gives way to it."""
        dot = cst.Dot()
        if isinstance(rows, cst.Call) and isinstance(rows.func, cst.Attribute):
            above = rows.func.dot.whitespace_before
            if isinstance(above, cst.ParenthesizedWhitespace):
                dot = cst.Dot(above.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[]))
            if name_of(rows) == "all" and not rows.args and "all" not in self.own and not rows.lpar:
                dot, rows = rows.func.dot, rows.func.value
        return cst.Call(cst.Attribute(rows, cst.Name(method), dot), args)

    def innermost_queryset(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """`Book.objects.all()` of `ModelChoiceField(queryset=Book.objects.all())`."""
        if isinstance(node, cst.Call):
            for arg in node.args:
                if arg.keyword is not None and arg.keyword.value == "queryset" and name_of(node) not in self.lazy:
                    return self.innermost_queryset(arg.value)
        return node

    def must_be_queryset(self, node: cst.BaseExpression) -> None:
        if isinstance(node, cst.Call):
            if name_of(node) not in self.lazy:
                raise NotFixable("the rows come from a call that may give anything")
        elif not isinstance(node, cst.Attribute):
            raise NotFixable("the origin is no queryset's expression")

    # ------------------------------------------------------------ what

    def with_paths(self, args: list[cst.Arg], paths: Sequence[str]) -> list[cst.Arg]:
        """Lookups added to arguments: one that only begins another gives way to it."""
        for path in paths:
            texts = [text_of(arg) for arg in args]
            if any(text == path or (text or "").startswith(f"{path}__") for text in texts):
                continue
            made = cst.SimpleString(f"{self.quote}{path}{self.quote}")
            shorter = [at for at, text in enumerate(texts) if text and path.startswith(f"{text}__")]
            if shorter:
                longest = max(shorter, key=lambda at: len(texts[at] or ""))
                args[longest] = args[longest].with_changes(value=made)
            else:
                args = added(args, made)
        return args

    def with_prefetches(self, args: list[cst.Arg], loads: Loads) -> list[cst.Arg]:
        for nested in loads.nested:
            args = self.with_nested(args, nested)
        return self.with_paths(args, loads.prefetches)

    def with_nested(self, args: list[cst.Arg], nested: Nested) -> list[cst.Arg]:
        there = next((arg for arg in args if prefetched_rows(arg, nested.path) is not None), None)
        rows = None if there is None else prefetched_rows(there, nested.path)
        if there is not None and rows is not None:
            if any(name_of(hop) in ("only", "defer") and hop.args for hop in spine(rows)):
                raise NotFixable("the prefetched rows may lack the column to join along")
            joined = self.change(rows, "select_related", lambda has: self.with_paths(has, nested.joins))
            return [replaced(arg, rows, joined) if arg is there else arg for arg in args]
        looked_up = any(under(text_of(arg), nested.path) for arg in args)
        readable = all(text_of(arg) is not None for arg in args)
        if looked_up or not readable or not nested.rows:
            return self.with_paths(args, nested.plain)
        joins = ", ".join(f"{self.quote}{join}{self.quote}" for join in nested.joins)
        made = f"{nested.path}{self.quote}, queryset={nested.rows}.select_related({joins})"
        return added(args, cst.parse_expression(f"{nested.prefetch}({self.quote}{made})"))


def beside_prefetches(node: cst.BaseExpression, loads: Loads) -> Loads:
    """Joins that go on from a relation which the chain prefetches belong to the prefetch."""
    given = [text_of(arg) for hop in spine(node) if name_of(hop) == "prefetch_related" for arg in hop.args]
    prefetched = tuple(join for join in loads.joins if any(text and under(join, text) for text in given))
    joins = tuple(join for join in loads.joins if join not in prefetched)
    return Loads(joins, (*loads.prefetches, *prefetched), loads.nested)


def spine(node: cst.BaseExpression) -> Iterator[cst.Call]:
    """The calls of a chain, the last one first."""
    while True:
        if isinstance(node, cst.Call):
            yield node
            node = node.func
        elif isinstance(node, cst.Attribute | cst.Subscript):
            node = node.value
        else:
            return


def name_of(node: cst.CSTNode) -> str:
    """The name of a called method, else ""."""
    return node.func.attr.value if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) else ""


def takes_more(call: cst.Call) -> bool:
    """Can the eager-loading call be given more lookups? Without any, or with None, it means something else."""
    return bool(call.args) and not any(
        isinstance(arg.value, cst.Name) and arg.value.value == "None" for arg in call.args
    )


def text_of(arg: cst.Arg) -> str | None:
    value = arg.value
    if isinstance(value, cst.SimpleString | cst.ConcatenatedString):
        found = value.evaluated_value
        return found if isinstance(found, str) else None
    return None


def under(text: str | None, path: str) -> bool:
    return text is not None and (text == path or text.startswith(f"{path}__"))


def prefetched_rows(arg: cst.Arg, path: str) -> cst.BaseExpression | None:
    """The queryset of `Prefetch(path, queryset=…)`."""
    call = arg.value
    if not isinstance(call, cst.Call) or not call.args or text_of(call.args[0]) != path:
        return None
    return next((each.value for each in call.args[1:] if each.keyword and each.keyword.value == "queryset"), None)


def added(args: Sequence[cst.Arg], value: cst.BaseExpression) -> list[cst.Arg]:
    """The arguments with one more at their end, set off as the others are; comments stay with theirs."""
    if not args:
        return [cst.Arg(value)]
    last, end = args[-1], args[-1].comma
    if len(args) == 1 and isinstance(end, cst.Comma) and not written(end.whitespace_after):
        end = cst.MaybeSentinel.DEFAULT  # the comma of a tuple of one
    between = args[-2].comma if len(args) > 1 else cst.MaybeSentinel.DEFAULT
    if not isinstance(between, cst.Comma):
        between = end if isinstance(end, cst.Comma) else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    space, after = between.whitespace_after, end.whitespace_after if isinstance(end, cst.Comma) else None
    if isinstance(space, cst.ParenthesizedWhitespace):
        own = after.first_line if isinstance(after, cst.ParenthesizedWhitespace) else cst.TrailingWhitespace()
        between = between.with_changes(whitespace_after=space.with_changes(first_line=own, empty_lines=[]))
    if isinstance(after, cst.ParenthesizedWhitespace) and isinstance(end, cst.Comma):
        end = end.with_changes(whitespace_after=after.with_changes(first_line=cst.TrailingWhitespace()))
    behind = last.whitespace_after_arg
    last = last.with_changes(comma=between, whitespace_after_arg=NO_SPACE)
    return [*args[:-1], last, cst.Arg(value, comma=end, whitespace_after_arg=behind)]


def lined_up(call: cst.Call, args: list[cst.Arg]) -> list[cst.Arg]:
    """Arguments added to a single one that stands on a line of its own get lines of their own, indented as it is."""
    above = call.whitespace_before_args
    if len(call.args) > 1 or not isinstance(above, cst.ParenthesizedWhitespace):
        return args
    space = above.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return [*(each.with_changes(comma=behind(each.comma, space)) for each in args[:-1]), *args[-1:]]


def behind(comma: cst.Comma | cst.MaybeSentinel, space: cst.ParenthesizedWhitespace) -> cst.Comma:
    """A comma with a new line behind it; a comment that belongs to what stands before it stays."""
    after = comma.whitespace_after if isinstance(comma, cst.Comma) else None
    if isinstance(after, cst.ParenthesizedWhitespace):
        space = space.with_changes(first_line=after.first_line)
    return cst.Comma(whitespace_after=space)


def replaced(node: Tree, old: cst.CSTNode, new: cst.CSTNode) -> Tree:
    if node is old:
        return cast("Tree", new)
    return cast("Tree", node.deep_replace(old, new))
