"""What the rules about work done in Python share: each tells of one kind of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import PythonWork, WorkKind


class WorkDetector(Detector[PythonWork]):
    """`kind` is what the rule tells of."""

    observes = PythonWork
    kind: ClassVar[WorkKind]

    def judge(self, seen: PythonWork, project: ProjectView) -> Iterator[Verdict]:
        if seen.kind is not self.kind:
            return
        yield Verdict(
            seen.place,
            {"function": seen.function, "field": ", ".join(seen.columns)},
            seen.suggestion,
            seen.subject,
            None,
            project.label(seen.subject.origin.model),
            seen.doubt,
        )
