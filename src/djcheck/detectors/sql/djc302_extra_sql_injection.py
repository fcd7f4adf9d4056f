"""DJC302: interpolated text reaches `.extra()`."""

from __future__ import annotations

from djcheck.detectors.sql.injection import InjectionDetector


class ExtraSqlInjection(InjectionDetector):
    code = "DJC302"
    sinks = frozenset({"extra"})
