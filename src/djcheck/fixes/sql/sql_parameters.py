"""DJC301–304: values in the text of SQL become parameters. DJC305: placeholders lose their quotes.
DJC306: names are quoted as the database quotes names."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from djcheck.domain.finding import Edit, Finding, Fix
from djcheck.domain.index import ConstantInfo, External
from djcheck.domain.ir import Constant
from djcheck.domain.source import Place
from djcheck.fixes.editing.chains import NO_SPACE, NotFixable, parsed, written
from djcheck.fixes.editing.edits import replacing, trimmed
from djcheck.fixes.project.evidence import place_of
from djcheck.fixes.project.function_code import FunctionCode
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.loading_risks import of_certainty
from djcheck.fixes.sql.sql_text import Parameterised, parameterised

QUOTED = re.compile(r"'%s'")
# A placeholder: bare, or in quotes with percent signs beside it, which match anything.
HOLDERS = re.compile(r"'(?P<before>(?:%%)?)%s(?P<after>(?:%%)?)'|(?<!%)(?:%%)*%s")
COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
UNQUOTED_VALUE = "a value without quotes becomes a parameter, whose type some databases compare with the column's"
NUMBERS_IN_QUOTES = "with drivers that paste values into the text, numbers did work between quotes, as text"
NAMES_ARE_EXACT = "a quoted name is one name, in the case that it is written in, and no expression or direction"
# Names under which Django hands out its connections.
CONNECTIONS = ("connection", "connections")


def group(finding: Finding, project: Project) -> object:
    return finding.fingerprint


def fix(findings: Sequence[Finding], project: Project) -> Fix | None:
    try:
        title, edits, caution = changed(findings[0], project)
    except NotFixable:
        return None
    cautions = [*of_certainty(findings), *([caution] if caution else [])]
    return Fix(title, edits, not cautions, "; ".join(cautions))


def changed(finding: Finding, project: Project) -> tuple[str, tuple[Edit, ...], str]:
    """(what is done, the edits, what may change by it)."""
    place = place_of(finding)
    if finding.rule == "DJC306":
        return "Quote the name", (with_quoted_name(place, project),), NAMES_ARE_EXACT
    if finding.rule == "DJC305":
        return "Take the quotes from the placeholder", unquoted(place, project), NUMBERS_IN_QUOTES
    with_values = with_extra_parameters if finding.rule == "DJC302" else with_parameters
    return "Hand the value over as a parameter", *with_values(finding, project)


# ------------------------------------------------------------------ placeholders in quotes


def unquoted(place: Place, project: Project) -> tuple[Edit, ...]:
    """`'%s'` → `%s`; of `'%%%s%%'` the percent signs go into the parameter."""
    code = project.code(place)
    made = QUOTED.sub("%s", code)
    if made == code:
        made = with_patterns(code)
    return (trimmed(replacing(place, made), code),)


def with_patterns(code: str) -> str:
    """`execute("… LIKE '%%%s%%'", [text])` → `execute("… LIKE %s", [f"%{text}%"])`."""
    call = parsed(code)
    text = call.args[0].value if isinstance(call, cst.Call) and len(call.args) == 2 else None
    values = call.args[1].value if isinstance(call, cst.Call) and text is not None else None
    if not isinstance(call, cst.Call) or not isinstance(text, cst.SimpleString) or not isinstance(values, cst.List):
        raise NotFixable("the placeholder shares its quotes with other text")
    if len(HOLDERS.findall(text.value)) != len(values.elements):
        raise NotFixable("the placeholders do not fit the parameters")
    elements = list(values.elements)
    for at, holder in enumerate(HOLDERS.finditer(text.value)):
        before, after = holder["before"], holder["after"]
        if before is not None and (before or after):
            made = patterned(written(elements[at].value), before, after)
            elements[at] = elements[at].with_changes(value=cst.parse_expression(made))
    bare = text.with_changes(value=HOLDERS.sub("%s", text.value))
    args = [
        call.args[0].with_changes(value=bare),
        call.args[1].with_changes(value=values.with_changes(elements=elements)),
    ]
    return written(call.with_changes(args=args))


def patterned(value: str, before: str, after: str) -> str:
    quote = "'" if '"' in value else '"'
    if quote in value:
        raise NotFixable("the value's own quotes would end its text")
    return f"f{quote}{before.replace('%%', '%')}{{{value}}}{after.replace('%%', '%')}{quote}"


# ------------------------------------------------------------------ values in the text


def with_parameters(finding: Finding, project: Project) -> tuple[tuple[Edit, ...], str]:
    """The sink's call with placeholders in its text, and what may change by it."""
    place = place_of(finding)
    if finding.rule == "DJC304" and not is_djangos(place.path, project, *CONNECTIONS):
        raise NotFixable("the cursor may be another library's, with other placeholders")
    code = project.code(place)
    call = plain_call(code)
    if len(call.args) > 2 or (len(call.args) == 2 and written(call.args[1].value) not in ("None", "[]", "()")):
        raise NotFixable("there are parameters already")
    name = call.args[0].value
    if isinstance(name, cst.Name) and not is_fixed(name.value, place.path, project):
        return with_text_in(name.value, place, project)
    made = as_parameters(written(name), place.path, project)
    instead = written(with_arguments(call, cst.parse_expression(made.text), made.values))
    return (trimmed(replacing(place, instead), code),), UNQUOTED_VALUE if made.unquoted else ""


