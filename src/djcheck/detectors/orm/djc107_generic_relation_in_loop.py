"""DJC107: a generic relation is followed per row."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import RelationRead
from djcheck.domain.relation_kind import RelationKind


class GenericRelationInLoop(Detector[RelationRead]):
    code = "DJC107"
    observes = RelationRead

    def judge(self, seen: RelationRead, project: ProjectView) -> Iterator[Verdict]:
        if seen.kind is not RelationKind.GENERIC_ONE:
            return
        path = "__".join(seen.path)
        yield Verdict(
            seen.place,
            {},
            f'.prefetch_related("{path}")',
            seen.subject,
            path,
            project.label(seen.subject.origin.model),
            seen.doubt,
        )
