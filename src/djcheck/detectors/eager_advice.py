"""The eager load to write for a missing relation path."""

from __future__ import annotations

from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import Subject


def advice(subject: Subject, path: tuple[str, ...], project: ProjectView) -> str:
    """`.select_related("a__b")`, `.prefetch_related("a")`, or a Prefetch where a join hangs on a many relation."""
    relations = project.relations(subject.origin.model, path)
    singles = [relation.is_single for relation in relations]
    if len(relations) < len(path):
        return f'.prefetch_related("{"__".join(path)}")'
    if all(singles):
        return f'.select_related("{"__".join(path)}")'
    if not any(singles) or not singles[-1]:
        return f'.prefetch_related("{"__".join(path)}")'
    last_many = max(at for at, single in enumerate(singles) if not single)
    target = relations[last_many].target
    model = project.model(target or "")
    if model is None:
        return f'.prefetch_related("{"__".join(path)}")'
    outer, inner = "__".join(path[: last_many + 1]), "__".join(path[last_many + 1 :])
    manager = model.default_manager or "objects"
    return f'.prefetch_related(Prefetch("{outer}", queryset={model.name}.{manager}.select_related("{inner}")))'
