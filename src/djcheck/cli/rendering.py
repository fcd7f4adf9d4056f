"""The report in the form that was asked for, as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.cli.output import encoding, wants_colour, width
from djcheck.reporters.formats import reporter
from djcheck.reporters.lines import reader
from djcheck.reporters.style import Style
from djcheck.triage import gate

if TYPE_CHECKING:
    from djcheck.cli.options import Options
    from djcheck.config import Config
    from djcheck.domain.finding import Report


def rendered(report: Report, config: Config, options: Options) -> bytes:
    """What goes to standard output or to the file: only what is to be shown, in the configured format."""
    file = options["output"]
    style = Style(
        width=width(file),
        colour=wants_colour(options["color"], file),
        verbosity=options["verbose"] - options["quiet"],
        statistics=options["statistics"],
        encoding=encoding(file),
    )
    shown = replace(report, findings=gate.shown(report.findings, config.ambiguous))
    return reporter(config.format)(shown, reader(), style)
