"""DJC203: rows are fetched only to see whether there are any."""

from __future__ import annotations

from djcheck.detectors.python_work.work import WorkDetector
from djcheck.domain.observation import WorkKind


class TruthInsteadOfExists(WorkDetector):
    code = "DJC203"
    kind = WorkKind.TRUTH
