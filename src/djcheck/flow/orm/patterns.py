"""Shapes of code that the database could do instead, told from the IR alone."""

from __future__ import annotations

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.observation import WorkKind

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
