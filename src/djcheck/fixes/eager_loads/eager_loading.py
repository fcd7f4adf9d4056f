"""DJC101, DJC102, DJC107: the missing relations are loaded with the rows, at the rows' origin or on their way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from djcheck.domain.finding import Edit, Finding, Fix
from djcheck.domain.index import ClassInfo
from djcheck.fixes.eager_loads import (
    call_sites,
    change_forms,
    changelists,
    fetch_modes,
    graphql_types,
    key_columns,
    resolver_hints,
    row_counts,
    rows_at_hand,
    shown_objects,
    view_classes,
)
from djcheck.fixes.eager_loads.key_columns import reads_only_the_key
from djcheck.fixes.eager_loads.left_out import columns_to_name
from djcheck.fixes.eager_loads.model_at import must_be_one
from djcheck.fixes.editing.chains import Loads, NotFixable, with_columns, with_loads
from djcheck.fixes.editing.edits import inserting, past_comment, replacing, trimmed
from djcheck.fixes.project.evidence import contains, origin_of
from djcheck.fixes.project.missing_loads import Missing, loads_of, missing_of, used
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.loading_risks import of_certainty, of_changes, risks


def group(finding: Finding, project: Project) -> object:
    """What is mended in one go: all that one origin misses, but for keys that the rows have."""
    if reads_only_the_key(finding, project):
        return ("key", finding.fingerprint)
    if row_counts.only_counts(finding, project):
        return ("counts", origin_of(finding), finding.model)
    return ("eager", origin_of(finding), finding.model)


def fix(findings: Sequence[Finding], project: Project) -> Fix | None:
    """One fix for findings that share their origin; None where the code has a form that is not understood."""
    if len(findings) == 1 and reads_only_the_key(findings[0], project):
        column = key_columns.fix(findings, project)
        if column is not None:
            return column
    if all(row_counts.only_counts(finding, project) for finding in findings):
        counted = row_counts.fix(findings, project)
        loaded = None if counted is not None and counted.safe else loading(findings, project)
        return loaded if loaded is not None and (counted is None or loaded.safe) else counted
    return loading(findings, project)


def loading(findings: Sequence[Finding], project: Project) -> Fix | None:
    """The relations themselves, loaded with the rows: where that is safe, else where it can be done at all."""
    missing = missing_of(findings, project)
    if missing is None or not missing.origin.path.endswith(".py"):
        return None
    possible: list[Fix] = []
    for way in WAYS:
        try:
            made = way(missing, project)
        except (NotFixable, LookupError):
            continue
        if made.safe:
            return made
        possible.append(made)
    return possible[0] if possible else None


# ------------------------------------------------------------------ at the origin


def at_origin(missing: Missing, project: Project) -> Fix:
    """In the expression, class or declaration that the rows come from, or in the view that shows them."""
    if resolver_hints.is_type(missing.origin, project):
        return in_hints(missing, project)
    view = view_of(missing, project)
    cautions = risks(missing, project, view)
    edits = written(missing, project) if view is None else in_view(view, missing, project)
    return Fix(missing.title, edits, not cautions, "; ".join(cautions))


def view_of(missing: Missing, project: Project) -> ClassInfo | None:
    """The view that the rows are to be loaded in, where their origin makes rows for others too; else None."""
    try:
        must_be_one(missing.origin, missing.model, project)
    except NotFixable:
        view = view_classes.shown_in(missing.findings, missing.origin, project)
        view = view or view_classes.only_one_of(missing.model, missing.origin, project)
        if view is None:
            raise
        return view
    return None


def in_hints(missing: Missing, project: Project) -> Fix:
    findings = missing.findings
    cautions = [*of_certainty(findings), *of_changes(findings, project), *resolver_hints.cautions(project)]
    edits = resolver_hints.edits(findings, missing.origin, missing.plain, project)
    return Fix(missing.title, edits, not cautions, "; ".join(cautions))


def in_view(view: ClassInfo, missing: Missing, project: Project) -> tuple[Edit, ...]:
    loads, imports = loads_of(missing.lookups, view.path, project)
    edits = view_classes.override(view, "self", "", loads, project)
    return (*edits, *used(imports, edits[0].text))


def written(missing: Missing, project: Project) -> tuple[Edit, ...]:
    """The edits at the origin, whatever that is: an expression, a view's `model`, an admin class."""
    origin, model = missing.origin, missing.model
    code = project.code(origin)
    loads, imports = loads_of(missing.lookups, origin.path, project)
    if changelists.is_class(code):
        return (*in_admin(missing, loads, project), *imports)
    if view_classes.is_declaration(origin, code, project):
        return (*view_classes.edits(origin, loads, project), *imports)
    if changelists.joins_by_itself(origin, code, loads, project):
        return (*changelists.edits(origin, code, model, loads, project), *imports)
    quote = project.quote_at(origin)
    columns = columns_to_name(origin, missing.paths, project.evidence.asked(origin, model), project)
    named = with_columns(code, columns, quote) if columns else code
    changed = with_loads(named, loads, project.queryset_methods(model), quote)
    if changed == code:
        raise NotFixable("the rows bring it along already")
    edit = past_comment(
        trimmed(replacing(origin, changed), code), project.lines_of(origin.path)[origin.span.end_line - 1]
    )
    edits = (edit, *used(imports, changed))
    return (*edits, *chunked(missing, project)) if loads.prefetches or loads.nested else edits


def in_admin(missing: Missing, loads: Loads, project: Project) -> tuple[Edit, ...]:
    """In an admin class: with the rows of its change list, with the choices of its change form, or both."""
    origin, model, owner = missing.origin, missing.model, project.class_at(missing.origin)
    shown = changelists.models_shown(owner, project) if owner is not None else ()
    labels, others = change_forms.labelled(missing, project)
    fields = change_forms.choosing(owner, shown, model, project) if owner is not None and labels else []
    edits = tuple(change_forms.edits(owner, fields, loads, project)) if owner is not None else ()
    if owner is None or not fields or (model in shown and (others or changelists.shows_labels(owner, project))):
        edits += changelists.edits(origin, project.code(origin), model, loads, project)
    return edits


def chunked(missing: Missing, project: Project) -> Iterator[Edit]:
    """`iterator()` further on takes prefetches only with a chunk size; Django's own is 2000."""
    origin = missing.origin
    for seen in project.evidence.asked(origin, missing.model):
        if seen.method == "iterator" and not (
            seen.place.path == origin.path and contains(origin.span, seen.place.span)
        ):
            end = seen.place.span
            yield inserting(seen.place.path, end.end_line, end.end_column - 1, "chunk_size=2000")


# What can be tried, in this order; each raises NotFixable or LookupError where it will not do.
WAYS: tuple[Callable[[Missing, Project], Fix], ...] = (
    at_origin,
    call_sites.fix,
    rows_at_hand.fix,
    fetch_modes.fix,
    shown_objects.fix,
    graphql_types.fix,
    call_sites.fix_by_name,
)
