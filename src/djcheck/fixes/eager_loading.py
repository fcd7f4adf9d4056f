"""DJC101, DJC102, DJC107: the missing relations are loaded with the rows, at the rows' origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from djcheck.domain.finding import Edit, Finding, Fix
from djcheck.domain.index import ClassInfo, Model, Relation
from djcheck.domain.source import Place
from djcheck.fixes import changelists, fetch_modes, key_columns, resolver_hints, row_counts, view_classes
from djcheck.fixes.chains import Loads, Nested, NotFixable, with_columns, with_loads
from djcheck.fixes.edits import inserting, replacing, trimmed
from djcheck.fixes.evidence import contains, origin_of
from djcheck.fixes.key_columns import reads_only_the_key
from djcheck.fixes.left_out import columns_to_name
from djcheck.fixes.loading_risks import of_certainty, of_changes, risks
from djcheck.fixes.model_at import must_be_one
from djcheck.fixes.project import Project


class Lookup(Struct, frozen=True):
    """A missing relation: its path of accessors from the origin's model, and the relations along it."""

    path: tuple[str, ...]
    relations: tuple[Relation, ...]

    @property
    def is_joinable(self) -> bool:
        return all(relation.is_single for relation in self.relations)

    @property
    def join(self) -> str:
        return "__".join(relation.query_name for relation in self.relations)

    @property
    def prefetch(self) -> str:
        return "__".join(self.path)

    @property
    def last_many(self) -> int:
        return max(at for at, relation in enumerate(self.relations) if not relation.is_single)


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
    """The relations themselves, loaded with the rows."""
    subjects = [project.evidence.subject(finding) for finding in findings]
    if any(subject is None for subject in subjects):
        return None
    subject = subjects[0]
    assert subject is not None
    origin, model = subject.origin.place, subject.origin.model
    lookups = [lookup_of(finding, model, project) for finding in findings]
    missing = without_beginnings([lookup for lookup in lookups if lookup is not None])
    if not origin.path.endswith(".py") or len(missing) == 0 or None in lookups:
        return None
    try:
        if resolver_hints.is_type(origin, project):
            return in_hints(findings, origin, missing, project)
        view = view_of(findings, origin, model, project)
        cautions = risks(findings, subject, [lookup.relations for lookup in missing], project, view)
        edits = written(origin, model, missing, project) if view is None else in_view(view, missing, project)
    except NotFixable:
        return fetch_modes.fix(findings, subject, project)
    made = Fix(title(missing), edits, not cautions, "; ".join(cautions))
    instead = None if made.safe else fetch_modes.fix(findings, subject, project)
    return instead if instead is not None and instead.safe else made


def view_of(findings: Sequence[Finding], origin: Place, model: str, project: Project) -> ClassInfo | None:
    """The view that the rows are to be loaded in, where their origin makes rows for others too; else None."""
    try:
        must_be_one(origin, model, project)
    except NotFixable:
        view = view_classes.shown_in(findings, origin, project)
        if view is None:
            raise
        return view
    return None


def in_hints(findings: Sequence[Finding], origin: Place, lookups: Sequence[Lookup], project: Project) -> Fix:
    joins = tuple(lookup.join for lookup in lookups if lookup.is_joinable)
    loads = Loads(joins, tuple(lookup.prefetch for lookup in lookups if not lookup.is_joinable))
    cautions = [*of_certainty(findings), *of_changes(findings, project), *resolver_hints.cautions(project)]
    edits = resolver_hints.edits(findings, origin, loads, project)
    return Fix(title(lookups), edits, not cautions, "; ".join(cautions))


def in_view(view: ClassInfo, lookups: Sequence[Lookup], project: Project) -> tuple[Edit, ...]:
    loads, imports = loads_of(lookups, view.path, project)
    edits = view_classes.override(view, "self", "", loads, project)
    return (*edits, *used(imports, edits[0].text))


def lookup_of(finding: Finding, model: str, project: Project) -> Lookup | None:
    path = tuple((finding.relation or "").split("__"))
    relations = project.relations(model, path)
    return Lookup(path, tuple(relations)) if len(relations) == len(path) else None


