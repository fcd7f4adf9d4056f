"""DJC201–DJC208: what Python does with all the rows becomes a question to the database.

Only what is equal for every row is safe; the rule has found already that the rows serve nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from djcheck.domain.finding import Edit, Finding, Fix
from djcheck.domain.source import Place, Span
from djcheck.fixes.editing.chains import NotFixable, name_of, parsed
from djcheck.fixes.editing.edits import replacing, trimmed
from djcheck.fixes.project.columns import INTEGERS, never_null, type_of
from djcheck.fixes.project.evidence import origin_of, place_of
from djcheck.fixes.project.function_code import FunctionCode
from djcheck.fixes.project.project import Project
from djcheck.fixes.python_work.python_rows import Rewritten, extreme, filtered, member, ordered
from djcheck.fixes.python_work.questions import asked_for, counted, emptiness, exists
from djcheck.fixes.safety.loading_risks import of_certainty

# A queryset class with one of these of its own may count other rows than it gives, or give others than it counts.
OWN = frozenset({"count", "exists", "__len__", "__bool__", "__iter__", "iterator", "_fetch_all", "aggregate"})
# Behind these words an expression is asked for nothing but its truth …
BEFORE_TEST = re.compile(r"(?:^|[\s(\[{,=:])(?:if|elif|while|not|assert)\s+$")
# … if one of these follows.
AFTER_TEST = re.compile(r"\s*(?::|\)|\]|,|and\b|or\b|else\b|#|$)")

# What follows is all of a statement's value.
ENDS_STATEMENT = re.compile(r"(?:^\s*return|^[^=(]*(?<![=!<>])=)\s*$")


class Change(Struct, frozen=True):
    """A rewrite: its title, the edits, and what may change by it."""

    title: str
    edits: tuple[Edit, ...]
    caution: str = ""


def group(finding: Finding, project: Project) -> object:
    return finding.fingerprint


def fix(findings: Sequence[Finding], project: Project) -> Fix | None:
    finding, origin = findings[0], origin_of(findings[0])
    model = None if origin is None else project.evidence.work_on(finding)
    if origin is None or model is None or not finding.path.endswith(".py") or not is_plain(origin, model, project):
        return None
    try:
        must_be_rows(finding, project)
        must_not_be_used_again(finding, project)
        change = REWRITES[finding.rule](finding, model, project)
    except NotFixable:
        return None
    cautions = [*of_certainty(findings), *([change.caution] if change.caution else [])]
    return Fix(change.title, change.edits, not cautions, "; ".join(cautions))


def is_plain(origin: Place, model: str, project: Project) -> bool:
    """Is it a queryset as Django makes it, not raw SQL's rows, without ways of counting of its own?"""
    methods = {seen.method for seen in project.evidence.asked(origin, model)}
    return not methods & {"raw", "union", "intersection", "difference"} and not OWN & project.queryset_methods(model)


def must_be_rows(finding: Finding, project: Project) -> None:
    """Raise unless the rows are a queryset, or a list that is made of one on the spot: `list(rows)`."""
    if project.evidence.is_always_queryset(finding):
        return
    listed = LISTED.search(project.code(place_of(finding)))
    if listed is None or not name_of(parsed(listed["rows"])):
        raise NotFixable("it may be a list already, or None")


# What stands before the rows where they are asked: `len(books)`, `book in books`.
BEFORE_ROWS = re.compile(r"^(?:(?:bool|len|list|sorted)\()+|^[\w\s,()]+?\sin\s+")


def must_not_be_used_again(finding: Finding, project: Project) -> None:
    """Raise where a name stands for other rows too, some of which are fetched: the question would come on top."""
    place = place_of(finding)
    name = re.match(r"\w+", BEFORE_ROWS.sub("", project.code(place)))
    code = FunctionCode(place, project)
    if name is not None and name[0] in set(code.bound_twice()) and any(code.bare_uses(name[0], place)):
        raise NotFixable("the name stands for other rows elsewhere")


def length(finding: Finding, model: str, project: Project) -> Change:
    """`len(qs)` → `qs.count()`."""
    place = place_of(finding)
    return Change("Let the database count", (changed(place, counted, project),))


def truth(finding: Finding, model: str, project: Project) -> Change:
    """`if qs:` → `if qs.exists():`."""
    place = place_of(finding)
    code = project.code(place)
    if not code.startswith("bool("):
        must_be_test(place, project)
    return Change("Ask whether there is a row", (changed(place, exists, project),))


