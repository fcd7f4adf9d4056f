"""One command run once: how long, how much work, how much memory. And the yardstick, `ast.parse`."""

from __future__ import annotations

import ast
import os
import subprocess
import time
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import psutil

MIB = 1024 * 1024
SAMPLED_EVERY = 0.2


class Measured(NamedTuple):
    """Seconds by the clock, CPU seconds of all processes, and MiB that they held together at the most."""

    seconds: float
    cpu: float
    peak: float


HEADER = f"{'wall s':>8} {'CPU s':>8} {'MiB':>7} {'CPU ms/kloc':>12} {'× wall':>8} {'× CPU':>8}"


def row(taken: Measured, parsed: Measured, lines: float) -> str:
    """What a run took, for each thousand lines and as a multiple of parsing them."""
    peak = f"{taken.peak:7.0f}" if taken.peak else f"{'–':>7}"
    return (
        f"{taken.seconds:8.2f} {taken.cpu:8.2f} {peak} {taken.cpu / lines * 1e6:12.1f} "
        f"{taken.seconds / parsed.seconds:8.2f} {taken.cpu / parsed.cpu:8.2f}"
    )


def best(rounds: Sequence[Measured]) -> Measured:
    """The fastest of several runs; of the memory that they took, the most."""
    return min(rounds)._replace(peak=max(each.peak for each in rounds))


def run(command: Sequence[str], where: Path, accepted: frozenset[int] = frozenset({0})) -> Measured:
    """Run a command in a directory. Raises SystemExit where it ends with a status that is not accepted."""
    # What pip installs has its bytecode: a checkout is to have it too, and not to be compiled in each run.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=where, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        memory = Memory(process.pid)
        memory.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = max(memory.stop(), usage.ru_maxrss / 1024)
    if process.returncode not in accepted:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode} in {where}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak)


class Memory(Thread):
    """Watches what a process and its children hold; a page that several of them share counts once (PSS)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self._ended = Event()
        self._peak = 0.0

    def run(self) -> None:
        while not self._ended.wait(SAMPLED_EVERY):
            with suppress(psutil.Error):
                family = [self._root, *self._root.children(recursive=True)]
                self._peak = max(self._peak, sum(map(held, family)) / MIB)

    def stop(self) -> float:
        """The most that was seen, in MiB."""
        self._ended.set()
        self.join()
        return self._peak


def held(process: psutil.Process) -> int:
    """Bytes that a process holds; none once it has ended."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def parse_all(root: Path) -> Measured:
    """Read and parse every Python file below `root`, in this process."""
    started, cpu = time.perf_counter(), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in sorted(root.rglob("*.py")):
            with suppress(SyntaxError, ValueError, OSError):
                ast.parse(path.read_bytes())
    return Measured(time.perf_counter() - started, time.process_time() - cpu, 0.0)


def lines_in(root: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in root.rglob("*.py") if path.is_file())
