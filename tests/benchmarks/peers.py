"""How the tools that look at Django projects too are run, each without a cache and without the network."""

from __future__ import annotations

from pathlib import Path

RULES = Path(__file__).with_name("semgrep.yaml")
# What pylint-django says about Django; all that pylint says would be another job.
MESSAGES = "E5101,E5141,E5142,R5101,R5102,R5103,W5101,W5102,W5103,W5104,W5150,W5151"

COMMANDS = {
    "djch": ["djch", "check"],
    "ruff": ["ruff", "check", "--isolated", "--no-cache", "--exit-zero", "--select", "DJ,S608,S610,S611,PERF", "."],
    "semgrep": ["semgrep", "scan", "--metrics=off", "--disable-version-check", "--config", str(RULES), "."],
    "pylint": [
        *("pylint", "--load-plugins=pylint_django", "--disable=all", f"--enable={MESSAGES}", "--exit-zero"),
        *("--recursive=y", "."),
    ],
}


def installed(directory: Path) -> dict[str, list[str]]:
    """The peers in an environment's `bin`, with their commands."""
    return {
        name: [str(directory / command[0]), *command[1:]]
        for name, command in COMMANDS.items()
        if (directory / command[0]).exists()
    }
