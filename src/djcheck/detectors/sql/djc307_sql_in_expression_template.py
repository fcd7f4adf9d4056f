"""DJC307: interpolated text becomes part of an expression's template."""

from __future__ import annotations

from djcheck.detectors.sql.injection import InjectionDetector


class SqlInExpressionTemplate(InjectionDetector):
    code = "DJC307"
    sinks = frozenset({"expression"})
