"""DJC301, DJC303, DJC304: values in the text of SQL become parameters. DJC305: placeholders lose their quotes.
DJC306: names are quoted as the database quotes names."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from djcheck.domain.finding import Edit, Finding, Fix
from djcheck.domain.index import ConstantInfo, External
from djcheck.domain.ir import Constant
from djcheck.domain.source import Place
from djcheck.fixes.chains import NotFixable, parsed, written
from djcheck.fixes.edits import replacing, trimmed
from djcheck.fixes.evidence import place_of
from djcheck.fixes.loading_risks import of_certainty
from djcheck.fixes.project import Project
from djcheck.fixes.sql_text import parameterised

QUOTED = re.compile(r"'%s'")
UNQUOTED_VALUE = "a value without quotes becomes a parameter, whose type some databases compare with the column's"
NUMBERS_IN_QUOTES = "with drivers that paste values into the text, numbers did work between quotes, as text"
NAMES_ARE_EXACT = "a quoted name is one name, in the case that it is written in, and no expression or direction"
# Names under which Django hands out its connections.
CONNECTIONS = ("connection", "connections")


def group(finding: Finding, project: Project) -> object:
    return finding.fingerprint


def fix(findings: Sequence[Finding], project: Project) -> Fix | None:
    finding = findings[0]
    try:
        if finding.rule == "DJC306":
            edit, caution = with_quoted_name(place_of(finding), project), NAMES_ARE_EXACT
            title = "Quote the name"
        elif finding.rule == "DJC305":
            edit, caution = unquoted(place_of(finding), project), NUMBERS_IN_QUOTES
            title = "Take the quotes from the placeholder"
        else:
            edit, caution = with_parameters(finding, project)
            title = "Hand the value over as a parameter"
    except NotFixable:
        return None
    cautions = [*of_certainty(findings), *([caution] if caution else [])]
    return Fix(title, (edit,), not cautions, "; ".join(cautions))


def unquoted(place: Place, project: Project) -> Edit:
    code = project.code(place)
    made = QUOTED.sub("%s", code)
    if made == code:
        raise NotFixable("the placeholder shares its quotes with other text")
    return trimmed(replacing(place, made), code)


def with_parameters(finding: Finding, project: Project) -> tuple[Edit, str]:
    """The sink's call with placeholders in its text, and what may change by it."""
    place = place_of(finding)
    if finding.rule == "DJC304" and not is_djangos(place.path, project):
        raise NotFixable("the cursor may be another library's, with other placeholders")
    code = project.code(place)
    call = parsed(code)
    if not isinstance(call, cst.Call) or not call.args or any(arg.keyword or arg.star for arg in call.args):
        raise NotFixable("it is no plain call")
    if len(call.args) > 2 or (len(call.args) == 2 and written(call.args[1].value) not in ("None", "[]", "()")):
        raise NotFixable("there are parameters already")
    made = parameterised(written(call.args[0].value), lambda name: is_fixed(name, place.path, project))
    values = cst.parse_expression(f"[{', '.join(made.values)}]")
    text = cst.Arg(cst.parse_expression(made.text), comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
    changed = written(call.with_changes(args=[text, cst.Arg(values)]))
    return trimmed(replacing(place, changed), code), UNQUOTED_VALUE if made.unquoted else ""


def with_quoted_name(place: Place, project: Project) -> Edit:
    """`FROM {table}` → `FROM {connection.ops.quote_name(table)}`."""
    key = project.index.module_of_path(place.path) or ""
    found = project.index.resolve(key, "connection")
    if not isinstance(found, External) or not found.name.startswith("django.db."):
        raise NotFixable("the file does not know the connection")
    code = project.code(place)
    call = parsed(code)
    if not isinstance(call, cst.Call) or not call.args:
        raise NotFixable("it is no call")
    names = [node for node in interpolated(call.args[0].value) if not is_fixed(written(node), place.path, project)]
    if len(names) != 1:
        raise NotFixable("more than one thing is put into the text")
    quoted = cst.parse_expression(f"connection.ops.quote_name({written(names[0])})")
    return trimmed(replacing(place, written(call.deep_replace(names[0], quoted))), code)


def interpolated(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What an f-string or a sum of texts puts in between the texts."""
    if isinstance(node, cst.FormattedString):
        return [part.expression for part in node.parts if isinstance(part, cst.FormattedStringExpression)]
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        return [*interpolated(node.left), *interpolated(node.right)]
    if isinstance(node, cst.SimpleString):
        return []
    return [node]


def is_djangos(path: str, project: Project) -> bool:
    """Does the module use Django's connections, whose placeholder is `%s` on every database?"""
    key = project.index.module_of_path(path) or ""
    found = (project.index.resolve(key, name) for name in CONNECTIONS)
    return any(isinstance(each, External) and each.name.startswith("django.db.") for each in found)


def is_fixed(name: str, path: str, project: Project) -> bool:
    """Is it a module's name for a text that the code spells out, which means the same beside placeholders?"""
    key = project.index.module_of_path(path) or ""
    found = project.index.resolve(key, name) if re.fullmatch(r"[\w.]+", name) else None
    return isinstance(found, ConstantInfo) and all(
        isinstance(assign.value, Constant)
        and isinstance(assign.value.value, str)
        and not assign.operator
        and not {"%", "'"} & set(assign.value.value)
        for assign in found.assigns
    )
