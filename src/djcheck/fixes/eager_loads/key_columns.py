"""DJC101 where only the key is read: `x.rel.id` becomes `x.rel_id`, a column that the row has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from djcheck.domain.finding import Edit, Finding, Fix
from djcheck.domain.index import Relation
from djcheck.domain.observation import RelationRead
from djcheck.domain.source import Place, Span
from djcheck.fixes.editing.edits import replacing
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.loading_risks import of_certainty

KEY = re.compile(r"\.(?:id|pk)\b(?!\s*[\w(])(?!\s*=[^=])")
# What says, in the queryset, that the relation is never empty.
NOT_EMPTY = r"(?:exclude\({0}=None\)|exclude\({0}__isnull=True\)|filter\({0}__isnull=False\))"


def reads_only_the_key(finding: Finding, project: Project) -> bool:
    reads = project.evidence.reads(finding)
    return bool(reads) and all(isinstance(read, RelationRead) and read.only_key for read in reads)


def fix(findings: Sequence[Finding], project: Project) -> Fix | None:
    """Every place that reads the key through the relation reads the column instead."""
    reads = [read for read in project.evidence.reads(findings[0]) if isinstance(read, RelationRead)]
    relation = project.relations(reads[0].owner, (reads[0].relation,))
    if not relation or not relation[0].attname:
        return None
    edits = [edit_of(read.place, read.relation, relation[0].attname, project) for read in reads]
    if None in edits:
        return None
    cautions = [*of_certainty(findings), *of_emptiness(reads[0], relation[0], project)]
    made = tuple(dict.fromkeys(edit for edit in edits if edit is not None))
    return Fix(f"Read the column `{relation[0].attname}`", made, not cautions, "; ".join(cautions))


def edit_of(place: Place, name: str, attname: str, project: Project) -> Edit | None:
    """`x.rel` at the place, with the `.id` behind it."""
    code, span = project.code(place), place.span
    line = project.lines_of(place.path)[span.end_line - 1]
    key = KEY.match(line, span.end_column - 1)
    if key is None or not code.endswith(f".{name}") or span.line != span.end_line:
        return None
    whole = Place(place.path, Span(span.line, span.end_column - len(name), span.end_line, key.end() + 1))
    return replacing(whole, attname)


def of_emptiness(read: RelationRead, relation: Relation, project: Project) -> Iterator[str]:
    if relation.nullable and not re.search(NOT_EMPTY.format(relation.name), project.code(read.subject.origin.place)):
        yield f"where `{relation.name}` is empty, reading its key fails today, and would give None"
    elif read.subject.origin.symbol != read.symbol:
        yield "rows from elsewhere may hold a related object that was not saved before it was assigned"
