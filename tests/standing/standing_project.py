"""A project under change: what a standing evaluation observes, beside what a run from nothing does."""

from __future__ import annotations

from pathlib import Path

from djcheck.analysis import Memory
from djcheck.config import load
from djcheck.pipeline import files_of, uncollected
from djcheck.sources.contents import contents_of


def quiet(stage: str, done: int, total: int) -> None:
    """Progress for nobody."""


class StandingProject:
    """The project in the working directory, evaluated by a memory that lasts.

    `evaluated` is how many functions, templates and declarations the last check evaluated.
    """

    def __init__(self) -> None:
        self._memory = Memory(lasting=True)

    def check(self) -> None:
        """Fail unless what is observed, and in which order, is what a run from nothing observes."""
        with uncollected():
            found, failed = observed(self._memory)
            anew, failed_anew = observed(Memory())
        # How deep Python is when it gives up is its own affair.
        assert [note.partition(":")[0] for note in failed] == [note.partition(":")[0] for note in failed_anew]
        assert found == anew

    @property
    def evaluated(self) -> int:
        return self._memory.evaluated


def observed(memory: Memory) -> tuple[list[str], list[str]]:
    """Every observation to the last detail, and djcheck's own failures."""
    config = load([Path()])
    found = files_of([Path()], config)
    reading = memory.read(found.files, contents_of(found.files), jobs=1, store=None, progress=quiet)
    index = memory.index(reading, config)
    observations, troubles = memory.evaluate(index, reading, jobs=1, progress=quiet)
    return [repr(each) for each in observations], troubles
