"""DJC207: all rows are fetched to look for one."""

from __future__ import annotations

from djcheck.detectors.python_work.work import WorkDetector
from djcheck.domain.observation import WorkKind


class MembershipInQueryset(WorkDetector):
    code = "DJC207"
    kind = WorkKind.MEMBERSHIP
