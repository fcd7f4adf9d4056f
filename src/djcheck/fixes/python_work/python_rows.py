"""DJC202, DJC204, DJC205, DJC207: rows that Python filters, sorts, or seeks the least or greatest of."""

from __future__ import annotations

import libcst as cst

from djcheck.domain.finding import Edit, Finding
from djcheck.domain.source import Place, Span
from djcheck.fixes.editing.chains import NotFixable, text_of, written
from djcheck.fixes.editing.edits import replacing
from djcheck.fixes.project.columns import DATES, INTEGERS, is_unique, never_null, type_of
from djcheck.fixes.project.evidence import contains, place_of
from djcheck.fixes.project.function_code import FunctionCode
from djcheck.fixes.project.project import Project
from djcheck.fixes.python_work.questions import asked_for, function_name
from djcheck.fixes.python_work.row_tests import COMPARED, Lookups, Rows, must_be_column

Rewritten = tuple[str, tuple[Edit, ...], str]
EXTREMES = {"max": "Max", "min": "Min"}


class Work:
    """What a function does with rows at a finding's place."""

    def __init__(self, finding: Finding, model: str, project: Project) -> None:
        self.place = place_of(finding)
        self.code = FunctionCode(self.place, project)
        self.model = model
        self.project = project
        self.quote = project.quote_at(self.place)

    def comprehension(self) -> cst.BaseSimpleComp:
        """The innermost comprehension at the place."""
        inner = self.code.innermost(self.code.all(cst.ListComp, cst.GeneratorExp, cst.SetComp), self.place)
        if inner is None:
            raise NotFixable("it is no comprehension")
        if inner.for_in.inner_for_in or inner.for_in.asynchronous or not isinstance(inner.for_in.target, cst.Name):
            raise NotFixable("it goes over more than rows")
        return inner

    def consumer(self, comprehension: cst.BaseSimpleComp) -> cst.Call | None:
        """The built-in function that takes the comprehension in, and nothing else."""
        arg = next(self.code.above(comprehension), None)
        call = next(self.code.above(arg)) if isinstance(arg, cst.Arg) else None
        return call if isinstance(call, cst.Call) and len(call.args) == 1 and function_name(call) else None

    def without_comments(self, node: cst.CSTNode) -> str:
        code = self.code.code(node)
        if "#" in code:
            raise NotFixable("a comment would be lost")
        return code


# ------------------------------------------------------------------ filter


def filtered(finding: Finding, model: str, project: Project) -> Rewritten:
    """`[row … if row.active]`, `any(…)`, `all(…)`, `len([…])`, `sum(1 …)`, `filter(lambda row: row.active, rows)`."""
    work = Work(finding, model, project)
    call = next((each for each in work.code.all(cst.Call) if work.code.span(each) == work.place.span), None)
    if call is not None and function_name(call) == "filter":
        return by_lambda(work, call)
    inner = work.comprehension()
    loop = inner.for_in
    assert isinstance(loop.target, cst.Name)
    rows = Rows(loop.target.value, model, project)
    tests = Lookups()
    for condition in loop.ifs:
        tests &= rows.lookups(condition.test)
    consumer = work.consumer(inner)
    name = "" if consumer is None else function_name(consumer)
    source = work.without_comments(loop.iter)
    if consumer is None or name not in ("any", "all", "len", "sum"):
        work.without_comments(loop)
        # A clause's own place begins with the space before it.
        start, end = work.code.span(loop.target), work.code.span(loop)
        place = Place(work.place.path, Span(start.line, start.column, end.end_line, end.end_column))
        made = f"{rows.name} in {narrowed(source, tests)}"
        return "Let the database filter", (replacing(place, made),), tests.caution
    work.without_comments(consumer)
    if name == "any":
        tests = rows.lookups(inner.elt) & tests
        made = asked_for(narrowed(source, tests), ".exists()")
    elif name == "all":
        wanted = rows.lookups(inner.elt)
        if len(wanted.keywords) != 1 or not all_known(wanted, model, project):
            raise NotFixable("the test may go out in another way for empty columns")
        chain = asked_for(narrowed(source, tests), f".exclude({wanted.code}).exists()")
        made = work.code.bracketed(consumer, f"not {chain}")
        tests &= wanted
    elif name == "len" or written(inner.elt) == "1":
        made = asked_for(narrowed(source, tests), ".count()")
    else:
        raise NotFixable("it does more than to count")
    return "Let the database filter", (work.code.replaced(consumer, made),), tests.caution


def narrowed(rows: str, tests: Lookups) -> str:
    return asked_for(rows, f".filter({tests.code})") if tests.keywords else rows


def all_known(tests: Lookups, model: str, project: Project) -> bool:
    """Can none of the columns be empty? `exclude()` gives rows with empty ones, a test in Python may not."""
    columns = (keyword.partition("=")[0].partition("__")[0] for keyword in tests.keywords)
    return all(never_null(model, column, project) for column in columns)


def by_lambda(work: Work, call: cst.Call) -> Rewritten:
    test, source = (call.args[0].value, call.args[1].value) if len(call.args) == 2 else (None, None)
    if not isinstance(test, cst.Lambda) or source is None or len(test.params.params) != 1:
        raise NotFixable("the test is no lambda")
    tests = Rows(test.params.params[0].name.value, work.model, work.project).lookups(test.body)
    made = narrowed(work.without_comments(source), tests)
    cautions = ["rows are asked for whenever it is gone through, not once", *([tests.caution] if tests.caution else [])]
    return "Let the database filter", (work.code.replaced(call, made),), "; ".join(cautions)


