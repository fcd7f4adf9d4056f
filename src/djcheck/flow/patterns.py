"""Shapes of code that the database could do instead, told from the IR alone."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.observation import WorkKind
from djcheck.flow.nodes import MOST_KEPT

AGGREGATES = {"sum": "Sum", "min": "Min", "max": "Max", "mean": "Avg", "fmean": "Avg"}


class Pattern(Struct, frozen=True):
    """What a loop or comprehension over rows amounts to; `columns` must be columns of the model."""

    kind: WorkKind
    function: str
    columns: tuple[str, ...]
    suggestion: str


def column_of(node: ir.Expr, row: str) -> str | None:
    """The column that `row.column` names."""
    if type(node) is ir.Attribute and type(node.value) is ir.Name and node.value.id == row:
        return node.name
    return None


def row_name(target: ir.Expr) -> str | None:
    return target.id if type(target) is ir.Name else None


def simple_test(node: ir.Expr, row: str) -> tuple[str, ...] | None:
    """The columns of a test that a `filter()` could make: `row.c`, `not row.c`, `row.c == value`, `… and …`."""
    column = column_of(node, row)
    if column is not None:
        return (column,)
    match node:
        case ir.UnaryOperation() if node.operator == "not":
            return simple_test(node.operand, row)
        case ir.BooleanOperation():
            found: tuple[str, ...] = ()
            for part in node.values:
                columns = simple_test(part, row)
                if columns is None:
                    return None
                found += columns
            return found
        case ir.Comparison() if len(node.operators) == 1:
            column = column_of(node.left, row)
            if column is not None and not mentions(node.rights[0], row) and is_value(node.rights[0]):
                return (column,)
    return None


def is_value(node: ir.Expr) -> bool:
    """Something whose value does not depend on calls: a constant, a name, a dotted name."""
    while isinstance(node, ir.Attribute):
        node = node.value
    if isinstance(node, ir.Collection):
        return all(is_value(item) for item in node.items)
    return isinstance(node, ir.Constant | ir.Name)


def mentions(node: ir.Expr, name: str) -> bool:
    while isinstance(node, ir.Attribute):
        node = node.value
    return isinstance(node, ir.Name) and node.id == name


def tests_of(conditions: tuple[ir.Expr, ...], row: str) -> tuple[str, ...] | None:
    found: tuple[str, ...] = ()
    for condition in conditions:
        columns = simple_test(condition, row)
        if columns is None:
            return None
        found += columns
    return found


def of_comprehension(node: ir.Comprehension, consumer: str) -> Pattern | None:
    """What a comprehension over rows amounts to, given the function that takes it in (or "")."""
    if len(node.generators) != 1 or node.value is not None:
        return None
    generator = node.generators[0]
    row = row_name(generator.target)
    if row is None:
        return None
    tests = tests_of(generator.conditions, row)
    if tests is None:
        return None
    column = column_of(node.element, row)
    if consumer in AGGREGATES and column is not None:
        where = "filter(…)." if tests else ""
        suggestion = f'{where}aggregate({AGGREGATES[consumer]}("{column}"))'
        return Pattern(WorkKind.AGGREGATE, consumer, (column, *tests), suggestion)
    if consumer == "sum" and isinstance(node.element, ir.Constant) and node.element.value == 1 and tests:
        return Pattern(WorkKind.FILTER, "sum", tests, "filter(…).count()")
    if consumer in ("any", "all"):
        columns = simple_test(node.element, row)
        if columns is not None:
            method = "filter(…).exists()" if consumer == "any" else "exclude(…).exists()"
            return Pattern(WorkKind.FILTER, consumer, (*columns, *tests), method)
        return None
    if consumer == "Counter" and column is not None:
        return Pattern(WorkKind.GROUP, "Counter", (column, *tests), f'values("{column}").annotate(Count("pk"))')
    if consumer == "len" and tests:
        return Pattern(WorkKind.FILTER, "len", tests, "filter(…).count()")
    if tests and (column is not None or (isinstance(node.element, ir.Name) and node.element.id == row)):
        tests += (column,) if column is not None else ()
        return Pattern(WorkKind.FILTER, "comprehension", tests, f"filter({'…'})")
    return None


def listed_column(node: ir.Comprehension) -> str | None:
    """The column that `[row.column for row in rows]` lists."""
    if node.kind != "list" or len(node.generators) != 1:
        return None
    row = row_name(node.generators[0].target)
    if row is None or node.generators[0].conditions:
        return None
    return column_of(node.element, row)


def of_loop(node: ir.For) -> Pattern | None:
    """A `for` whose whole body adds columns up, or counts rows by a column."""
    row = row_name(node.target)
    if row is None or node.orelse:
        return None
    body = node.body
    tests: tuple[str, ...] = ()
    if len(body) == 1 and isinstance(body[0], ir.If) and not body[0].orelse:
        found = simple_test(body[0].test, row)
        if found is None:
            return None
        body, tests = body[0].body, found
    patterns = [of_statement(statement, row) for statement in body]
    if not patterns or any(pattern is None for pattern in patterns):
        return None
    told = [pattern for pattern in patterns if pattern is not None]
    columns = tuple(dict.fromkeys(column for pattern in told for column in (*pattern.columns, *tests)))
    suggestion = ", ".join(dict.fromkeys(pattern.suggestion for pattern in told))
    prefix = "filter(…)." if tests else ""
    if told[0].kind is WorkKind.GROUP:
        return Pattern(WorkKind.GROUP, told[0].function, columns, prefix + told[0].suggestion)
    return Pattern(WorkKind.AGGREGATE, told[0].function, columns, f"{prefix}aggregate({suggestion})")


def of_statement(node: ir.Stmt, row: str) -> Pattern | None:
    """`total += row.column`, `count += 1`, `totals[row.key] += row.column`, `totals[k] = totals.get(k, 0) + …`."""
    if isinstance(node, ir.Assign) and len(node.targets) == 1 and isinstance(node.value, ir.BinaryOperation):
        target, sum_ = node.targets[0], node.value
        if isinstance(target, ir.Subscript) and reads_back(sum_.left, target):
            node = ir.AugmentedAssign(target, sum_.operator, sum_.right, node.span)
    if not isinstance(node, ir.AugmentedAssign) or node.operator != "+":
        return None
    column = column_of(node.value, row)
    one = isinstance(node.value, ir.Constant) and node.value.value == 1
    if column is None and not one:
        return None
    function = "+="
    aggregate = f'Sum("{column}")' if column is not None else 'Count("pk")'
    columns = (column,) if column is not None else ()
    if isinstance(node.target, ir.Subscript):
        key = column_of(node.target.index, row)
        if key is None:
            return None
        return Pattern(WorkKind.GROUP, function, (key, *columns), f'values("{key}").annotate({aggregate})')
    if isinstance(node.target, ir.Name) and node.target.id != row:
        return Pattern(WorkKind.AGGREGATE, function, columns, aggregate)
    return None


def reads_back(node: ir.Expr, target: ir.Subscript) -> bool:
    """`totals.get(key, 0)` or `totals[key]`, of the item that is being assigned."""
    if isinstance(node, ir.Subscript):
        return spelled(node.value) == spelled(target.value)
    if not isinstance(node, ir.Call) or not isinstance(node.function, ir.Attribute):
        return False
    return node.function.name == "get" and spelled(node.function.value) == spelled(target.value)


def lambda_column(function: ir.FunctionIR) -> str | None:
    """The column that `lambda row: row.column` sorts by."""
    if len(function.parameters) != 1 or len(function.body) != 1:
        return None
    body = function.body[0]
    if not isinstance(body, ir.Return) or body.value is None:
        return None
    return column_of(body.value, function.parameters[0].name)


def of_filter_lambda(node: ir.Lambda) -> Pattern | None:
    if len(node.parameters) != 1:
        return None
    columns = simple_test(node.body, node.parameters[0].name)
    return None if columns is None else Pattern(WorkKind.FILTER, "filter", columns, "filter(…)")


def is_reversed(node: ir.Call) -> bool:
    return any(
        keyword.name == "reverse" and isinstance(keyword.value, ir.Constant) and keyword.value.value is True
        for keyword in node.keywords
    )


def tests_existence(node: ir.Comparison) -> bool:
    """A comparison of a count with 0 or 1 that only asks whether there is any row."""
    right = node.rights[0]
    if type(right) is not ir.Constant or isinstance(right.value, bool):
        return False
    return (node.operators[0], right.value) in (
        (">", 0),
        ("==", 0),
        ("!=", 0),
        (">=", 1),
        ("<", 1),
        ("<=", 0),
        ("is", 0),
        ("is not", 0),
    )


@lru_cache(MOST_KEPT)
def is_memo_test(test: ir.Expr, body: tuple[ir.Stmt, ...]) -> bool:
    """`if not hasattr(self, "_x"): self._x = …`, `if key not in cache: cache[key] = …`: done once, then remembered."""
    asked = asked_for(test)
    return bool(asked) and any(is_stored(statement, asked) for statement in body)


@lru_cache(MOST_KEPT)
def remembered_from(body: tuple[ir.Stmt, ...]) -> int | None:
    """Where a body goes on only for what it has not met before: behind `if found: return found` of a container into
    which a later line stores. The index of the first statement behind it; None where there is none."""
    looked_up: dict[str, str] = {}
    for at, node in enumerate(body):
        match node:
            case ir.Assign() if len(node.targets) == 1 and isinstance(node.targets[0], ir.Name):
                looked_up[node.targets[0].id] = container_of(node.value)
            case ir.If() if node.body and isinstance(node.body[-1], ir.Return) and not node.orelse:
                kept = kept_in(node.test, looked_up)
                if kept and any(is_stored(later, kept) for later in body[at + 1 :]):
                    return at + 1
    return None


def container_of(node: ir.Expr | None) -> str:
    """The container that `container.get(key)` or `container[key]` looks into."""
    if type(node) is ir.Call and type(node.function) is ir.Attribute and node.function.name == "get":
        return spelled(node.function.value)
    return spelled(node.value) if type(node) is ir.Subscript else ""


def kept_in(test: ir.Expr, looked_up: dict[str, str]) -> str:
    """Where a test that something was found looks: the text of a container or attribute, or ""."""
    match test:
        case ir.Name():
            return looked_up.get(test.id, "")
        case ir.Attribute():
            return spelled(test)
        case ir.Call() if isinstance(test.function, ir.Name) and test.function.id == "hasattr":
            return asked_of_hasattr(test)
        case ir.Comparison() if len(test.operators) == 1:
            operator, right = test.operators[0], test.rights[0]
            if operator == "in":
                return spelled(right)
            if operator in ("is not", "!=") and isinstance(right, ir.Constant) and right.value is None:
                return kept_in(test.left, looked_up)
    return ""


def asked_for(node: ir.Expr) -> str:
    """What a test asks to exist: the text of an attribute or container, or ""."""
    match node:
        case ir.UnaryOperation() if node.operator == "not":
            inner = node.operand
            if isinstance(inner, ir.Call) and isinstance(inner.function, ir.Name) and inner.function.id == "hasattr":
                return asked_of_hasattr(inner)
            return spelled(inner) if isinstance(inner, ir.Attribute | ir.Subscript) else ""
        case ir.Comparison() if len(node.operators) == 1:
            operator, right = node.operators[0], node.rights[0]
            if operator == "not in":
                return spelled(right)
            if operator in ("is", "==") and isinstance(right, ir.Constant) and right.value is None:
                return spelled(node.left) if isinstance(node.left, ir.Attribute | ir.Subscript) else ""
        case ir.BooleanOperation():
            return next((found for found in map(asked_for, node.values) if found), "")
    return ""


def asked_of_hasattr(node: ir.Call) -> str:
    if len(node.args) == 2 and isinstance(node.args[1], ir.Constant):
        return f"{spelled(node.args[0])}.{node.args[1].value}"
    return ""


def spelled(node: ir.Expr) -> str:
    """A dotted name as text; a subscript by its container."""
    match node:
        case ir.Name():
            return node.id
        case ir.Attribute():
            owner = spelled(node.value)
            return f"{owner}.{node.name}" if owner else ""
        case ir.Subscript():
            return spelled(node.value)
    return ""


def is_stored(node: ir.Stmt, asked: str) -> bool:
    """Does the statement (or one in it) assign what was asked for?"""
    match node:
        case ir.Assign():
            return any(spelled(target) == asked for target in node.targets)
        case ir.If() | ir.For() | ir.With():
            return any(is_stored(inner, asked) for inner in node.body)
        case ir.Try():
            inner_statements = (*node.body, *(s for handler in node.handlers for s in handler.body))
            return any(is_stored(inner, asked) for inner in inner_statements)
        case ir.Evaluate():
            call = node.value
            return (
                isinstance(call, ir.Call)
                and isinstance(call.function, ir.Attribute)
                and spelled(call.function.value) == asked
            )
    return False


def assigns_to(body: tuple[ir.Stmt, ...], name: str) -> bool:
    """Does any statement assign to an attribute of `name`?"""
    for node in body:
        match node:
            case ir.Assign():
                targets = [item for t in node.targets for item in (t.items if isinstance(t, ir.Collection) else (t,))]
                if any(isinstance(target, ir.Attribute) and spelled(target.value) == name for target in targets):
                    return True
            case ir.If() | ir.For() | ir.While():
                if assigns_to((*node.body, *node.orelse), name):
                    return True
            case ir.With():
                if assigns_to(node.body, name):
                    return True
            case ir.Try():
                blocks = (
                    *node.body,
                    *node.orelse,
                    *node.final,
                    *(s for handler in node.handlers for s in handler.body),
                )
                if assigns_to(blocks, name):
                    return True
    return False
