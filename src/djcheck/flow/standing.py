"""An evaluation that stands from one change of the project to the next: only what a change concerns is done again.

Whatever is evaluated leaves a log of what it asked, used and told (`noting`). After a change, all questions that may
have another answer are asked again; what rests on one that has is dropped, and the entries that need it are evaluated
anew, in their order. A replay of all logs then gives what a run from nothing would be told, and finds what such a run
would have made otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from djcheck.flow import evaluation
from djcheck.flow.depth import deep
from djcheck.flow.entries import parts
from djcheck.flow.evaluation import attempt, evaluator_of, templates_of
from djcheck.flow.noting import Node, NotingSharing
from djcheck.flow.replay import Minutes, Replay, told_under
from djcheck.index.asking import Ledger

if TYPE_CHECKING:
    from djcheck.domain.observation import Observation
    from djcheck.flow.entries import Entry
    from djcheck.flow.gathering import Gathering
    from djcheck.index.project import ProjectIndex
    from djcheck.reading import Reading

Progress = Callable[[str, int, int], None]
# So often what a replay finds wrong is put right before everything is evaluated again.
MOST_TURNS = 12
MOST_DUE = 0.5


class Unsettled(Exception):
    """Only a run from nothing can tell what it would find."""


class Standing:
    """The evaluation of one project, kept.

    `evaluated` is the number of functions, templates, declarations and entries that the last call evaluated and kept.
    """

    def __init__(self) -> None:
        self.evaluated = 0
        self._project: ProjectIndex | None = None
        self._reading: Reading | None = None
        self._settled: tuple[list[Observation], list[str]] | None = None
        self._ledger = Ledger()
        self._parts: list[Part] = []

    def evaluate(
        self, index: ProjectIndex, reading: Reading, *, progress: Progress
    ) -> tuple[list[Observation], list[str]]:
        """As `evaluation.evaluate`. What `progress` raises ends it; the next call goes on with what is left."""
        self.evaluated = 0
        if self._settled is None or not self._is_same(index, reading):
            self._settled = None
            self._settled = self._again(index, reading, progress)
        return self._settled

    def _is_same(self, index: ProjectIndex, reading: Reading) -> bool:
        return index is self._project and self._reading is not None and reading.does_as(self._reading)

    def _again(self, index: ProjectIndex, reading: Reading, progress: Progress) -> tuple[list[Observation], list[str]]:
        troubled = any(part.troubles for part in self._parts)
        if self._parts and not troubled and self._project is not None and self._project.settings == index.settings:
            self._take_in(index, reading)
            try:
                found = self._settle(progress)
                if not found[1]:
                    return found
            except Unsettled:
                pass
        self._start(index, reading)
        try:
            return self._settle(progress)
        except Unsettled:
            # What was found depends on who asks first in a way that the replay does not see: nothing of it can be kept.
            self._parts = []
            return evaluation.evaluate(index, reading, jobs=1, progress=progress)

    def _start(self, index: ProjectIndex, reading: Reading) -> None:
        self._ledger = Ledger()
        self._parts = [Part(index, reading, NotingSharing(self._ledger), entries) for entries in parts(index)]
        self._project, self._reading = index, reading

    def _take_in(self, index: ProjectIndex, reading: Reading) -> None:
        """Drop what rests on anything that is another now."""
        assert self._reading is not None
        ledger, paths = self._ledger, reading.differing(self._reading)
        ledger.replace("bodies", reading)
        changed = list(ledger.changed("bodies", lambda arguments: arguments[0] in paths))
        if any(reading.is_template(path) or self._reading.is_template(path) for path in paths):
            ledger.replace("templates", templates_of(index, reading))
            changed += ledger.changed("templates")
        if index is not self._project:
            ledger.replace("index", index)
            for who in ("index", *ledger.replace_all_made_of(index)):
                changed += ledger.changed(who)
            for part, entries in zip(self._parts, parts(index), strict=True):
                part.enlist(entries)
        self._project, self._reading = index, reading
        stale = {asker for question in changed for asker in question.askers}
        for part in self._parts:
            part.drop(stale)

    def _settle(self, progress: Progress) -> tuple[list[Observation], list[str]]:
        first, *others = [part.told(progress) for part in self._parts]
        self.evaluated += sum(part.evaluated for part in self._parts)
        for other in others:
            first.add(other)
        return first.finish(), [note for part in self._parts for note in part.troubles]


class Part:
    """One evaluator, and the entries that it evaluates. `troubles` are notes on entries that failed.

    `evaluated` is how many nodes were evaluated for what was told last.
    """

    def __init__(self, index: ProjectIndex, reading: Reading, sharing: NotingSharing, entries: Sequence[Entry]) -> None:
        self.sharing = sharing
        self.troubles: list[str] = []
        self.evaluated = 0
        self._evaluator = evaluator_of(index, reading, self.sharing)
        self._entries: dict[tuple[object, int], Node] = {}
        self._minutes = Minutes()
        self._turn = 0
        self._is_right = False
        self.enlist(entries)

    def enlist(self, entries: Sequence[Entry]) -> None:
        """What to evaluate from now on: entries that were there before keep what they know."""
        before = list(self._entries)
        seen: Counter[object] = Counter()
        listed: dict[tuple[object, int], Node] = {}
        for entry in entries:
            named = named_entry(entry)
            seen[named] += 1
            key = (named, seen[named])
            listed[key] = self._entries.pop(key) if key in self._entries else Node(None, entry)
        gone, self._entries = self._entries, listed
        self._is_right = self._is_right and before == list(listed)
        for node in gone.values():
            self._minutes.strike(node)
            node.unlink()

    @property
    def size(self) -> int:
        """How many results there are."""
        return sum(len(table.nodes) for table in self.sharing.tables.values())

    def entries(self) -> Iterable[Node]:
        return self._entries.values()

    def take_over(self, known: Mapping[Node, Node]) -> None:
        """Entries of which an earlier run noted what they come to."""
        for node, noted in known.items():
            noted.key = node.key
        self._entries = {key: known.get(node, node) for key, node in self._entries.items()}

    def drop(self, stale: Iterable[Node]) -> None:
        """Forget what these are, and all that used them."""
        waiting = list(stale)
        while waiting:
            node = waiting.pop()
            waiting += node.users
            if node.log is not None:
                if node not in self.sharing.made:
                    node.before = node.went()
                node.unlink()
                if node.table is not None:
                    node.table.drop(node)
            node.users = set()

    def told(self, progress: Progress) -> Gathering:
        """Evaluate what is not known, until all is as in a run from nothing, and gather what that would be told.

        Raises Unsettled where this does not come to an end.
        """
        for turn in range(MOST_TURNS):
            due = [node for node in self._entries.values() if node.log is None]
            if turn and len(due) > MOST_DUE * len(self._entries):
                break  # a run from nothing takes hardly longer, and comes to an end
            self._evaluate(due, progress)
            made = self.sharing.made
            if self._is_right and all(node.went_as_before() for node in made):
                for entry in {node.entry for node in made if node.entry is not None}:
                    self._minutes.put(entry, told_under(entry))
            elif not self._replay():
                continue
            self.evaluated = len(made)
            for node in made:
                node.before = None
            made.clear()
            return self._minutes.read(self._entries.values())
        raise Unsettled

    def _replay(self) -> bool:
        """Is all as in a run from nothing? What is not is dropped."""
        self._turn += 1
        replay = Replay(self._turn)
        for entry in self._entries.values():
            replay.play(entry)
        self._is_right = not replay.wrong
        self.drop(replay.wrong)
        for table, group in {(node.table, node.group) for node in replay.wrong if node.table and node.group}:
            table.reconsider(group)
        if self._is_right:
            self._sweep()
            for entry, told in replay.told.items():
                self._minutes.put(entry, told)
        return self._is_right

    @deep
    def _evaluate(self, due: Collection[Node], progress: Progress) -> None:
        for at, node in enumerate(due):
            if not at % 50:
                progress("evaluate", at, len(due))
            with self.sharing.making(node):
                self.troubles += attempt(node.key, self._evaluator)
        if due:
            progress("evaluate", len(due), len(due))

    def _sweep(self) -> None:
        """Forget what nobody needs any more."""
        for table in self.sharing.tables.values():
            for node in table.nodes.values():
                if node.seen != self._turn and node.log is not None:
                    node.unlink()
                    table.release(node)
        for table in self.sharing.tables.values():
            for node in [node for node in table.nodes.values() if node.seen != self._turn and not node.users]:
                table.forget(node)


def named_entry(entry: Entry) -> object:
    """What an entry evaluates, comparable with the entries of another run."""
    assert isinstance(entry, partial)
    arguments: tuple[Any, ...] = (*entry.args, *entry.keywords.items())
    return entry.func, arguments
