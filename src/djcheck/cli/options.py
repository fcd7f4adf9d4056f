"""The options of `djcheck check`, in the groups in which its help shows them, and the configuration that they make."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, get_args

import click

from djcheck.config import Format

if TYPE_CHECKING:
    from djcheck.cli.output import Colour
    from djcheck.config import Ambiguous, Config, FailOn
    from djcheck.triage.acceptance import Keeping
    from djcheck.triage.agent.budget import Allowance
    from djcheck.triage.agent.definition import Definition

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])
_Decorator = Callable[[_Decorated], _Decorated]


class Caching(TypedDict):
    """What it says about what earlier runs found out."""

    no_cache: bool
    cache_dir: Path | None


class Options(Caching):
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
    baseline: Path | None
    write_baseline: bool
    shrink_baseline: bool
    diff_base: str | None
    agent: str | None
    no_agent: bool
    agent_budget: Allowance | None
    frozen: bool
    statistics: bool
    watch: bool
    config: Path | None
    jobs: int | None
    color: Colour
    quiet: int
    verbose: int


def _together(*options: _Decorator[Any]) -> _Decorator[Any]:
    """Several decorators as one; the help lists the options in the order given."""

    def decorate(function: _Decorated) -> _Decorated:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _split(ctx: click.Context, parameter: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip())


def codes(option: str, words: str) -> _Decorator[Any]:
    """An option that takes rules."""
    return click.option(option, multiple=True, metavar="CODES", callback=_split, help=words)


def _allowance(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Allowance | None:
    if value is None:
        return None
    from djcheck.triage.agent.budget import allowance

    try:
        return allowance(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


class AgentCommand(click.Command):
    """A command with `--agent [FILE]`: what follows is FILE only where it is an agent file, else it is a PATH."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--agent" in args:
            from djcheck.triage.agent.definition import looks_like_one

            at = args.index("--agent")
            following = args[at + 1 : at + 2]
            file = following[0] if following and looks_like_one(Path(following[0])) else ""
            args = [*args[:at], f"--agent={file}", *args[at + 1 + bool(file) :]]
        return super().parse_args(ctx, args)


def agent_named(file: str | None) -> Definition:
    """The agent of the file that `--agent` names, or djcheck's own."""
    from djcheck.cli.output import failure
    from djcheck.triage.agent.definition import built_in, read
    from djcheck.triage.agent.trouble import EscalationError

    try:
        return read(Path(file) if file else built_in())
    except EscalationError as error:
        raise failure(str(error)) from error


paths = click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path)
)

selecting = _together(
    codes("--select", "Report only these rules: codes, code prefixes (DJC1) or names, separated by commas."),
    codes("--extend-select", "Report these rules too."),
    codes("--ignore", "Do not report these rules."),
)

gating = _together(
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "note", "never"]),
        help="The least severity that makes the exit status 1.  [default: warning]",
    ),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 even where there are findings."),
    click.option(
        "--ambiguous",
        type=click.Choice(["report", "fail", "hide"]),
        help="What to do with findings that could not be proven: show them, let them fail too, or hide them."
        "  [default: report]",
    ),
)

comparing = _together(
    click.option(
        "--baseline",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Accept the findings that FILE lists.",
    ),
    click.option("--write-baseline", is_flag=True, help="Write all findings of this run to the baseline first."),
    click.option("--shrink-baseline", is_flag=True, help="Take out of the baseline first what is no longer found."),
    click.option(
        "--diff-base", metavar="REV", help="Report only what is new since the branch left this revision of git."
    ),
)

deciding = _together(
    click.option(
        "--agent",
        metavar="[FILE]",
        help="Ask the agent, django-pro or that of FILE, about ambiguous findings: code goes to a language model.",
    ),
    click.option("--no-agent", is_flag=True, help="Neither ask nor use verdicts, whatever else is said."),
    click.option(
        "--agent-budget",
        metavar="N",
        callback=_allowance,
        help="Stop asking after so many tokens (200k) or calls (40calls).",
    ),
    click.option("--frozen", is_flag=True, help="Use the verdicts in .djcheck/verdicts.jsonl, and ask nobody."),
)

questioning = click.option("--agent", metavar="FILE", help="Questions to the agent of FILE instead of django-pro.")

reporting = _together(
    click.option("--format", type=click.Choice(get_args(Format)), help="How to write the report.  [default: text]"),
    click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write the report to FILE.",
    ),
    click.option("--statistics", is_flag=True, help="Add times and cache figures to the report."),
    click.option("-q", "--quiet", count=True, help="One line a finding, and nothing else."),
    click.option("-v", "--verbose", count=True, help="Whole traces; notes on what djcheck does."),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colour."),
)

watching = click.option("--watch", is_flag=True, help="Analyse again whenever a file changes, until interrupted.")

running = _together(
    click.option(
        "--config",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Read this configuration instead of the nearest one.",
    ),
    click.option(
        "--no-cache", is_flag=True, help="Neither use what earlier runs found out nor keep what this one does."
    ),
    click.option(
        "--cache-dir",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="DJCHECK_CACHE_DIR",
        help="Keep it there.  [default: the user's cache directory]",
    ),
    click.option("--jobs", metavar="N", type=click.IntRange(min=1), help="Worker processes.  [default: one a core]"),
)


def configuration(options: Options) -> Config:
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
        "baseline": options["baseline"] and os.path.abspath(options["baseline"]),
        "format": options["format"],
    }
    for key in ("select", "extend-select", "ignore"):
        for selector in said[key] or ():
            if not names_a_rule(selector, rules):
                raise click.UsageError(f"--{key}: {selector} is no rule; `djcheck rules` lists them")
    return override(config, {key: (f"--{key}", value) for key, value in said.items() if value})


def keeping(options: Options, config: Config) -> Keeping:
    """What is to become of the baseline. A usage error where it is to be written and none is named."""
    if options["write_baseline"] and options["shrink_baseline"]:
        raise click.UsageError("--write-baseline and --shrink-baseline exclude each other")
    if not (options["write_baseline"] or options["shrink_baseline"]):
        return "read"
    if config.baseline is None:
        raise click.UsageError("which baseline? --baseline FILE or `baseline` in the configuration names it")
    return "write" if options["write_baseline"] else "shrink"
