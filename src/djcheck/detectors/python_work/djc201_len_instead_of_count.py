"""DJC201: rows are fetched only to be counted."""

from __future__ import annotations

from djcheck.detectors.python_work.work import WorkDetector
from djcheck.domain.observation import WorkKind


class LenInsteadOfCount(WorkDetector):
    code = "DJC201"
    kind = WorkKind.LENGTH
