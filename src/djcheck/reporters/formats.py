"""Which reporter writes which format: the module of that name, loaded when it is asked for."""

from __future__ import annotations

import importlib
from typing import Protocol

from djcheck.config import Format
from djcheck.domain.finding import Report
from djcheck.reporters.lines import LinesOf
from djcheck.reporters.style import Style


class Reporter(Protocol):
    """What a reporter's module offers as `render`: the whole report as bytes, the same for the same report.

    `lines_of` gives the source lines of a file, with or without their ends, or none.
    """

    def __call__(self, report: Report, lines_of: LinesOf, style: Style) -> bytes: ...


def reporter(name: Format) -> Reporter:
    """The reporter of a format."""
    render: Reporter = importlib.import_module(f"djcheck.reporters.{name}").render
    return render
