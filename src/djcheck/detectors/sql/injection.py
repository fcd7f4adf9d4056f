"""What the rules about interpolated SQL share: each tells of one kind of sink."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.sql.pieces import at_identifier, dangerous, verdict
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import SqlText


class InjectionDetector(Detector[SqlText]):
    """Dangerous text in the place of a value; in the place of a name it is DJC306's."""

    observes = SqlText
    sinks: ClassVar[frozenset[str]]

    def judge(self, seen: SqlText, project: ProjectView) -> Iterator[Verdict]:
        if seen.sink not in self.sinks:
            return
        piece = dangerous(seen)
        if piece is not None and not at_identifier(seen, piece):
            yield verdict(seen, piece)
