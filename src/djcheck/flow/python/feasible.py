"""Tests whose outcome is known: `self.action == "list"` while a list is asked for, `hasattr(row, "total")` of an
annotated row, `x is None` of a value that is known."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from djcheck.domain import ir
from djcheck.domain.index import FunctionInfo
from djcheck.flow.lattice.joining import MOST_MEMBERS
from djcheck.flow.lattice.texts import text_of, texts_of
from djcheck.flow.lattice.values import (
    NONE,
    UNKNOWN,
    Class,
    Const,
    External,
    Instance,
    Literal,
    Method,
    Object,
    Plain,
    QuerySet,
    Request,
    Tainted,
    Text,
    Union,
    Unknown,
    Value,
    members,
)
from djcheck.flow.nodes import MOST_KEPT, is_self
from djcheck.flow.orm import queryset_methods, relations, row_facts
from djcheck.flow.python import attributes, class_facts, comparisons, narrowing
from djcheck.flow.python.incoming import VIEWSET
from djcheck.flow.python.serializer_context import is_open, was_provided

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.flow.frame import Frame

READING = frozenset({"list", "retrieve"})
CACHES = ("django.core.cache.cache.", "django.core.cache.caches.")
PREFETCH_CACHE = "_prefetched_objects_cache"


def outcome(frame: Frame, test: ir.Expr) -> bool | None:
    """Does the test hold? None where nothing says."""
    told = OUTCOMES.get(type(test))
    return None if told is None else told(frame, test)


def shown(test: ir.Expr, value: Value) -> bool | None:
    """The outcome of a test that was evaluated, where functions of the project told it (`if is_urgent(kind):`).

    Methods may have other ones in subclasses. Of `a and b` the value is that of `b`, which says little where it holds.
    """
    if type(value) is not Const or not isinstance(value.value, bool):
        return None
    is_and = isinstance(test, ir.BooleanOperation) and test.operator == "and"
    return value.value if asks_functions(test) and not (is_and and value.value) else None


def asks_functions(test: ir.Expr) -> bool:
    match test:
        case ir.UnaryOperation():
            return test.operator == "not" and asks_functions(test.operand)
        case ir.BooleanOperation():
            return all(map(asks_functions, test.values))
        case ir.Call():
            return isinstance(test.function, ir.Name)
    return False


def of_unary(frame: Frame, test: ir.UnaryOperation) -> bool | None:
    found = outcome(frame, test.operand) if test.operator == "not" else None
    return None if found is None else not found


def of_boolean(frame: Frame, test: ir.BooleanOperation) -> bool | None:
    found = [outcome(frame, part) for part in test.values]
    decisive = test.operator == "or"
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def of_comparison(frame: Frame, test: ir.Comparison) -> bool | None:
    if len(test.operators) != 1 or test.operators[0] not in comparisons.POSITIVE:
        return None
    found = compared(frame, test)
    found = by_values(frame, test) if found is None else found
    return class_facts.of_models(frame, test) if found is None else found


def of_call(frame: Frame, test: ir.Call) -> bool | None:
    # drf-spectacular and drf-yasg set it where they only ask for the schema.
    if is_named(test, "swagger_fake_view"):
        return False
    for told in (is_instance, class_facts.is_subclass, has_annotation):
        found = told(frame, test)
        if found is not None:
            return found
    return None


def of_name(frame: Frame, test: ir.Name) -> bool | None:
    value = frame.lookup(test.id)
    if type(value) is Const and (not frame.loops or frame.template is not None):  # a template's loops assign nothing
        return bool(value.value)
    if type(value) is Text and not frame.loops:
        text = text_of(value)
        return None if text is None else bool(text)
    return True if was_provided(frame, test) else None


def of_attribute(frame: Frame, test: ir.Attribute) -> bool | None:
    """`slot.submission` of a row of `submission.slots`: there is one, and it is not asked for."""
    row = frame.lookup(test.value.id) if type(test.value) is ir.Name else None
    if type(row) is Object:
        switch = class_facts.switch_of(frame, row, test.name)
        return None if switch is None else bool(switch.value)
    if type(row) is not Instance:
        return None
    return True if row.lone and row.lone == test.name else row_facts.is_true(row, test.name)


def assume(frame: Frame, test: ir.Expr, holds: bool) -> None:
    """Go on where the test holds, or does not."""
    narrowing.narrow(frame, test, holds)
    keep_feasible(frame, test, holds)
    learn(frame, test, holds)


def learn(frame: Frame, test: ir.Expr, holds: bool) -> None:
    """What the outcome of a test says of the columns that it asks for."""
    match test:
        case ir.UnaryOperation() if test.operator == "not":
            learn(frame, test.operand, not holds)
        case ir.BooleanOperation() if holds is (test.operator == "and"):
            for part in test.values:
                learn(frame, part, holds)
        case ir.Attribute():
            row_facts.learn(frame, test, row_facts.FALSE, not holds)
        case ir.Comparison() if len(test.operators) == 1 and isinstance(test.left, ir.Attribute):
            literals = (
                comparisons.spelled_out(frame, test.rights[0]) if test.operators[0] in comparisons.POSITIVE else None
            )
            if literals:
                row_facts.learn(frame, test.left, literals, holds is comparisons.POSITIVE[test.operators[0]])


def keep_feasible(frame: Frame, test: ir.Expr, holds: bool) -> None:
    """Of a variable's alternatives, those for which the test can come out so: one may be known where all are not."""
    for name in tested_names(test):
        value = frame.env.get(name)
        if type(value) is not Union:
            continue
        kept = []
        for member in value.members:
            frame.env[name] = member
            if outcome(frame, test) is not (not holds):
                kept.append(member)
        # Where it can't for any of them, it is none of those that are known.
        frame.env[name] = Union(tuple(kept)) if len(kept) > 1 else kept[0] if kept else UNKNOWN


