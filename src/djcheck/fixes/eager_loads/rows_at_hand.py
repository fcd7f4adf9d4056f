"""Rows of one object's relation, `author.books.all()`, that may have been prefetched: another queryset would fetch them
once more, so what they lack is fetched for the rows themselves.

Facts from Django's documentation (`prefetch_related_objects`): what the rows have already is not fetched again.
"""

from __future__ import annotations

import re

import libcst as cst

from djcheck.domain.finding import Fix
from djcheck.fixes.editing.chains import NotFixable, name_of
from djcheck.fixes.editing.edits import replacing
from djcheck.fixes.project.function_code import FunctionCode
from djcheck.fixes.project.missing_loads import Missing
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.loading_risks import is_whole_relation, risks_of_rows

# Where an expression in a statement is worked out whatever comes before it.
ALWAYS = (
    cst.Arg, cst.Call, cst.Attribute, cst.Assign, cst.Return, cst.Expr, cst.AugAssign, cst.AnnAssign, cst.Subscript,
    cst.Index, cst.SubscriptElement, cst.List, cst.Element, cst.Tuple, cst.Dict, cst.DictElement, cst.BinaryOperation,
    cst.ListComp, cst.SetComp, cst.DictComp, cst.CompFor, cst.FormattedString, cst.FormattedStringExpression,
)  # fmt: skip


def fix(missing: Missing, project: Project) -> Fix:
    """`prefetch_related_objects(rows, …)` before the loop over them. Raises NotFixable where it is no such loop, and
    LookupError where a name is taken."""
    if not is_whole_relation(project.code(missing.origin), missing.model, project):
        raise NotFixable("they are no rows that may be at hand")
    asked = project.evidence.asked(missing.origin, missing.model)
    cautions = risks_of_rows(missing, asked, [(missing.origin, ())], project, joins=False)
    code = FunctionCode(missing.origin, project)
    rows = code.at(missing.origin, cst.Call)
    if (
        name_of(rows) != "all"
        or not isinstance(rows.func, cst.Attribute)
        or not isinstance(rows.func.value, cst.Attribute)
    ):
        raise NotFixable("it is no relation's `all()`")
    name = code.fresh(re.sub(r"_set$", "s", rows.func.value.attr.value))
    prefetch, imports = project.django_name(code.path, "prefetch_related_objects")
    quote = project.quote(code.path)
    lookups = ", ".join(f"{quote}{lookup}{quote}" for lookup in missing.prefetches)
    lines = [f"{name} = list({code.code(rows)})", f"{prefetch}({name}, {lookups})"]
    edits = (code.lines_before(statement_of(rows, code), lines), replacing(missing.origin, name), *imports)
    return Fix(f"Load what `{name}` lack before they are gone through", edits, not cautions, "; ".join(cautions))


def statement_of(rows: cst.Call, code: FunctionCode) -> cst.For | cst.SimpleStatementLine:
    """The loop over the rows, or the line with the comprehension over them, in which nothing comes before it."""
    above = list(code.above(rows))
    if isinstance(above[0], cst.For) and above[0].iter is rows and above[0].asynchronous is None:
        return above[0]
    if not isinstance(above[0], cst.CompFor) or above[0].iter is not rows or above[0].asynchronous is not None:
        raise NotFixable("it is no loop that goes over them")
    if sum(isinstance(node, cst.BaseComp) for node in above) > 1:
        raise NotFixable("another loop goes through it")
    for node in above:
        if isinstance(node, cst.SimpleStatementLine):
            return node
        if not isinstance(node, ALWAYS):
            break
    raise NotFixable("what stands around the loop may keep it from running")