def without_beginnings(lookups: Iterable[Lookup]) -> list[Lookup]:
    """Lookups of which none only begins another: `author__country` loads the author too."""
    ordered = sorted({lookup.path: lookup for lookup in lookups}.values(), key=lambda lookup: lookup.path)
    return [
        lookup
        for lookup in ordered
        if not any(
            len(other.path) > len(lookup.path)
            and other.path[: len(lookup.path)] == lookup.path
            and other.is_joinable == lookup.is_joinable
            for other in ordered
        )
    ]


def title(lookups: Sequence[Lookup]) -> str:
    joined = [lookup.join for lookup in lookups if lookup.is_joinable]
    fetched = [lookup.prefetch for lookup in lookups if not lookup.is_joinable]
    parts = [f"Join {listed(joined)}"] if joined else []
    parts += [f"{'prefetch' if joined else 'Prefetch'} {listed(fetched)}"] if fetched else []
    return " and ".join(parts) + " with the rows"


def listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def written(origin: Place, model: str, lookups: Sequence[Lookup], project: Project) -> tuple[Edit, ...]:
    """The edits at the origin, whatever that is: an expression, a view's `model`, an admin class."""
    code = project.code(origin)
    loads, imports = loads_of(lookups, origin.path, project)
    if changelists.is_class(code):
        return (*changelists.edits(origin, code, model, loads, project), *imports)
    if view_classes.is_declaration(origin, code, project):
        return (*view_classes.edits(origin, loads, project), *imports)
    if changelists.joins_by_itself(origin, code, loads, project):
        return (*changelists.edits(origin, code, model, loads, project), *imports)
    quote = project.quote(origin.path)
    columns = columns_to_name(origin, model, [lookup.relations for lookup in lookups], project)
    named = with_columns(code, columns, quote) if columns else code
    changed = with_loads(named, loads, project.queryset_methods(model), quote)
    if changed == code:
        raise NotFixable("the rows bring it along already")
    edits = (trimmed(replacing(origin, changed), code), *used(imports, changed))
    return (*edits, *chunked(origin, model, project)) if loads.prefetches or loads.nested else edits


def chunked(origin: Place, model: str, project: Project) -> Iterator[Edit]:
    """`iterator()` further on takes prefetches only with a chunk size; Django's own is 2000."""
    for seen in project.evidence.asked(origin, model):
        if seen.method == "iterator" and not (
            seen.place.path == origin.path and contains(origin.span, seen.place.span)
        ):
            end = seen.place.span
            yield inserting(seen.place.path, end.end_line, end.end_column - 1, "chunk_size=2000")


def used(imports: tuple[Edit, ...], changed: str) -> tuple[Edit, ...]:
    return imports if "Prefetch(" in changed else ()


def loads_of(lookups: Sequence[Lookup], path: str, project: Project) -> tuple[Loads, tuple[Edit, ...]]:
    joins = tuple(lookup.join for lookup in lookups if lookup.is_joinable)
    prefetches: list[str] = []
    nested: dict[str, Nested] = {}
    imports: tuple[Edit, ...] = ()
    for lookup in lookups:
        if lookup.is_joinable:
            continue
        at = lookup.last_many
        outer, rest = lookup.path[: at + 1], lookup.relations[at + 1 :]
        if not rest or not all(relation.is_single for relation in rest):
            prefetches.append(lookup.prefetch)
            continue
        join = "__".join(relation.query_name for relation in rest)
        rows, prefetch, edits = names_for(lookup.relations[at], path, project)
        imports = edits or imports
        known = nested.get("__".join(outer), Nested("__".join(outer), prefetch=prefetch, rows=rows))
        nested[known.path] = replace(known, joins=(*known.joins, join), plain=(*known.plain, lookup.prefetch))
    kept = [each for each in prefetches if each not in nested]
    return Loads(joins, tuple(kept), tuple(nested.values())), imports


def names_for(relation: Relation, path: str, project: Project) -> tuple[str, str, tuple[Edit, ...]]:
    """(the manager of the prefetched model, the Prefetch class, as the file calls them; edits that import).

    Empty where the file does not know the model: importing it there could close a circle of imports.
    """
    target: Model | None = project.model(relation.target)
    name = project.named(path, target.key) if target is not None else None
    if target is None or name is None or relation.kind.startswith("generic"):
        return "", "", ()
    try:
        prefetch, imports = project.django_name(path, "Prefetch")
    except LookupError:
        return "", "", ()
    return f"{name}.{target.default_manager or 'objects'}", prefetch, imports
