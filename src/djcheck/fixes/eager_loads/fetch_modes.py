"""DJC101 where a join cannot be made, or not safely: Django 6.1 fetches a relation for all rows when it is first read.

Facts from Django's documentation ("Fetch modes"): `FETCH_PEERS` is about relations to one object and columns that
were left out; the query for the rows themselves stays as it is.
"""

from __future__ import annotations

from djcheck.domain.finding import Fix
from djcheck.fixes.eager_loads.model_at import must_be_one
from djcheck.fixes.editing.chains import NotFixable, with_mode
from djcheck.fixes.editing.edits import replacing, trimmed
from djcheck.fixes.project.missing_loads import Missing
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.loading_risks import COMBINING, is_whole_relation, of_certainty, of_changes

SINCE = (6, 1)


def fix(missing: Missing, project: Project) -> Fix:
    """`.fetch_mode(models.FETCH_PEERS)` at the origin.

    Raises NotFixable where the project's Django has none, or it would not do, and LookupError where a name is taken.
    """
    findings, origin, model = missing.findings, missing.origin, missing.model
    asked = {seen.method for seen in project.evidence.asked(origin, model)}
    if project.django < SINCE or any(each.rule != "DJC101" for each in findings) or asked & (COMBINING | {"raw"}):
        raise NotFixable("the relation is not fetched when it is first read")
    must_be_one(origin, model, project)
    mode, imports = project.django_name(origin.path, "FETCH_PEERS")
    code = project.code(origin)
    changed = with_mode(code, mode, project.queryset_methods(model))
    cautions = [*of_certainty(findings), *of_changes(findings, project)]
    if is_whole_relation(code, model, project):
        cautions.append("where the relation was prefetched, the rows are at hand, and would be fetched once more")
    edits = (trimmed(replacing(origin, changed), code), *imports)
    return Fix("Fetch relations for all rows when they are first read", edits, not cautions, "; ".join(cautions))