def count_test(finding: Finding, model: str, project: Project) -> Change:
    """`qs.count() > 0` → `qs.exists()`."""
    place = place_of(finding)
    made = emptiness(project.code(place))
    if made.startswith("not "):
        before, after = around(place, project)
        if not re.search(r"(?:^|[=(\[,:]|\b(?:return|if|elif|while|and|or|not|assert|else))\s*$", before) or not (
            AFTER_TEST.match(after)
        ):
            made = f"({made})"
    elif not re.search(r"[<>=!]", project.code(place).rpartition(")")[2]):
        must_be_test(place, project)
    return Change("Ask whether there is a row", (trimmed(replacing(place, made), project.code(place)),))


def first(finding: Finding, model: str, project: Project) -> Change:
    """`list(qs)[0]` → `qs[0]`."""
    place = place_of(finding)
    code = project.code(place)
    if not code.startswith("list(") or not code.endswith(")[0]"):
        raise NotFixable("it is not the first of a list")
    return Change("Ask for one row", (replacing(place, asked_for(code[5:-4], "[0]")),))


# `list(Book.objects.all())` within `len()`, or before `[0]`.
LISTED = re.compile(r"^(?:len\()?list\((?P<rows>.*)\)(?:\)|\[0\])$", re.DOTALL)
SUM = re.compile(r"sum\(\s*\[?\s*(?P<row>\w+)\.(?P<column>\w+)\s+for\s+$")


def total(finding: Finding, model: str, project: Project) -> Change:
    """`sum(row.n for row in qs)` → `(qs.aggregate(total=Sum("n"))["total"] or 0)`: nothing adds up to None."""
    place = place_of(finding)
    before, after = around(place, project)
    asked = SUM.search(before)
    closing = re.match(r"\s*\]?\s*\)", after)
    row, _, rows = project.code(place).partition(" in ")
    if asked is None or closing is None or row.strip() != asked["row"]:
        raise NotFixable("it is not a sum over a column")
    column = asked["column"]
    if type_of(model, column, project) not in INTEGERS or not never_null(model, column, project):
        raise NotFixable("the column holds something else than whole numbers")
    quote = project.quote_at(place)
    name, imports = project.django_name(place.path, "Sum")
    made = asked_for(rows, f".aggregate(total={name}({quote}{column}{quote}))")
    span = place.span
    whole = Span(span.line, span.column - (len(before) - asked.start()), span.end_line, span.end_column + closing.end())
    made = f"{made}[{quote}total{quote}] or 0"
    alone = stands_alone(before[: asked.start()], after[closing.end() :])
    edit = replacing(Place(place.path, whole), made if alone else f"({made})")
    return Change("Let the database add up", (edit, *imports))


def by_rows(rewrite: Callable[[Finding, str, Project], Rewritten]) -> Callable[[Finding, str, Project], Change]:
    return lambda finding, model, project: Change(*rewrite(finding, model, project))


def aggregated(finding: Finding, model: str, project: Project) -> Change:
    """A sum over a column, or its least or greatest value."""
    before, _ = around(place_of(finding), project)
    return (total if SUM.search(before) else by_rows(extreme))(finding, model, project)


REWRITES: dict[str, Callable[[Finding, str, Project], Change]] = {
    "DJC201": length,
    "DJC202": aggregated,
    "DJC203": truth,
    "DJC204": by_rows(filtered),
    "DJC205": by_rows(ordered),
    "DJC206": count_test,
    "DJC207": by_rows(member),
    "DJC208": first,
}


# ------------------------------------------------------------------ the code around


def changed(place: Place, rewrite: Callable[[str], str], project: Project) -> Edit:
    code = project.code(place)
    return trimmed(replacing(place, rewrite(code)), code)


def around(place: Place, project: Project) -> tuple[str, str]:
    """The text before and behind a place on its first and last line."""
    lines, span = project.lines_of(place.path), place.span
    return lines[span.line - 1][: span.column - 1], lines[span.end_line - 1][span.end_column - 1 :]


def stands_alone(before: str, after: str) -> bool:
    """Does nothing on its line bind an expression to what is around it: `pages = …`, `return …`, `f(…)`?"""
    if re.match(r"\s*[)\],]", after):
        return re.search(r"[(\[,]\s*$|(?<![=!<>])=\s*$", before) is not None
    whole = before.count("(") + before.count("[") + before.count("{") == sum(map(before.count, ")]}"))
    return whole and re.match(r"\s*(?:#|$)", after) is not None and ENDS_STATEMENT.search(before) is not None


def must_be_test(place: Place, project: Project) -> None:
    """Raise unless nothing but the truth of the expression is asked for: another value must not take its place."""
    before, after = around(place, project)
    if not BEFORE_TEST.search(before) or not AFTER_TEST.match(after):
        raise NotFixable("its value may be used")
