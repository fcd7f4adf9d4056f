"""Questions to the database in the place of work on rows: libcst codemods of one expression."""

from __future__ import annotations

import libcst as cst

from djcheck.fixes.editing.chains import NotFixable, name_of, parsed, written

# What comparing a count with a number says of there being rows: (operator, number) → is there a row?
TESTS = {
    (cst.GreaterThan, 0): True,
    (cst.NotEqual, 0): True,
    (cst.GreaterThanEqual, 1): True,
    (cst.Equal, 0): False,
    (cst.LessThan, 1): False,
    (cst.LessThanEqual, 0): False,
}


def asked_for(code: str, question: str) -> str:
    """`code` with a method call or subscript behind it. Raises NotFixable where that could mean something else."""
    node = parsed(code)
    if not isinstance(node, cst.Name | cst.Attribute | cst.Call | cst.Subscript) or has_await(node):
        raise NotFixable("it is no queryset's expression")
    return written(node) + question


def counted(code: str) -> str:
    """`len(rows)` and `len(list(rows))` as `rows.count()`."""
    return asked_for(argument_of(code, "len"), ".count()")


def exists(code: str) -> str:
    """`rows` and `bool(rows)` as `rows.exists()`."""
    node = parsed(code)
    inner = argument_of(code, "bool") if function_name(node) == "bool" else code
    return asked_for(inner, ".exists()")


def emptiness(code: str) -> str:
    """`rows.count()`, or a comparison of it with a number, as `rows.exists()` or `not rows.exists()`."""
    node = parsed(code)
    there = True
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        other = node.comparisons[0]
        number = other.comparator.evaluated_value if isinstance(other.comparator, cst.Integer) else None
        found = TESTS.get((type(other.operator), number))  # type: ignore[arg-type]  # None is no key
        if found is None:
            raise NotFixable("it asks for more than whether there is a row")
        there, node = found, node.left
    if name_of(node) != "count" or not isinstance(node, cst.Call) or node.args:
        raise NotFixable("it is no count")
    if not isinstance(node.func, cst.Attribute) or has_await(node):
        raise NotFixable("it is no count")
    asked = written(node.with_changes(func=node.func.with_changes(attr=cst.Name("exists"))))
    return asked if there else f"not {asked}"


def argument_of(code: str, function: str) -> str:
    """The only argument of a call of a built-in function, and of a `list()` around it."""
    node = parsed(code)
    if function_name(node) != function or not isinstance(node, cst.Call) or len(node.args) != 1 or node.args[0].star:
        raise NotFixable(f"it is no {function}()")
    inner = node.args[0].value
    if function_name(inner) == "list" and isinstance(inner, cst.Call) and len(inner.args) == 1:
        inner = inner.args[0].value
    return written(inner)


def function_name(node: cst.CSTNode) -> str:
    return node.func.value if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) else ""


def has_await(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Await) or any(has_await(child) for child in node.children)
