"""`manage.py djcheck`: the command line, on the project's own directory where no other is named."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from djcheck.cli.check import check
from djcheck.cli.main import COMMANDS, main


class Command(BaseCommand):
    help = "Find per-row queries, Python doing the database's work, and unsafe raw SQL. Takes what `djcheck` takes."
    # Nothing of the project is imported to be analysed, so nothing of it need be in order.
    requires_system_checks: Sequence[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """All arguments are djcheck's, but for those that Django itself reads from every command line."""
        parser = CommandParser(add_help=False, allow_abbrev=False)
        parser.add_argument("--settings")
        parser.add_argument("--pythonpath")
        sys.exit(main(with_path(parser.parse_known_args(argv[2:])[1])))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("args", nargs="*", metavar="PATH", help="What to analyse; BASE_DIR if nothing is named.")

    def handle(self, *args: str, **options: Any) -> None:
        """For `call_command("djcheck")`."""
        sys.exit(main(with_path(args)))


def with_path(arguments: Sequence[str]) -> list[str]:
    """The arguments, and the project's directory where they ask for an analysis and name no path."""
    if arguments and arguments[0] in COMMANDS and arguments[0] != "check":
        return list(arguments)
    rest = list(arguments[1:] if arguments[:1] == ["check"] else arguments)
    asked = check.make_context("djcheck", list(rest), resilient_parsing=True)
    if asked.params["paths"]:
        return ["check", *rest]
    return ["check", *rest, "--", os.path.relpath(getattr(settings, "BASE_DIR", os.curdir))]
