"""DJC208: all rows are fetched for the first or last."""

from __future__ import annotations

from djcheck.detectors.python_work.work import WorkDetector
from djcheck.domain.observation import WorkKind


class FirstBySliceOfList(WorkDetector):
    code = "DJC208"
    kind = WorkKind.FIRST
