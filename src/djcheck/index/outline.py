"""Which apps and relations findings speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from djcheck.domain.finding import Finding
from djcheck.domain.outline import Link, Outline
from djcheck.index.project import ProjectIndex


def outline(findings: Iterable[Finding], index: ProjectIndex) -> Outline:
    """The outline of the project around `findings`."""
    findings = list(findings)
    packages = {
        str(PurePosixPath(module.path).parent): index.app_label(module.key)
        for module in index.modules()
        if "." in module.key
    }
    paths = {(finding.model, finding.relation) for finding in findings if finding.model and finding.relation}
    links = {link for model, relation in paths for link in _links(index, model or "", (relation or "").split("__"))}
    return Outline({finding.path: _app(finding, index, packages) for finding in findings}, tuple(sorted(links)))


def _app(finding: Finding, index: ProjectIndex, packages: Mapping[str, str]) -> str:
    """The app of a module or of the package around a template; that of the model where templates stand apart."""
    module = index.module_of_path(finding.path)
    if module is not None:
        return index.app_label(module)
    around = (packages[str(folder)] for folder in PurePosixPath(finding.path).parents if str(folder) in packages)
    return next(around, (finding.model or "").partition(".")[0])


def _links(index: ProjectIndex, label: str, path: list[str]) -> Iterator[Link]:
    """The relations of a lookup path, as far as it can be followed."""
    model = index.model_by_label(label)
    for name in path:
        relation = model.relations.get(name) if model is not None else None
        if model is None or relation is None:
            return
        target = index.model(relation.target) if relation.target else None
        reached = target.label if target is not None else ""
        yield Link(model.label, name, reached, relation.kind, relation.nullable)
        model = target
