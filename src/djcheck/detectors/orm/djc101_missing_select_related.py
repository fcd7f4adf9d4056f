"""DJC101: a relation to one object is read per row and was not joined."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.eager_advice import advice
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import RelationRead
from djcheck.domain.relation_kind import RelationKind


class MissingSelectRelated(Detector[RelationRead]):
    code = "DJC101"
    observes = RelationRead

    def judge(self, seen: RelationRead, project: ProjectView) -> Iterator[Verdict]:
        if seen.kind is RelationKind.GENERIC_ONE:
            return
        code = project.code(seen.place)
        suggestion = f"{code}_id" if seen.only_key else advice(seen.subject, seen.path, project)
        yield Verdict(
            seen.place,
            {},
            suggestion,
            seen.subject,
            "__".join(seen.path),
            project.label(seen.subject.origin.model),
            seen.doubt,
        )
