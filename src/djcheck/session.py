"""A project analysed again and again while somebody works on it: what has not changed is not done again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from djcheck.analysis import Memory, analyse
from djcheck.cache.store import Store
from djcheck.config import Config
from djcheck.domain.finding import Report
from djcheck.pipeline import Progress, files_of, uncollected
from djcheck.sources.clock import Clock
from djcheck.sources.contents import NOTHING, Content, Unsaved, contents_of, overlaid
from djcheck.sources.discover import Found
from djcheck.triage.acceptance import by_baseline


class Session:
    """The projects under `paths`, as `pipeline.check` would find them, in this process and working directory.

    Its reports are those of a run that starts from nothing, but for this: fixes are sought in unsaved files alone,
    since nobody can ask for those of others.
    """

    def __init__(self, paths: Sequence[Path], *, jobs: int, store: Store | None = None) -> None:
        self._paths = paths
        self._jobs = jobs
        self._store = store
        self._memory = Memory(lasting=True)
        self._config: Config | None = None
        self._found = Found((), ())
        self._contents: Mapping[str, Content] = {}

    def look_again(self) -> None:
        """Files may have changed, come or gone on the disk: the next check reads them anew."""
        self._config = None

    def check(self, config: Config, *, progress: Progress, unsaved: Unsaved = NOTHING) -> Report:
        """What `pipeline.check` would report. What `progress` raises ends the check, and does the session no harm."""
        with uncollected():
            clock = Clock()
            if config != self._config:
                self._found = files_of(self._paths, config)
                self._contents = contents_of(self._found.files)
                self._config = config
            clock.lap("discover")
            done = analyse(
                self._found,
                overlaid(self._contents, unsaved),
                config,
                jobs=self._jobs,
                progress=progress,
                store=self._store,
                clock=clock,
                memory=self._memory,
                fixing=unsaved.__contains__,
            )
            report = by_baseline(done.report, self._paths, config, "read") if config.baseline else done.report
            report.statistics.update(clock.laps)
            return report