@lru_cache(MOST_KEPT)
def tested_names(test: ir.Expr) -> tuple[str, ...]:
    """The variables of which a test asks `hasattr` or `isinstance`, or whose attribute it compares."""
    match test:
        case ir.UnaryOperation():
            return tested_names(test.operand)
        case ir.BooleanOperation():
            return tuple(name for part in test.values for name in tested_names(part))
        case ir.Comparison() if isinstance(test.left, ir.Attribute) and isinstance(test.left.value, ir.Name):
            return (test.left.value.id,)
        case ir.Call() if isinstance(test.function, ir.Name) and test.function.id in ("hasattr", "isinstance"):
            return (test.args[0].id,) if test.args and isinstance(test.args[0], ir.Name) else ()
    return ()


def by_values(frame: Frame, test: ir.Comparison) -> bool | None:
    """A comparison with None, or of texts that are known: `kind == Kind.NEW`, `kind in ("new", "old")`."""
    operator, right = test.operators[0], test.rights[0]
    if type(test.left) is ir.Attribute:
        return by_column(frame, test.left, test)
    if type(test.left) is not ir.Name:
        return None
    left, positive = frame.lookup(test.left.id), comparisons.POSITIVE[operator]
    if left is None or (frame.loops and left == NONE):
        return None  # in a loop, a later line of its body may have given the variable another value
    if type(right) is ir.Constant and right.value is None:
        if left == NONE:
            return positive
        result = type(left) is External and left.called  # `cache.get(key)`
        return None if result or isinstance(left, Unknown | Union | Tainted | Plain) else not positive
    return comparisons.among(texts_of(left), comparisons.spelled_out(frame, right), test)


def by_column(frame: Frame, column: ir.Attribute, test: ir.Comparison) -> bool | None:
    """`book.state == "new"` where the filters that the row has passed say so, or a property of its class."""
    rows = members(frame.lookup(column.value.id) or UNKNOWN) if isinstance(column.value, ir.Name) else ()
    texts = (
        comparisons.spelled_out(frame, test.rights[0])
        if rows and all(isinstance(row, Instance) for row in rows)
        else None
    )
    if texts is None or len(rows) == MOST_MEMBERS:  # of so many, some may have been left out
        return None
    found = {of_row(frame, row, column, texts, test) for row in rows if isinstance(row, Instance)}
    return found.pop() if len(found) == 1 else None


