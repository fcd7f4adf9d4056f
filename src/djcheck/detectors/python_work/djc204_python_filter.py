"""DJC204: rows are fetched and filtered in Python."""

from __future__ import annotations

from djcheck.detectors.python_work.work import WorkDetector
from djcheck.domain.observation import WorkKind


class PythonFilter(WorkDetector):
    code = "DJC204"
    kind = WorkKind.FILTER
