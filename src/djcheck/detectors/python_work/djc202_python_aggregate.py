"""DJC202: a column is summed up, or its extreme sought, in Python."""

from __future__ import annotations

from djcheck.detectors.python_work.work import WorkDetector
from djcheck.domain.observation import WorkKind


class PythonAggregate(WorkDetector):
    code = "DJC202"
    kind = WorkKind.AGGREGATE