def of_row(
    frame: Frame, row: Instance, column: ir.Attribute, literals: frozenset[Literal], test: ir.Comparison
) -> bool | None:
    is_one = row_facts.is_one_of(row, column.name, literals)
    if is_one is not None:
        return is_one is comparisons.POSITIVE[test.operators[0]]
    if not isinstance(frame.evaluator.index.member(row.model, column.name), FunctionInfo):
        return None
    return comparisons.among(texts_of(attributes.attribute(frame, row, column.name, column.span)), literals, test)


def is_cache_miss(frame: Frame, test: ir.Expr) -> bool:
    """`found is None` of what a cache gave: `found = cache.get(key)`."""
    if type(test) is not ir.Comparison or type(test.left) is not ir.Name:
        return False
    value = frame.lookup(test.left.id)
    return type(value) is External and value.called and value.name.startswith(CACHES)


PLAIN_TYPES = frozenset(
    {"dict", "list", "tuple", "set", "frozenset", "str", "bytes", "int", "float", "bool", "complex", "datetime", "date"}
)


def is_instance(frame: Frame, test: ir.Call) -> bool | None:
    """`isinstance(row, Book)`: rows of a queryset are of its model, `isinstance(rows, QuerySet)` of rows."""
    if type(test.function) is not ir.Name or test.function.id != "isinstance" or len(test.args) != 2:
        return None
    target, cls = test.args
    if type(target) is ir.Attribute and type(target.value) is ir.Name:
        listed = (
            type(cls) is ir.Name
            and cls.id == "list"
            and relations.is_listed(frame.lookup(target.value.id), target.name)
        )
        return True if listed else None
    if not is_looked_at(target):
        return None
    classes = cls.items if type(cls) is ir.Collection else (cls,)
    if all(type(item) is ir.Name and item.id in PLAIN_TYPES for item in classes):
        return False if isinstance(frame.evaluate(target), QuerySet | Instance) else None
    if type(cls) is ir.Collection:
        return None
    value, wanted = frame.evaluate(target), frame.evaluate(cls)
    if type(value) is QuerySet and type(wanted) is External:
        return True if wanted.name.endswith(".QuerySet") and not value.is_manager else None
    if type(value) is not Instance or type(wanted) is not Class:
        return None
    index = frame.evaluator.index
    if wanted.qualname in index.mro(value.model):
        return True
    unknown = index.may_extend(value.model, wanted.qualname) or value.model in index.mro(wanted.qualname)
    return None if unknown else False


def is_looked_at(node: ir.Expr) -> bool:
    """A variable, or an item of one by a fixed place: looking at it has no effect."""
    if isinstance(node, ir.Subscript) and isinstance(node.index, ir.Constant):
        node = node.value
    return isinstance(node, ir.Name)


def has_annotation(frame: Frame, test: ir.Call) -> bool | None:
    """`hasattr(row, "total")` where the row's queryset annotated it, or prefetched into it; `hasattr(rows, "all")`."""
    if type(test.function) is not ir.Name or test.function.id != "hasattr" or len(test.args) != 2:
        return None
    row, name = test.args
    value = frame.lookup(row.id) if type(row) is ir.Name else None
    if type(name) is not ir.Constant:
        return None
    if type(value) is QuerySet:
        return True if name.value in queryset_methods.ALL_METHODS else None
    if value == NONE and not frame.loops:
        return hasattr(None, str(name.value))
    return True if relations.is_brought(value, str(name.value)) else None