def with_text_in(name: str, place: Place, project: Project) -> tuple[tuple[Edit, ...], str]:
    """The same where the text stands in a variable: `sql = f"… '{x}'"`, `cursor.execute(sql)`."""
    function = FunctionCode(place, project)
    text = function.only_value(name, place)
    made = as_parameters(function.code(text), place.path, project)
    if set(function.names_in(text)) & set(function.bound_twice()):
        raise NotFixable("a value may have changed before the text is used")
    code = project.code(place)
    instead = written(with_arguments(plain_call(code), cst.Name(name), made.values))
    edits = function.replaced(text, made.text), trimmed(replacing(place, instead), code)
    return edits, UNQUOTED_VALUE if made.unquoted else ""


def plain_call(code: str) -> cst.Call:
    call = parsed(code)
    if not isinstance(call, cst.Call) or not call.args or any(arg.keyword or arg.star for arg in call.args):
        raise NotFixable("it is no plain call")
    return call


def with_arguments(call: cst.Call, text: cst.BaseExpression, values: Sequence[str]) -> cst.Call:
    return call.with_changes(args=[cst.Arg(text, comma=COMMA), cst.Arg(cst.parse_expression(f"[{', '.join(values)}]"))])


def with_extra_parameters(finding: Finding, project: Project) -> tuple[tuple[Edit, ...], str]:
    """`extra(where=[f"a = '{x}'"])` → `extra(where=["a = %s"], params=[x])`; of `select`, `select_params`."""
    function = FunctionCode(place_of(finding), project)
    place = function.place(function.call_around(place_of(finding), "extra"))
    code = project.code(place)
    call = parsed(code)
    if not isinstance(call, cst.Call) or any(arg.keyword is None for arg in call.args):
        raise NotFixable("it is no plain call")
    given = {arg.keyword.value: arg for arg in call.args if arg.keyword is not None}
    args, unquoted_value = list(call.args), False
    for name, parameters in (("where", "params"), ("select", "select_params")):
        if name in given:
            made = {
                text: as_parameters(written(text), place.path, project)
                for text in elements_of(given[name].value)
                if not isinstance(text, cst.SimpleString)
            }
            if made and parameters in given:
                raise NotFixable("there are parameters already")
            value: cst.CSTNode = given[name].value
            for text, one in made.items():
                value = value.deep_replace(text, cst.parse_expression(one.text))
            args = [arg.with_changes(value=value) if arg is given[name] else arg for arg in args]
            values = ", ".join(each for one in made.values() for each in one.values)
            if values:
                args = [*args[:-1], args[-1].with_changes(comma=COMMA), named(parameters, f"[{values}]")]
            unquoted_value |= any(one.unquoted for one in made.values())
    instead = written(call.with_changes(args=args))
    if instead == code:
        raise NotFixable("no value can be told from the text around it")
    return (trimmed(replacing(place, instead), code),), UNQUOTED_VALUE if unquoted_value else ""


def elements_of(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The texts that `where` and `select` are given."""
    if not isinstance(node, cst.List | cst.Tuple | cst.Dict):
        raise NotFixable("the texts are not spelled out")
    return [element.value for element in node.elements]


def as_parameters(text: str, path: str, project: Project) -> Parameterised:
    return parameterised(text, lambda name: is_fixed(name, path, project))


def named(keyword: str, code: str) -> cst.Arg:
    return cst.Arg(cst.parse_expression(code), cst.Name(keyword), cst.AssignEqual(NO_SPACE, NO_SPACE))


# ------------------------------------------------------------------ names in the text


def with_quoted_name(place: Place, project: Project) -> Edit:
    """`FROM {table}` → `FROM {connection.ops.quote_name(table)}`, in the call or where its text is composed."""
    if not is_djangos(place.path, project, "connection"):
        raise NotFixable("the file does not know the connection")
    function = FunctionCode(place, project)
    call = function.at(place, cst.Call)
    text = call.args[0].value if call.args else call
    if isinstance(text, cst.Name) and not is_fixed(text.value, place.path, project):
        text = function.only_value(text.value, place)
    names = [node for node in interpolated(text) if not is_fixed(written(node), place.path, project)]
    if len(names) != 1 or isinstance(names[0], cst.Call):
        raise NotFixable("more than one thing is put into the text")
    return function.replaced(names[0], f"connection.ops.quote_name({written(names[0])})")


def interpolated(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What an f-string or a sum of texts puts in between the texts."""
    if isinstance(node, cst.FormattedString):
        return [part.expression for part in node.parts if isinstance(part, cst.FormattedStringExpression)]
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        return [*interpolated(node.left), *interpolated(node.right)]
    if isinstance(node, cst.SimpleString):
        return []
    return [node]


def is_djangos(path: str, project: Project, *names: str) -> bool:
    """Is one of the names, in the module, a connection of Django, whose placeholder is `%s` on every database?"""
    key = project.index.module_of_path(path) or ""
    found = (project.index.resolve(key, name) for name in names)
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
