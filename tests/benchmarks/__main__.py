"""How long djcheck takes, beside `ast.parse` over the same files in one process, and beside its peers.

    python -m tests.benchmarks [PROJECT…] [--peers BIN] [--growth [KLOC…]] [--jobs N] [--repeat N]

For each project a table: `ast.parse`; djcheck cold, warm, after a statement was added to a view (twice: the first of
such runs notes what later ones go on from), after a field was added to the model that most relations lead to; and the
peers that are installed in the directory BIN of an environment.
All are measured in the same run, round about; the fastest round counts. The ratios are to `ast.parse`, by the clock and
by CPU seconds: on a busy machine only the latter mean anything. `--growth` adds the curve over generated
projects, by default from 25 to 1600 thousand lines. Projects are copied, never written to.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import growth
from tests.benchmarks.changes import change_model, change_view
from tests.benchmarks.measuring import HEADER, Measured, best, lines_in, parse_all, row, run
from tests.benchmarks.peers import installed

YARDSTICK = "ast.parse"
FINDINGS_OR_NOT = frozenset({0, 1})


def djcheck(jobs: int, *options: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "djcheck",
        "check",
        "--exit-zero",
        "--jobs",
        str(jobs),
        "--format",
        "json",
        *options,
        ".",
    ]


def measure(project: Path, peers: dict[str, list[str]], jobs: int, repeat: int) -> dict[str, list[Measured]]:
    """What each of the runs took, in each round, on a copy of the project."""
    taken: dict[str, list[Measured]] = defaultdict(list)
    with TemporaryDirectory() as directory:
        copy = Path(directory) / project.name
        shutil.copytree(project, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", "node_modules", ".venv"))
        for each in range(repeat):
            check = djcheck(jobs, "--cache-dir", str(Path(directory) / f"cache{each}"))
            taken[YARDSTICK].append(parse_all(copy))
            taken["djcheck, cold"].append(run(check, copy))
            taken["djcheck, warm"].append(run(check, copy))
            # The first run after a change notes what the others go on from.
            changes: dict[str, Callable[[Path], Path]] = {
                "for the first time a view": change_view,
                "a view": change_view,
                "a model": change_model,
            }
            for what, change in changes.items():
                changed = change(copy)
                taken[f"djcheck, {what} changed"].append(run(check, copy))
                shutil.copyfile(project / changed.relative_to(copy), changed)
            for name, command in peers.items():
                taken[name].append(run(command, copy, FINDINGS_OR_NOT))
    return taken


def show(project: Path, taken: dict[str, list[Measured]]) -> None:
    lines = lines_in(project)
    parsed = best(taken[YARDSTICK])
    title = f"{project.name}, {lines / 1000:,.0f} kloc"
    print(f"{title:28} {HEADER}")
    for name, rounds in taken.items():
        print(f"{name:28} {row(best(rounds), parsed, lines)}")
    print(flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", type=Path, metavar="PROJECT")
    parser.add_argument("--peers", type=Path, metavar="BIN")
    parser.add_argument("--growth", nargs="*", type=int, metavar="KLOC")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args(arguments)
    peers = installed(options.peers.resolve()) if options.peers else {}
    for project in options.projects:
        root = project.resolve()
        show(root, measure(root, peers, options.jobs, options.repeat))
    if options.growth is not None:
        growth.show(djcheck(options.jobs, "--no-cache"), options.growth or growth.KLOC)


if __name__ == "__main__":
    main()
