"""DJC106: a column that the queryset left out is read per row."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import DeferredRead


class DeferredFieldInLoop(Detector[DeferredRead]):
    code = "DJC106"
    observes = DeferredRead

    def judge(self, seen: DeferredRead, project: ProjectView) -> Iterator[Verdict]:
        yield Verdict(
            seen.place,
            {"field": seen.field},
            "",
            seen.subject,
            "__".join(seen.subject.path) or None,
            project.label(seen.subject.origin.model),
            seen.doubt,
            key=seen.field,
        )
