"""DJC304: interpolated text reaches a database cursor."""

from __future__ import annotations

from djcheck.detectors.sql.injection import InjectionDetector


class CursorSqlInjection(InjectionDetector):
    code = "DJC304"
    sinks = frozenset({"cursor", "RunSQL"})