# ------------------------------------------------------------------ sort


def ordered(finding: Finding, model: str, project: Project) -> Rewritten:
    """`sorted(rows, key=lambda row: row.pages)` → `list(rows.order_by("pages"))`."""
    work = Work(finding, model, project)
    call = work.code.at(work.place, cst.Call)
    keywords = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
    plain = [arg for arg in call.args if arg.keyword is None]
    backwards = written(keywords.get("reverse", cst.Name("False")))
    if function_name(call) != "sorted" or len(plain) != 1 or backwards not in ("True", "False"):
        raise NotFixable("it is no plain sorting")
    column = column_of(keywords.get("key"), model, project)
    if not never_null(model, column, project):
        raise NotFixable("the column may be empty")
    minus = "-" if backwards == "True" else ""
    asked = asked_for(work.without_comments(plain[0].value), f".order_by({work.quote}{minus}{column}{work.quote})")
    cautions = []
    if not is_unique(model, column, project):
        cautions.append(f"rows with the same `{column}` may come in another order")
    if type_of(model, column, project) not in INTEGERS | DATES:
        cautions.append(COMPARED)
    return "Let the database sort", (work.code.replaced(call, f"list({asked})"),), "; ".join(cautions)


def column_of(key: cst.BaseExpression | None, model: str, project: Project) -> str:
    """What `lambda row: row.column` or `attrgetter("column")` sorts by."""
    if isinstance(key, cst.Lambda) and len(key.params.params) == 1:
        return Rows(key.params.params[0].name.value, model, project).column(key.body)
    if isinstance(key, cst.Call) and written(key.func) in ("attrgetter", "operator.attrgetter") and len(key.args) == 1:
        name = text_of(key.args[0])
        if name is not None:
            return must_be_column(model, name, project)
    raise NotFixable("it is not sorted by a column")


# ------------------------------------------------------------------ the least and the greatest


def extreme(finding: Finding, model: str, project: Project) -> Rewritten:
    """`max(row.pages for row in rows)` → `rows.aggregate(max=Max("pages"))["max"]`."""
    work = Work(finding, model, project)
    found = [
        each
        for each in work.code.all(cst.Call)
        if function_name(each) in EXTREMES and contains(work.code.span(each), work.place.span)
    ]
    if not found:
        raise NotFixable("it is no least or greatest")
    call = found[-1]
    defaults = [arg.value for arg in call.args[1:] if arg.keyword is not None and arg.keyword.value == "default"]
    if len(call.args) != 1 + len(defaults):
        raise NotFixable("more than rows is compared")
    column, source = column_and_rows(call.args[0].value, work)
    if type_of(model, column, project) not in INTEGERS | DATES or not never_null(model, column, project):
        raise NotFixable("the column holds something else than whole numbers and days")
    function, imports = project.django_name(work.place.path, EXTREMES[function_name(call)])
    quote, name = work.quote, function_name(call)
    default = f", default={written(defaults[0])}" if defaults else ""
    asked = asked_for(source, f".aggregate({name}={function}({quote}{column}{quote}{default}))")
    caution = "" if defaults else f"without rows {name}() fails today, and None would be given"
    edits = (work.code.replaced(call, f"{asked}[{quote}{name}{quote}]"), *imports)
    return "Let the database compare", edits, caution


def column_and_rows(node: cst.BaseExpression, work: Work) -> tuple[str, str]:
    """Of `row.column for row in rows` and `rows.values_list("column", flat=True)`."""
    if isinstance(node, cst.GeneratorExp | cst.ListComp | cst.SetComp):
        inner = work.comprehension()
        if inner is not node or inner.for_in.ifs or not isinstance(inner.for_in.target, cst.Name):
            raise NotFixable("more than a column is compared")
        return (
            Rows(inner.for_in.target.value, work.model, work.project).column(inner.elt),
            work.without_comments(inner.for_in.iter),
        )
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "values_list":
        names = [text_of(arg) for arg in node.args if arg.keyword is None]
        if len(names) == 1 and names[0] is not None:
            return must_be_column(work.model, names[0], work.project), work.without_comments(node.func.value)
    raise NotFixable("more than a column is compared")


# ------------------------------------------------------------------ membership


def member(finding: Finding, model: str, project: Project) -> Rewritten:
    """`book in rows` → `rows.filter(pk=book.pk).exists()`; of values of a column, that column."""
    work = Work(finding, model, project)
    test = work.code.at(work.place, cst.Comparison)
    to = test.comparisons[0]
    if len(test.comparisons) != 1 or not isinstance(to.operator, cst.In | cst.NotIn):
        raise NotFixable("it is no plain membership")
    columns, asked = project.evidence.columns_worked_on(finding), written(test.left)
    source = work.without_comments(to.comparator)
    if columns:
        made = asked_for(source, f".filter({must_be_column(model, columns[0], project)}={asked}).exists()")
        caution = COMPARED
    elif isinstance(test.left, cst.Name | cst.Attribute):
        made = asked_for(source, f".filter(pk={asked}.pk).exists()")
        caution = f"`{asked}` must be a row of the same model, for it is known by its key alone"
    else:
        raise NotFixable("it is not known what is looked for")
    if isinstance(to.operator, cst.NotIn):
        made = work.code.bracketed(test, f"not {made}")
    edit = replacing(work.place, made)
    return "Ask for the one row", (edit,), caution
