"""The report in the form that was asked for, as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.cli.output import encoded, wants_colour, width
from djcheck.triage import gate

if TYPE_CHECKING:
    from djcheck.cli.options import Options
    from djcheck.config import Config
    from djcheck.domain.finding import Report


def rendered(report: Report, config: Config, options: Options) -> bytes:
    """What goes to standard output or to the file: only what is to be shown, in the configured format."""
    report = replace(report, findings=gate.shown(report.findings, config.ambiguous))
    if config.format == "json":
        from djcheck.reporters import json

        return json.render(report, statistics=options["statistics"])
    from djcheck.reporters import text
    from djcheck.reporters.lines import lines_of

    file = options["output"]
    page = text.render(
        report,
        lines_of,
        width=width(file),
        colour=wants_colour(options["color"], file),
        verbosity=options["verbose"] - options["quiet"],
        statistics=options["statistics"],
    )
    return encoded(page, file)
