"""Which findings the configuration silences for an app, a model or a relation."""

from __future__ import annotations

from collections.abc import Mapping

from djcheck.config import Config, closeness
from djcheck.domain.finding import Finding
from djcheck.domain.outline import Outline


def is_excepted(finding: Finding, config: Config, outline: Outline) -> bool:
    """Whether `per-app-ignores`, `per-model-ignores` or `per-relation-ignores` speak of the finding."""
    if not (config.per_app_ignores or config.per_model_ignores or config.per_relation_ignores):
        return False
    subjects: tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...] = (
        (outline.apps.get(finding.path, ""), config.per_app_ignores),
        (finding.model or "", config.per_model_ignores),
        (relation_of(finding, outline), config.per_relation_ignores),
    )
    return any(closeness(ignores.get(subject, ()), finding.rule, finding.name) for subject, ignores in subjects)


def relation_of(finding: Finding, outline: Outline) -> str:
    """The relation that is read, the last one of the finding's path, as "shop.Book.author"; "" where there is none."""
    targets = {(link.owner, link.name): link.target for link in outline.links}
    owner = finding.model or ""
    *way, last = (finding.relation or "").split("__")
    for name in way:
        owner = targets.get((owner, name), "")
    return f"{owner}.{last}" if owner and last else ""
