"""How time and memory of a cold run grow with a project, over generated ones.

The exponent is the slope of a line through the logarithms: 1 is linear growth, 2 would be quadratic.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.generated import write_project
from tests.benchmarks.measuring import HEADER, Measured, parse_all, row, run

KLOC = (25, 50, 100, 200, 400, 800, 1600)


def exponent(sizes: Sequence[float], figures: Sequence[float]) -> float:
    """b of `figure = a · size ** b`, by least squares."""
    logs = [math.log(each) for each in sizes], [math.log(each) for each in figures]
    return statistics.linear_regression(*logs).slope


def show(command: Sequence[str], sizes: Sequence[int]) -> None:
    """Measure `command` once over a project of each size, in thousands of lines, and print the curve."""
    print(f"{'growth, cold':28} {HEADER}", flush=True)
    lines: list[float] = []
    figures: list[Measured] = []
    for size in sizes:
        with TemporaryDirectory() as directory:
            root = Path(directory) / "project"
            lines.append(write_project(root, size * 1000))
            parsed, taken = parse_all(root), run(command, root)
        figures.append(taken)
        print(f"{lines[-1]:>22,.0f} lines {row(taken, parsed, lines[-1])}", flush=True)
    by = {name: exponent(lines, [getattr(each, name) for each in figures]) for name in Measured._fields}
    print(f"{'exponent':28} {by['seconds']:8.2f} {by['cpu']:8.2f} {by['peak']:7.2f}")
