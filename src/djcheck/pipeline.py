"""The recipe: find the files, recall what was found in just these, else analyse them; only then the analysers load."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.cache import runs
from djcheck.sources.clock import Clock
from djcheck.sources.contents import NOTHING, Unsaved, contents_of
from djcheck.sources.discover import Found, discover

if TYPE_CHECKING:
    from djcheck.analysis import Analysed, Memory
    from djcheck.cache.store import Store
    from djcheck.config import Config
    from djcheck.domain.finding import Report
    from djcheck.index.profile import Profile
    from djcheck.triage.acceptance import Keeping
    from djcheck.triage.agent.code import Code

Progress = Callable[[str, int, int], None]


def check(
    paths: Sequence[Path],
    config: Config,
    *,
    jobs: int,
    progress: Progress,
    store: Store | None = None,
    unsaved: Unsaved = NOTHING,
    keeping: Keeping = "read",
    diff_base: str | None = None,
    memory: Memory | None = None,
) -> Report:
    """Analyse the projects under `paths`, as the configuration says.

    `jobs` is the number of worker processes; `progress(stage, done, total)` is told how far each stage is. `store`
    keeps what was found out for later runs, `memory` for later ones in this process. `unsaved` are the texts that an
    editor holds, by their paths relative to the working directory. `keeping` says what becomes of the configured
    baseline. With `diff_base`, a revision, what is found there too counts as known.

    Raises ConfigError where the baseline or the revision cannot be used.
    """
    with uncollected():
        clock = Clock()
        report = found_out(
            paths, config, jobs=jobs, progress=progress, store=store, unsaved=unsaved, clock=clock, memory=memory
        )
        if config.baseline is not None:
            from djcheck.triage.acceptance import by_baseline

            report = by_baseline(report, paths, config, keeping)
        if diff_base is not None:
            from djcheck.triage.acceptance import by_revision

            before = as_of(diff_base, paths, config, jobs=jobs, progress=progress, store=store)
            report = by_revision(report, before)
            clock.lap("diff base")
        return replace(
            report, statistics={**report.statistics, **clock.laps, **(store.figures if store is not None else {})}
        )


def examine(
    paths: Sequence[Path],
    config: Config,
    *,
    jobs: int,
    progress: Progress,
    store: Store | None = None,
    unsaved: Unsaved = NOTHING,
    memory: Memory | None = None,
) -> Analysed:
    """Analyse as `check` does, and give what fixing the findings takes, instead of each one's own fix."""
    from djcheck.analysis import analyse

    gc.collect()  # Many analyses follow one another, and what each leaves is bound up in itself.
    with uncollected():
        found = files_of(paths, config)
        contents = contents_of(found.files, unsaved)
        return analyse(
            found,
            contents,
            config,
            jobs=jobs,
            progress=progress,
            store=store,
            clock=Clock(),
            memory=memory,
            fixing=lambda path: False,
        )


def profiled(root: Path, config: Config, *, jobs: int, progress: Progress, store: Store | None = None) -> Profile:
    """What kind of project it is in the directory `root`."""
    from djcheck.analysis import index_of
    from djcheck.index.profile import profile
    from djcheck.index.thirdparty import InstalledPackages
    from djcheck.reading import read_all
    from djcheck.sources.environment import search_paths
    from djcheck.sources.requirements import requirement_texts

    with uncollected():
        found = files_of([root], config)
        reading = read_all(found.files, contents_of(found.files, NOTHING), jobs=jobs, store=store, progress=progress)
        index = index_of(reading, InstalledPackages(search_paths(root)), config)
        return profile(index, requirement_texts(root))


@contextmanager
def uncollected() -> Iterator[None]:
    """Without Python's cyclic collector: hardly anything here is ever garbage in cycles, and looking for it costs a
    quarter of the time. What was made meanwhile counts as old afterwards: else it would all be looked at at once."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        if was_on:
            gc.enable()


def files_of(paths: Sequence[Path], config: Config, located: Callable[[Path], Path] = Path) -> Found:
    return discover(
        [located(path) for path in paths],
        base=located(Path.cwd()),
        tests=config.include_tests,
        migrations=True,
        exclude=config.excluded,
        exclude_base=located(config.root),
    )


def as_of(
    revision: str, paths: Sequence[Path], config: Config, *, jobs: int, progress: Progress, store: Store | None
) -> Report:
    """What the same run finds at an earlier revision."""
    from djcheck.sources.revision import at_revision

    def tell(stage: str, done: int, total: int) -> None:
        progress(f"{stage} {revision}", done, total)

    with at_revision(revision, paths) as located:
        there = [path for path in paths if located(path).exists()]
        return found_out(
            there, config, jobs=jobs, progress=tell, store=store, unsaved=NOTHING, clock=Clock(), located=located
        )


def found_out(
    paths: Sequence[Path],
    config: Config,
    *,
    jobs: int,
    progress: Progress,
    store: Store | None,
    unsaved: Unsaved,
    clock: Clock,
    located: Callable[[Path], Path] = Path,
    memory: Memory | None = None,
) -> Report:
    """What the last run found where nothing has changed since, or what this one finds.

    `located` maps a path to where its files are to be read.
    """
    found = files_of(paths, config, located)
    clock.lap("discover")
    contents = contents_of(found.files, unsaved)
    key = runs.run_key(found, contents, config) if store is not None else b""
    known = runs.recall(store, key) if store is not None else None
    clock.lap("recall")
    if known is not None:
        return known

    from djcheck.analysis import analyse

    done = analyse(found, contents, config, jobs=jobs, progress=progress, store=store, clock=clock, memory=memory)
    if store is not None:
        runs.remember(store, key, replace(done.report, statistics={}), done.consulted)
    return done.report


def code_of(
    paths: Sequence[Path], config: Config, *, jobs: int, progress: Progress, store: Store | None = None
) -> Code:
    """The code under `paths`, for questions about what `check` found in it; what `store` keeps is not read again."""
    from djcheck.analysis import readable

    found = files_of(paths, config)
    contents = contents_of(found.files)
    roots = [path if path.is_dir() else path.parent for path in paths]
    return readable(found, contents, config, roots, jobs=jobs, progress=progress, store=store)
