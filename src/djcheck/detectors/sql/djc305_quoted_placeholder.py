"""DJC305: a placeholder stands between quotes, so the driver cannot quote the value."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.sql.pieces import SINKS
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import PieceKind, SqlText

PLACEHOLDERS = ("'%s'", '"%s"', "'%%s'", "'%(")


class QuotedPlaceholder(Detector[SqlText]):
    code = "DJC305"
    observes = SqlText

    def judge(self, seen: SqlText, project: ProjectView) -> Iterator[Verdict]:
        if not seen.has_parameters:
            return
        for piece in seen.pieces:
            if piece.kind is not PieceKind.CONSTANT:
                continue
            found = next((quoted for quoted in PLACEHOLDERS if quoted in piece.text), None)
            if found is not None:
                sink = SINKS.get(seen.sink, seen.sink)
                shown = found if found.endswith(("'", '"')) else "'%(…)s'"
                yield Verdict(seen.place, {"piece": shown, "sink": sink}, sink=f"{sink} gets a quoted placeholder")
                return
