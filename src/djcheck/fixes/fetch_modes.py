"""DJC101 where a join cannot be made, or not safely: Django 6.1 fetches a relation for all rows when it is first read.

Facts from Django's documentation ("Fetch modes"): `FETCH_PEERS` is about relations to one object and columns that
were left out; the query for the rows themselves stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from djcheck.domain.finding import Finding, Fix
from djcheck.domain.observation import Subject
from djcheck.fixes.chains import NotFixable, with_mode
from djcheck.fixes.edits import replacing, trimmed
from djcheck.fixes.loading_risks import COMBINING, is_whole_relation, of_certainty, of_changes
from djcheck.fixes.model_at import must_be_one
from djcheck.fixes.project import Project

SINCE = (6, 1)


def fix(findings: Sequence[Finding], subject: Subject, project: Project) -> Fix | None:
    """`.fetch_mode(models.FETCH_PEERS)` at the origin; None where the project's Django has none, or it would not do."""
    origin, model = subject.origin.place, subject.origin.model
    asked = {seen.method for seen in project.evidence.asked(origin, model)}
    if project.django < SINCE or any(each.rule != "DJC101" for each in findings) or asked & (COMBINING | {"raw"}):
        return None
    try:
        must_be_one(origin, model, project)
        mode, imports = project.django_name(origin.path, "FETCH_PEERS")
        code = project.code(origin)
        changed = with_mode(code, mode, project.queryset_methods(model))
    except (NotFixable, LookupError):
        return None
    cautions = [*of_certainty(findings), *of_changes(findings, project)]
    if is_whole_relation(code, model, project):
        cautions.append("where the relation was prefetched, the rows are at hand, and would be fetched once more")
    edits = (trimmed(replacing(origin, changed), code), *imports)
    return Fix("Fetch relations for all rows when they are first read", edits, not cautions, "; ".join(cautions))
