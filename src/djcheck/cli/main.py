"""The command line: finds the command, and turns every way it can end into an exit status."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from djcheck import __version__

FAILED = 2
LONG_LIVED = frozenset({"lsp", "--watch"})

# Loaded when asked for, so that `djcheck --version` does not wait for an analyser.
COMMANDS = {
    "check": "djcheck.cli.check:check",
    "config": "djcheck.cli.config:config",
    "escalate": "djcheck.cli.escalate:escalate",
    "explain": "djcheck.cli.catalogue:explain",
    "fix": "djcheck.cli.fix:fix",
    "init": "djcheck.cli.init:init",
    "lsp": "djcheck.cli.lsp:lsp",
    "rules": "djcheck.cli.catalogue:rules",
}


class _Commands(click.Group):
    """`djcheck PATH…` is short for `djcheck check PATH…`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in COMMANDS and args[0] not in ("--help", "-h", "--version"):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Find per-row queries, Python doing the database's work, and unsafe raw SQL in Django projects.

    `djcheck PATH` is short for `djcheck check PATH`.
    """


def run() -> NoReturn:
    """The `djcheck` command: `main`, and out.

    Looking for garbage in a process that ends with its one run, and taking a whole project's facts apart at its end,
    would take a tenth of the time.
    """
    if not LONG_LIVED.isdisjoint(sys.argv[1:]):
        sys.exit(main())
    gc.disable()
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # whoever read the report has seen enough
        status = status or FAILED
    os._exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status: 0 clean, 1 findings, 2 djcheck could not do its work."""
    args = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = cli.main(args, prog_name="djcheck", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return FAILED
    except click.Abort:
        click.echo("djcheck: interrupted", err=True)
        return FAILED
    except Exception as error:  # the exit status is a promise: 1 means findings, never a crash
        if {"-v", "--verbose"} & set(args):
            traceback.print_exc()
        where = "" if {"-v", "--verbose"} & set(args) else " (-v shows where)"
        click.echo(f"djcheck: internal error: {type(error).__name__}: {error}{where}", err=True)
        return FAILED
    return status if isinstance(status, int) else 0