def is_prefetched(frame: Frame, name: ir.Expr, cache: ir.Expr) -> bool | None:
    """`"notes" in book._prefetched_objects_cache`, or in what `getattr(book, "_prefetched_objects_cache", {})` gave."""
    named = cache.name if type(cache) is ir.Attribute else named_attribute(cache)
    if type(name) is not ir.Constant or not (type(cache) is ir.Name or named == PREFETCH_CACHE):
        return None
    for member in members(frame.evaluate(cache)):
        if type(member) is Method and member.name == PREFETCH_CACHE and type(member.receiver) is Instance:
            brought = member.receiver.eager
            if any(key == name.value and not prefetched.is_list for key, prefetched in brought.prefetched):
                return True
            return None if brought.opaque else False
    return None


def named_attribute(node: ir.Expr) -> object:
    """The name in `getattr(x, "name", …)`."""
    if not isinstance(node, ir.Call) or not isinstance(node.function, ir.Name) or node.function.id != "getattr":
        return None
    return node.args[1].value if len(node.args) > 1 and isinstance(node.args[1], ir.Constant) else None


def compared(frame: Frame, test: ir.Comparison) -> bool | None:
    operator, right = test.operators[0], test.rights[0]
    if operator in ("is", "is not") and type(right) is ir.Constant and right.value is None:
        return operator == "is not" if was_provided(frame, test.left) else None
    if operator in ("in", "not in") and type(right) is ir.Attribute and right.name == "context":
        return operator == "in" if is_self(right.value) and is_open(frame) else None
    if operator in ("in", "not in") and is_key_in_url(frame, test):
        action = text_of(action_of(frame))
        return (action == "retrieve") is (operator == "in") if action in READING else None
    prefetched = is_prefetched(frame, test.left, right) if operator in ("in", "not in") else None
    if prefetched is not None:
        return prefetched is (operator == "in")
    current = state(frame, test.left)
    return None if current is None else comparisons.among(current, comparisons.spelled_out(frame, right), test)


def is_key_in_url(frame: Frame, test: ir.Comparison) -> bool:
    """`"pk" in self.kwargs` in a viewset: does the URL name an object?"""
    left, right, view = test.left, test.rights[0], frame.lookup("self")
    if not isinstance(left, ir.Constant) or left.value != "pk" or not isinstance(view, Object):
        return False
    of_view = type(right) is ir.Attribute and right.name == "kwargs" and is_self(right.value)
    return of_view and frame.evaluator.index.is_a(view.qualname, VIEWSET)


def state(frame: Frame, node: ir.Expr) -> list[str] | None:
    """What `self.action`, `request.method` or `self.request.method` can be, where the view's function tells it."""
    if type(node) is ir.Call:
        return texts_of(action_of(frame)) if is_named(node, "action") else None
    if type(node) is not ir.Attribute:
        return None
    if node.name == "action" and is_self(node.value):
        return texts_of(action_of(frame))
    request = request_in(frame, node.value) if node.name == "method" else None
    return sorted(request.methods) or None if type(request) is Request else None


def request_in(frame: Frame, node: ir.Expr) -> Value | None:
    """What `request` or `self.request` is, as far as that can be told without asking anything of the database."""
    if type(node) is ir.Name:
        return frame.lookup(node.id)
    if type(node) is not ir.Attribute or node.name != "request" or not is_self(node.value):
        return None
    view = frame.lookup("self")
    return view.get("request") if type(view) is Object else None


def action_of(frame: Frame) -> Value:
    view = frame.lookup("self")
    found = view.get("action") if isinstance(view, Object) else None
    return Value() if found is None else found


def is_named(node: ir.Call, name: str) -> bool:
    """`getattr(self, "name", …)`."""
    return named_attribute(node) == name and is_self(node.args[0])


OUTCOMES: dict[type, Callable[[Frame, Any], bool | None]] = {
    ir.UnaryOperation: of_unary,
    ir.BooleanOperation: of_boolean,
    ir.Comparison: of_comparison,
    ir.Attribute: of_attribute,
    ir.Call: of_call,
    ir.Name: of_name,
}
