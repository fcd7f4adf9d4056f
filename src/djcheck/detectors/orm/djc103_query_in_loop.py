"""DJC103: a query is built and run in every pass of a loop."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.doubts import of_loops
from djcheck.detectors.orm.relations import of_owner
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import QueryRun


class QueryInLoop(Detector[QueryRun]):
    code = "DJC103"
    observes = QueryRun

    def judge(self, seen: QueryRun, project: ProjectView) -> Iterator[Verdict]:
        if seen.is_write:
            return
        subject = of_owner(seen)
        if subject is not None and (seen.prefetched or not seen.narrowed):
            return
        yield Verdict(
            seen.place,
            {},
            subject=subject,
            relation="__".join(seen.path) if subject is not None else None,
            model=project.label(seen.model),
            doubt=seen.doubt or of_loops(seen),
        )
