"""DJC303: interpolated text reaches a `RawSQL` expression."""

from __future__ import annotations

from djcheck.detectors.sql.injection import InjectionDetector


class RawSqlExpressionInjection(InjectionDetector):
    code = "DJC303"
    sinks = frozenset({"RawSQL"})
