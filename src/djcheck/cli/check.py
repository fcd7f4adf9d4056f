"""`djcheck check`: analyse, report, and decide the exit status."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

import click

if TYPE_CHECKING:
    from djcheck.cli.output import Colour
    from djcheck.config import Ambiguous, Config, FailOn, Format
    from djcheck.domain.finding import Report

CLEAN, FINDINGS = 0, 1
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


class Options(TypedDict):
    """What the command line says; None or empty where it says nothing."""

    paths: tuple[Path, ...]
    format: Format | None
    output: Path | None
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: FailOn | None
    ambiguous: Ambiguous | None
    exit_zero: bool
    statistics: bool
    config: Path | None
    jobs: int | None
    color: Colour
    quiet: int
    verbose: int


def _split(ctx: click.Context, parameter: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip())


def _codes(option: str, words: str) -> Callable[[_Decorated], _Decorated]:
    return click.option(option, multiple=True, metavar="CODES", callback=_split, help=words)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path))
@click.option("--format", type=click.Choice(["text", "json"]), help="How to write the report.  [default: text]")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to FILE."
)
@_codes("--select", "Report only these rules: codes, code prefixes (DJC1) or names, separated by commas.")
@_codes("--extend-select", "Report these rules too.")
@_codes("--ignore", "Do not report these rules.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    help="The least severity that makes the exit status 1.  [default: warning]",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even where there are findings.")
@click.option(
    "--ambiguous",
    type=click.Choice(["report", "fail", "hide"]),
    help="What to do with findings that could not be proven: show them, let them fail too, or hide them."
    "  [default: report]",
)
@click.option("--statistics", is_flag=True, help="Add times and cache figures to the report.")
@click.option("-q", "--quiet", count=True, help="One line a finding, and nothing else.")
@click.option("-v", "--verbose", count=True, help="Whole traces; notes on what djcheck does.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colour.")
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read this configuration instead of the nearest one.",
)
@click.option("--jobs", metavar="N", type=click.IntRange(min=1), help="Worker processes.  [default: one a core]")
def check(**options: Unpack[Options]) -> int:
    """Analyse Django projects, directories or files."""
    from djcheck import pipeline
    from djcheck.cli.progress import progress
    from djcheck.triage import gate

    config = _configuration(options)
    verbosity = options["verbose"] - options["quiet"]
    jobs = options["jobs"] or _cores()
    if verbosity > 0:
        click.echo(f"djcheck: configuration: {config.file or 'none found'}; jobs: {jobs}", err=True)
    started = time.perf_counter()
    with progress(quiet=verbosity < 0) as tell:
        report = pipeline.check(options["paths"], config, jobs=jobs, progress=tell)
    for trouble in report.troubles:
        click.echo(f"djcheck: left out because djcheck failed there (please report it): {trouble}", err=True)
    if verbosity > 0:
        click.echo(f"djcheck: analysed in {time.perf_counter() - started:.1f} s", err=True)
    _write(report, config, options, verbosity)
    failed = gate.fails(report.findings, config.fail_on, config.ambiguous)
    return FINDINGS if failed and not options["exit_zero"] else CLEAN


def _configuration(options: Options) -> Config:
    """The configuration file's settings with the command line's over them."""
    from djcheck.cli.output import failure
    from djcheck.config import ConfigError, load, override
    from djcheck.rulebook import RulebookError, rulebook
    from djcheck.triage.configuration import names_a_rule

    try:
        config = load(options["paths"], options["config"])
        rules = rulebook()
    except (ConfigError, RulebookError) as error:
        raise failure(str(error)) from error
    said = {
        "select": options["select"],
        "extend-select": options["extend_select"],
        "ignore": options["ignore"],
        "fail-on": options["fail_on"],
        "ambiguous": options["ambiguous"],
        "format": options["format"],
    }
    for key in ("select", "extend-select", "ignore"):
        for selector in said[key] or ():
            if not names_a_rule(selector, rules):
                raise click.UsageError(f"--{key}: {selector} is no rule; `djcheck rules` lists them")
    return override(config, {key: (f"--{key}", value) for key, value in said.items() if value})


def _write(report: Report, config: Config, options: Options, verbosity: int) -> None:
    from msgspec.structs import replace

    from djcheck.cli.output import encoded, wants_colour, width, write
    from djcheck.triage import gate

    file = options["output"]
    report = replace(report, findings=gate.shown(report.findings, config.ambiguous))
    if config.format == "json":
        from djcheck.reporters import json

        write(json.render(report, statistics=options["statistics"]), file)
        return
    from djcheck.reporters import text
    from djcheck.reporters.lines import lines_of

    page = text.render(
        report,
        lines_of,
        width=width(file),
        colour=wants_colour(options["color"], file),
        verbosity=verbosity,
        statistics=options["statistics"],
    )
    write(encoded(page, file), file)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
