"""DJC106: a column that is read per row is fetched with the rows: named in `only()`, or no longer in `defer()`."""

from __future__ import annotations

from collections.abc import Sequence

from djcheck.domain.finding import Finding, Fix
from djcheck.fixes.editing.chains import NotFixable, with_columns
from djcheck.fixes.editing.edits import replacing, trimmed
from djcheck.fixes.project.evidence import origin_of
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.loading_risks import of_certainty, of_changes


def group(finding: Finding, project: Project) -> object:
    """What one queryset leaves out is fetched in one go."""
    return ("columns", origin_of(finding), finding.relation)


def fix(findings: Sequence[Finding], project: Project) -> Fix | None:
    origin = origin_of(findings[0])
    columns = [project.evidence.deferred(finding) for finding in findings]
    if origin is None or None in columns or findings[0].relation or not origin.path.endswith(".py"):
        return None
    names = sorted({name for name in columns if name is not None})
    code = project.code(origin)
    try:
        changed = with_columns(code, names, project.quote_at(origin))
    except NotFixable:
        return None
    cautions = [*of_certainty(findings), *of_changes(findings, project)]
    shown = ", ".join(f"`{name}`" for name in names)
    edit = trimmed(replacing(origin, changed), code)
    return Fix(f"Fetch {shown} with the rows", (edit,), not cautions, "; ".join(cautions))
