"""The recipe: find the files, recall what was found in just these, else analyse them; only then the analysers load."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.cache import runs
from djcheck.sources.clock import Clock
from djcheck.sources.contents import NOTHING, Unsaved, contents_of
from djcheck.sources.discover import discover

if TYPE_CHECKING:
    from djcheck.cache.store import Store
    from djcheck.config import Config
    from djcheck.domain.finding import Report

Progress = Callable[[str, int, int], None]


def check(
    paths: Sequence[Path],
    config: Config,
    *,
    jobs: int,
    progress: Progress,
    store: Store | None = None,
    unsaved: Unsaved = NOTHING,
) -> Report:
    """Analyse the projects under `paths`, as the configuration says.

    `jobs` is the number of worker processes; `progress(stage, done, total)` is told how far each stage is. `store`
    keeps what was found out for later runs. `unsaved` are the texts that an editor holds, by their paths relative to
    the working directory.
    """
    # Hardly anything here is ever garbage in cycles, and looking for it costs a quarter of the time.
    gc.disable()
    try:
        clock = Clock()
        report = found_out(paths, config, jobs=jobs, progress=progress, store=store, unsaved=unsaved, clock=clock)
        return replace(report, statistics={**clock.laps, **(store.figures if store is not None else {})})
    finally:
        gc.enable()


def found_out(
    paths: Sequence[Path],
    config: Config,
    *,
    jobs: int,
    progress: Progress,
    store: Store | None,
    unsaved: Unsaved,
    clock: Clock,
) -> Report:
    """What the last run found where nothing has changed since, or what this one finds."""
    tests, excluded = config.include_tests, config.excluded
    found = discover(paths, tests=tests, migrations=True, exclude=excluded, exclude_base=config.root)
    clock.lap("discover")
    contents = contents_of(found.files, unsaved)
    key = runs.run_key(found, contents, config) if store is not None else b""
    known = runs.recall(store, key) if store is not None else None
    clock.lap("recall")
    if known is not None:
        return known

    from djcheck.analysis import analyse

    report, consulted = analyse(found, contents, config, jobs=jobs, progress=progress, store=store, clock=clock)
    if store is not None:
        runs.remember(store, key, report, consulted)
    return report
