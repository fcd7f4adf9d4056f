"""DJC205: rows are sorted by a column in Python."""

from __future__ import annotations

from djcheck.detectors.python_work.work import WorkDetector
from djcheck.domain.observation import WorkKind


class PythonSort(WorkDetector):
    code = "DJC205"
    kind = WorkKind.SORT
