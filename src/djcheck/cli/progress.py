"""How far the analysis is, on standard error and on terminals only."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn


class Bars(AbstractContextManager["Bars"]):
    """One bar a stage; called by the pipeline with the stage's name, what is done and the total."""

    def __init__(self) -> None:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)


class Silence:
    """Progress for nobody."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        pass


def progress(*, quiet: bool) -> AbstractContextManager[Bars | Silence]:
    """Bars where somebody can see them."""
    return nullcontext(Silence()) if quiet or not sys.stderr.isatty() else Bars()
