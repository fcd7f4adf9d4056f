"""DJC209: rows are counted or summed by a key in Python."""

from __future__ import annotations

from djcheck.detectors.python_work.work import WorkDetector
from djcheck.domain.observation import WorkKind


class GroupingInPython(WorkDetector):
    code = "DJC209"
    kind = WorkKind.GROUP
