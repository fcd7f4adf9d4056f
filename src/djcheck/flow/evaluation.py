"""All of a project's code evaluated, where it pays in two processes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from djcheck.domain.observation import Observation
from djcheck.flow.depth import deep
from djcheck.flow.entries import Entry, described, parts
from djcheck.flow.evaluator import Evaluator
from djcheck.flow.gathering import Gathering
from djcheck.flow.sharing import Sharing
from djcheck.flow.templates.templating import Renderer
from djcheck.index.templates import Templates
from djcheck.sources.workers import Progress, in_processes

if TYPE_CHECKING:
    from djcheck.index.project import ProjectIndex
    from djcheck.reading import Reading


class Part(NamedTuple):
    """What evaluating a part of the project told, what djcheck itself failed at, and files outside that it rests on."""

    told: Gathering
    troubles: list[str]
    consulted: frozenset[str]


class Work(NamedTuple):
    project: ProjectIndex
    reading: Reading
    entries: Sequence[Entry]


def evaluate(
    index: ProjectIndex, reading: Reading, *, jobs: int, progress: Progress
) -> tuple[list[Observation], list[str]]:
    """Every function by itself, callees by their summaries, and what the framework does with the project's classes.

    Returns the observations, and a note for each entry that failed by djcheck's own fault and was left out.
    """
    return of_works(index, works(index, reading), jobs=jobs, progress=progress)


def of_works(
    index: ProjectIndex, works: Sequence[Work], *, jobs: int, progress: Progress
) -> tuple[list[Observation], list[str]]:
    """As `evaluate`, of the parts of a project."""
    tasks = [partial(play, work) for work in works]
    return gathered(index, in_processes(tasks, jobs=jobs, progress=progress))


def works(index: ProjectIndex, reading: Reading) -> list[Work]:
    """The parts in which a project is evaluated: one if it is small."""
    evaluator_of(index, reading, Sharing())  # what it has the index read is there when processes part, and shared
    first, second = parts(index)
    return [Work(index, reading, entries) for entries in ((first, second) if second else (first,))]


def gathered(index: ProjectIndex, done: Sequence[Part]) -> tuple[list[Observation], list[str]]:
    """What all parts told, in their order, and the notes on what failed."""
    for part in done:
        index.rests_on(part.consulted)
    told = done[0].told
    for part in done[1:]:
        told.add(part.told)
    return told.finish(), [note for part in done for note in part.troubles]


@deep
def play(work: Work, progress: Progress) -> Part:
    """Evaluate one part."""
    index, reading, entries = work
    evaluator = evaluator_of(index, reading, Sharing())
    troubles: list[str] = []
    for at, enter in enumerate(entries):
        if not at % 50:
            progress("evaluate", at, len(entries))
        troubles += attempt(enter, evaluator)
    progress("evaluate", len(entries), len(entries))
    return Part(evaluator.told, troubles, index.consulted())


def evaluator_of(index: ProjectIndex, reading: Reading, sharing: Sharing) -> Evaluator:
    """An evaluator of the project's functions and templates."""
    bodies: Reading = sharing.ask("bodies", reading)
    evaluator = Evaluator(index, lambda info: bodies.body(info.path, info.fact.qualname), sharing)
    evaluator.renderer = Renderer(templates_of(index, reading), index, sharing)
    return evaluator


def templates_of(index: ProjectIndex, reading: Reading) -> Templates:
    return Templates(reading.template_names(), index.settings, reading.template)


def attempt(enter: Entry, evaluator: Evaluator) -> list[str]:
    """Evaluate an entry. Returns a note if that failed: djcheck's own fault, and no reason to lose the rest."""
    try:
        enter(evaluator)
    except Exception as error:
        return [f"{described(enter)}: {type(error).__name__}: {error}"]
    return []
