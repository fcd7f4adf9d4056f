"""DJC206: rows are counted only to see whether there are any."""

from __future__ import annotations

from djcheck.detectors.python_work.work import WorkDetector
from djcheck.domain.observation import WorkKind


class CountToTestExistence(WorkDetector):
    code = "DJC206"
    kind = WorkKind.COUNT_TEST
