"""DJC104: rows are written one by one in a loop."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.doubts import of_loops
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import QueryRun

INSTEAD = {
    "save": "bulk_update()",
    "create": "bulk_create()",
    "delete": "filter(pk__in=…).delete()",
    "update": "one update(), or bulk_update()",
    "get_or_create": "one query for what exists, then bulk_create()",
    "update_or_create": "bulk_create(update_conflicts=True)",
}


class WriteInLoop(Detector[QueryRun]):
    code = "DJC104"
    observes = QueryRun

    def judge(self, seen: QueryRun, project: ProjectView) -> Iterator[Verdict]:
        if seen.method not in INSTEAD:
            return
        yield Verdict(
            seen.place,
            {},
            INSTEAD[seen.method],
            model=project.label(seen.model),
            doubt=seen.doubt or of_loops(seen),
        )
