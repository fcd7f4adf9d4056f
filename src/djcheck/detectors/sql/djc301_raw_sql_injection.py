"""DJC301: interpolated text reaches `.raw()`."""

from __future__ import annotations

from djcheck.detectors.sql.injection import InjectionDetector


class RawSqlInjection(InjectionDetector):
    code = "DJC301"
    sinks = frozenset({"raw"})
