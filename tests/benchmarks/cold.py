"""How long a cold run takes, as a multiple of parsing the same tree's Python files with `ast.parse` in one process.

    python tests/benchmarks/cold.py PROJECT… [--jobs N] [--repeat N]

Prints a table: seconds (wall), CPU seconds, the ratio to `ast.parse`, peak memory of the largest process in MiB.
Both are measured in the same run, alternating; the best of the repeats counts.
"""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import NamedTuple


class Measured(NamedTuple):
    seconds: float
    cpu: float
    peak: float


def parse_all(root: Path) -> Measured:
    """Read and parse every Python file below `root`, as one process would."""
    started, cpu = time.perf_counter(), time.process_time()
    for path in sorted(root.rglob("*.py")):
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError, OSError):
            continue
    return Measured(time.perf_counter() - started, time.process_time() - cpu, 0.0)


def check(root: Path, jobs: int) -> Measured:
    """One run of djcheck in a process of its own."""
    command = [sys.executable, "-m", "djcheck", "check", "--format", "json", "--exit-zero", "--jobs", str(jobs), "."]
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"djcheck ended with {process.returncode} on {root}")
    return Measured(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def lines_in(root: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in root.rglob("*.py") if path.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="+", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"{'project':24} {'lines':>8} {'ast.parse s':>12} {'djcheck s':>10} {'CPU s':>7} {'ratio':>6} {'MiB':>6}")
    for project in options.projects:
        rounds = [(parse_all(project), check(project, options.jobs)) for _ in range(options.repeat)]
        parsed = min(one.seconds for one, _ in rounds)
        best = min((two for _, two in rounds), key=lambda two: two.seconds)
        peak = max(two.peak for _, two in rounds)
        print(
            f"{project.resolve().name:24} {lines_in(project):8} {parsed:12.2f} {best.seconds:10.2f} {best.cpu:7.2f} "
            f"{best.seconds / parsed:6.2f} {peak:6.0f}"
        )


if __name__ == "__main__":
    main()
