"""DJC105: a prefetched relation is queried again per row."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.orm.relations import of_owner
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import QueryRun


class DefeatedPrefetch(Detector[QueryRun]):
    code = "DJC105"
    observes = QueryRun

    def judge(self, seen: QueryRun, project: ProjectView) -> Iterator[Verdict]:
        subject = of_owner(seen)
        if subject is None or not seen.prefetched:
            return
        yield Verdict(
            seen.place,
            {},
            subject=subject,
            relation="__".join(seen.path),
            model=project.label(subject.origin.model),
            doubt=seen.doubt,
        )
