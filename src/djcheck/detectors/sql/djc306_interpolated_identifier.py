"""DJC306: a table, column or direction is interpolated without quoting or allow-list."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.sql.pieces import at_identifier, dangerous, verdict
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import SqlText


class InterpolatedIdentifier(Detector[SqlText]):
    code = "DJC306"
    observes = SqlText

    def judge(self, seen: SqlText, project: ProjectView) -> Iterator[Verdict]:
        piece = dangerous(seen)
        if piece is not None and at_identifier(seen, piece):
            yield verdict(seen, piece)
