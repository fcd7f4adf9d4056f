"""An evaluation that goes on from what an earlier run noted in the cache: only what a change concerns is done again.

What is kept are logs (`noting`), no results: entries that rest on a function or template that is another now are
evaluated from scratch, and a replay of all logs finds whether the rest would come out as it did. That holds as long as
all files declare the same. Where they do not, and in a project's first run, all is evaluated without notes: these cost
a fifth more, and are worth it once only bodies change.
"""

from __future__ import annotations

from collections import Counter
from functools import cache, partial
from types import FunctionType, NoneType
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Struct

from djcheck.cache.keys import digest
from djcheck.cache.runs import digest_of
from djcheck.domain.index import ClassInfo, ConstantInfo, FunctionInfo
from djcheck.facts.anchors import Anchors
from djcheck.flow import evaluation
from djcheck.flow.depth import deep
from djcheck.flow.noting import NotingSharing
from djcheck.flow.records.likeness import Body, Files, changed_since, files_of
from djcheck.flow.records.logs import Record, Restored, write
from djcheck.flow.records.writing import Digests, Writer
from djcheck.flow.sharing import Expert
from djcheck.flow.standing import Part, Unsettled
from djcheck.index.asking import Ledger
from djcheck.sources.workers import in_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from djcheck.cache.store import Store
    from djcheck.domain.observation import Observation
    from djcheck.flow.evaluation import Work
    from djcheck.flow.gathering import Gathering
    from djcheck.flow.noting import Node
    from djcheck.index.project import ProjectIndex
    from djcheck.reading import Reading
    from djcheck.sources.workers import Progress

DESCRIBED = frozenset((str, NoneType, FunctionType, FunctionInfo, ClassInfo, ConstantInfo))
# Where a run evaluated less than this of all results, the next may as well go on from what there was before.
WORTH_WRITING = 0.1


class Kept(Struct, frozen=True, array_like=True):
    """The record of a part, as of when its files were these. It rests on the installed packages' files `consulted`.

    Without a record, it marks what a run evaluated that did not note.
    """

    files: Files
    consulted: dict[str, bytes] = {}
    record: bytes = b""


class Done(NamedTuple):
    """What a part told, how much was evaluated for it (None: all, unnoted), and its record if that is worth keeping."""

    part: evaluation.Part
    evaluated: int | None
    record: bytes | bytearray


class Recorded:
    """What is kept of one project. `evaluated` is how many results the last evaluation made (None: all, unnoted)."""

    def __init__(self, store: Store, key: bytes) -> None:
        self.evaluated: int | None = None
        self._store = store
        self._key = key

    def evaluate(
        self, index: ProjectIndex, reading: Reading, *, jobs: int, progress: Progress
    ) -> tuple[list[Observation], list[str]]:
        """As `evaluation.evaluate`."""
        works = evaluation.works(index, reading)
        keys = [digest(self._key, str(at)) for at in range(len(works))]
        files = files_of(reading)
        known = self._store.get(keys)
        kept = [msgspec.msgpack.decode(known[key], type=Kept) for key in keys if key in known]
        changes = self._changes(kept, files, reading)
        if len(kept) < len(keys) or None in changes:
            self._store.put(dict.fromkeys(keys, msgspec.msgpack.encode(Kept(files))))
            return evaluation.of_works(index, works, jobs=jobs, progress=progress)
        index.rests_on(path for each in kept for path in each.consulted)
        tasks = [
            partial(go_on, work, each.record, changed or set())
            for work, each, changed in zip(works, kept, changes, strict=True)
        ]
        done = in_processes(tasks, jobs=jobs, progress=progress)
        evaluated = [each.evaluated for each in done if each.evaluated is not None]
        self.evaluated = sum(evaluated) if len(evaluated) == len(done) else None
        found = evaluation.gathered(index, [each.part for each in done])
        consulted = {path: digest_of(path) for path in sorted(index.consulted())}
        self._store.put(
            {
                key: msgspec.msgpack.encode(Kept(files, consulted, bytes(each.record)))
                for key, each in zip(keys, done, strict=True)
                if each.record
            }
        )
        return found

    def _changes(self, kept: Sequence[Kept], files: Files, reading: Reading) -> list[set[Body] | None]:
        """Of each part, the functions and templates that do something else than when that was kept.

        None: the files declare another project.
        """
        found: list[set[Body] | None] = []
        for each in kept:
            if any(digest_of(path) != known for path, known in each.consulted.items()):
                found.append(None)
            elif found and each.files == kept[0].files:
                found.append(found[0])
            else:
                found.append(changed_since(each.files, files, reading, self._store))
        return found


@deep
def go_on(work: Work, record: bytes, changed: set[Body], progress: Progress) -> Done:
    """Evaluate a part, of which the record, if any, tells all but what rests on those bodies."""
    anchors_of = cache(lambda path: Anchors(work.reading.facts(path)))
    writer, digests = Writer(anchors_of), Digests(anchors_of)
    part = noting(work, digests)
    told = resumed(part, record, changed, writer, digests, progress) if record else None
    goes_on = told is not None
    if told is None:
        if record:
            part = noting(work, digests)
        try:
            told = part.told(progress)
        except Unsettled:  # nothing of it can be kept
            return Done(evaluation.play(work, progress), None, b"")
    result = evaluation.Part(told, part.troubles, work.project.consulted())
    few = goes_on and part.evaluated < WORTH_WRITING * part.size
    if few or part.troubles:
        return Done(result, part.evaluated, b"")
    part.sharing.forget_results()
    return Done(result, part.evaluated, write(by_digest(part, digests), part.sharing, writer, digests))


def noting(work: Work, digests: Digests) -> Part:
    return Part(work.project, work.reading, NotingBodies(Ledger(), digests.of), work.entries)


class NotingBodies(NotingSharing):
    """Notes of what is asked only which functions and templates it comes from: nothing else can have changed."""

    def ask(self, who: str, expert: Any) -> Any:
        return expert if who == "index" else super().ask(who, expert)

    def ask_about(self, index: ProjectIndex, who: str, make: Callable[[ProjectIndex], Expert]) -> Expert:
        return index.expert(make)


def resumed(
    part: Part, record: bytes, changed: set[Body], writer: Writer, digests: Digests, progress: Progress
) -> Gathering | None:
    """What a part that knows nothing is told from a record; None where that does not come to an end."""
    restored = Restored(msgspec.msgpack.decode(record, type=Record), part.sharing, writer, digests)
    take_over(part, digests, restored, changed)
    try:
        told = part.told(progress)
    except Unsettled:
        return None
    return None if part.troubles else told


def take_over(part: Part, digests: Digests, restored: Restored, changed: set[Body]) -> None:
    """Put into a part what a record tells, and drop what rests on a body that changed."""
    entries = by_digest(part, digests)
    part.take_over({node: restored.entries.pop(key) for key, node in entries.items() if key in restored.entries})
    for gone in restored.entries.values():
        gone.unlink()
    part.drop({asker for body in changed if body in restored.asked for asker in restored.asked[body].askers})


def by_digest(part: Part, digests: Digests) -> dict[bytes, Node]:
    """The entries by digests of what they evaluate."""
    found: dict[bytes, Node] = {}
    alike: Counter[bytes] = Counter()
    for node in part.entries():
        described = digests.of(description(node.key))
        alike[described] += 1
        found[digest(described, str(alike[described]))] = node
    return found


def description(entry: partial[None]) -> tuple[object, ...]:
    """What an entry evaluates. What it is given beyond names, declarations and functions is made of the index alone."""
    return entry.func, *(each if type(each) in DESCRIBED else type(each) for each in entry.args)
