"""What rows lack: the relations that findings about one origin name, as lookups to join and to prefetch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from djcheck.domain.finding import Edit, Finding
from djcheck.domain.index import Model, Relation
from djcheck.domain.observation import Subject
from djcheck.domain.source import Place
from djcheck.fixes.editing.chains import Loads, Nested
from djcheck.fixes.project.project import Project


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


class Missing(Struct, frozen=True):
    """What findings about the rows of one origin miss."""

    findings: tuple[Finding, ...]
    subject: Subject
    lookups: tuple[Lookup, ...]

    @property
    def origin(self) -> Place:
        return self.subject.origin.place

    @property
    def model(self) -> str:
        return self.subject.origin.model

    @property
    def paths(self) -> list[tuple[Relation, ...]]:
        return [lookup.relations for lookup in self.lookups]

    @property
    def plain(self) -> Loads:
        """Joins, and prefetches by their lookups alone."""
        joins = tuple(lookup.join for lookup in self.lookups if lookup.is_joinable)
        return Loads(joins, tuple(lookup.prefetch for lookup in self.lookups if not lookup.is_joinable))

    @property
    def prefetches(self) -> tuple[str, ...]:
        """All of them as lookups to prefetch, of which none only begins another."""
        found = [lookup.prefetch for lookup in self.lookups]
        return tuple(each for each in found if not any(other.startswith(f"{each}__") for other in found))

    @property
    def title(self) -> str:
        joins, prefetches = self.plain.joins, self.plain.prefetches
        parts = [f"Join {listed(joins)}"] if joins else []
        parts += [f"{'prefetch' if joins else 'Prefetch'} {listed(prefetches)}"] if prefetches else []
        return " and ".join(parts) + " with the rows"


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def missing_of(findings: Sequence[Finding], project: Project) -> Missing | None:
    """What findings that share their origin miss; None where a relation cannot be followed."""
    subjects = [project.evidence.subject(finding) for finding in findings]
    subject = subjects[0]
    if subject is None or None in subjects:
        return None
    found = [lookup_of(finding, subject.origin.model, project) for finding in findings]
    lookups = [lookup for lookup in found if lookup is not None]
    if not lookups or len(lookups) < len(found):
        return None
    return Missing(tuple(findings), subject, tuple(without_beginnings(lookups)))


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


def loads_of(lookups: Iterable[Lookup], path: str, project: Project) -> tuple[Loads, tuple[Edit, ...]]:
    """The lookups as a file can write them, and the edits that import what it needs for that."""
    joins: list[str] = []
    prefetches: list[str] = []
    nested: dict[str, Nested] = {}
    imports: tuple[Edit, ...] = ()
    for lookup in lookups:
        if lookup.is_joinable:
            joins.append(lookup.join)
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
    return Loads(tuple(joins), tuple(kept), tuple(nested.values())), imports


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


def used(imports: tuple[Edit, ...], changed: str) -> tuple[Edit, ...]:
    """The imports, where the code that they are for has become part of the change."""
    return imports if "Prefetch(" in changed else ()
