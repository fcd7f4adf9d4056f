"""DJC104: rows that a loop creates one by one are created with one statement. Never safe: `save()` is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from djcheck.domain.finding import Finding, Fix
from djcheck.domain.index import FunctionInfo
from djcheck.domain.source import Place, Span
from djcheck.fixes.chains import NotFixable, name_of, written
from djcheck.fixes.edits import replacing
from djcheck.fixes.evidence import contains, place_of
from djcheck.fixes.project import Project

SIGNALS = "django.db.models.signals"


def group(finding: Finding, project: Project) -> object:
    return finding.fingerprint


def fix(findings: Sequence[Finding], project: Project) -> Fix | None:
    """`for x in xs: Book.objects.create(…)` → `Book.objects.bulk_create([Book(…) for x in xs])`."""
    finding = findings[0]
    place = place_of(finding)
    model = next((each for each in project.index.models() if each.label == finding.model), None)
    function = project.function_at(place)
    if model is None or function is None or ".create(" not in project.code(place):
        return None
    try:
        span, code = rewritten(place, function, model.key, project)
    except NotFixable:
        return None
    caution = "; ".join(passed_over(model.key, project))
    edit = replacing(Place(place.path, span), code)
    return Fix("Create all rows with one statement", (edit,), False, caution)


def rewritten(place: Place, function: FunctionInfo, model: str, project: Project) -> tuple[Span, str]:
    """The loop's span, and the statement in its place."""
    first = function.fact.span.line
    lines = project.lines_of(place.path)[first - 1 : function.fact.span.end_line]
    indent = len(lines[0]) - len(lines[0].lstrip())
    if any(line.strip() and line[:indent].strip() for line in lines):
        raise NotFixable("the function's lines are not indented alike")
    try:
        wrapper = MetadataWrapper(cst.parse_module("\n".join(line[indent:] for line in lines) + "\n"))
    except cst.ParserSyntaxError as error:
        raise NotFixable("the function cannot be parsed apart") from error
    positions = wrapper.resolve(PositionProvider)
    for node, at in positions.items():
        if not isinstance(node, cst.For):
            continue
        span = Span(at.start.line + first - 1, at.start.column + indent + 1, at.end.line + first - 1,
                    at.end.column + indent + 1)  # fmt: skip
        if contains(span, place.span) and only_creates(node):
            return span, bulk(node, model, place.path, project)
    raise NotFixable("the loop does more than to create rows")


def only_creates(loop: cst.For) -> bool:
    """Is a plain `create()` all that the loop does, with no comment that would be lost?"""
    body = loop.body.body
    statement = body[0] if len(body) == 1 else None
    small = statement.body if isinstance(statement, cst.SimpleStatementLine) else ()
    plain = loop.orelse is None and loop.asynchronous is None and len(small) == 1
    return plain and isinstance(small[0], cst.Expr) and name_of(small[0].value) == "create"


def bulk(loop: cst.For, model: str, path: str, project: Project) -> str:
    statement = loop.body.body[0]
    assert isinstance(statement, cst.SimpleStatementLine)
    expression = statement.body[0]
    assert isinstance(expression, cst.Expr)
    call = expression.value
    name = project.named(path, model)
    if name is None or not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        raise NotFixable("the file does not know the model")
    if written(call.func.value) != f"{name}.objects" or any(arg.keyword is None for arg in call.args):
        raise NotFixable("the rows are created through something else than the model's manager")
    row = written(call.with_changes(func=cst.Name(name)))
    return f"{name}.objects.bulk_create([{row} for {written(loop.target)} in {written(loop.iter)}])"


def passed_over(model: str, project: Project) -> Iterator[str]:
    """What runs for each row today, and would no longer."""
    if isinstance(project.index.member(model, "save"), FunctionInfo):
        yield "the model's own `save()` would not run"
    modules = project.index.modules()
    receivers = sorted(
        module.path for module in modules if any(fact.module == SIGNALS for fact in module.facts.imports)
    )
    if receivers:
        yield f"signals would not be sent, and {receivers[0]} listens to some"
    else:
        yield "signals would not be sent"
    yield "the rows get no keys on some databases"
