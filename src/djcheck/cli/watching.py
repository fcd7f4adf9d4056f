"""`djcheck check --watch`: once more whenever a file changes that the result may depend on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
from watchfiles import Change, DefaultFilter, watch

from djcheck.sources.naming import TEMPLATE_SUFFIXES

SUFFIXES = (".py", ".toml", ".jsonl", *TEMPLATE_SUFFIXES)
# Milliseconds: how long changes are gathered, and how long is waited at most.
GATHER, TICK = 300, 200


class Relevant(DefaultFilter):
    """Changes of code, templates, configurations and baselines, but not of the report itself."""

    def __init__(self, output: Path | None) -> None:
        super().__init__()
        self._output = output and output.resolve()

    def __call__(self, change: Change, path: str) -> bool:
        return path.endswith(SUFFIXES) and super().__call__(change, path) and Path(path).resolve() != self._output


def rounds(paths: Sequence[Path], output: Path | None, once: Callable[[], int]) -> int:
    """Call `once` now and after each change below `paths`, until the user interrupts; the status of the last call.

    A call that ends with a message for the user (a half-written configuration, say) does not end the watch.
    """
    status = None
    # Ticks without changes are wanted for the first round alone: when it comes the watch is on, and nothing is missed.
    ticks = watch(*paths, watch_filter=Relevant(output), debounce=GATHER, rust_timeout=TICK, yield_on_timeout=True)
    try:
        for changes in ticks:
            if status is None or changes:
                announce(changes)
                status = guarded(once)
    except KeyboardInterrupt:
        if status is None:
            raise
    return status or 0


def announce(changes: Iterable[tuple[Change, str]]) -> None:
    names = sorted(os.path.relpath(path) for _, path in changes)
    if names:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        click.echo(f"djcheck: {time.strftime('%H:%M:%S')}: {names[0]}{more} changed", err=True)


def guarded(once: Callable[[], int]) -> int:
    try:
        return once()
    except click.ClickException as error:
        error.show()
        return 2
