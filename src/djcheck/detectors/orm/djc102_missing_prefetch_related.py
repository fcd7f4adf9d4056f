"""DJC102: all objects of a many relation are fetched per row and were not prefetched."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.eager_advice import advice
from djcheck.detectors.orm.relations import of_owner
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import QueryRun


class MissingPrefetchRelated(Detector[QueryRun]):
    code = "DJC102"
    observes = QueryRun

    def judge(self, seen: QueryRun, project: ProjectView) -> Iterator[Verdict]:
        subject = of_owner(seen)
        if subject is None or seen.narrowed or seen.prefetched:
            return
        path = seen.path
        yield Verdict(
            seen.place,
            {},
            advice(subject, path, project),
            subject,
            "__".join(path),
            project.label(subject.origin.model),
            seen.doubt,
        )
