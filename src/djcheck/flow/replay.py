"""What a run from nothing would be told, from the logs of results that are there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from djcheck.flow.gathering import Gathering
from djcheck.flow.noting import Node, NotingTable, Running, Telling

if TYPE_CHECKING:
    from djcheck.flow.noting import Log, Refused

# Of these it matters which is told first.
IN_ORDER = (Gathering.keep, Gathering.leave)


class Replay:
    """Goes through the logs as a run from nothing would come to make them.

    `told` is what each entry would tell. `wrong` are the nodes that such a run would have made otherwise: limits and
    recursion let results depend on who asks for them first. Each node that is needed bears the mark `turn` afterwards,
    and the entry that needs it first.
    """

    def __init__(self, turn: int) -> None:
        self.told: dict[Node, list[Telling]] = {}
        self.wrong: set[Node] = set()
        self._turn = turn
        self._made: Counter[tuple[NotingTable[Any, Any], str]] = Counter()
        self._inside: Counter[NotingTable[Any, Any]] = Counter()
        self._running: set[Node] = set()

    def play(self, entry: Node) -> None:
        told = self.told[entry] = []
        stack = [(entry, self._begin(entry, entry))]
        while stack:
            node, events = stack[-1]
            for event in events:
                if type(event) is Telling:
                    told.append(event)
                elif type(event) is Node:
                    if event.seen != self._turn:
                        if event.log is not None:
                            self._check(event, node)
                            stack.append((event, self._begin(event, entry)))
                            break
                    elif event in self._running:
                        self.wrong.add(node)
                elif type(event) is Running:
                    if event.node not in self._running:
                        self.wrong.add(node)
                else:
                    self._check_refused(event)
            else:
                self._end(node)
                stack.pop()

    def _begin(self, node: Node, entry: Node) -> Iterator[Any]:
        assert node.log is not None
        node.seen = self._turn
        node.entry = entry
        self._running.add(node)
        if node.table is not None and node.table.deepest is not None:
            self._inside[node.table] += 1
        self._check_depths(node, node.log)
        return iter(node.log.events)

    def _end(self, node: Node) -> None:
        self._running.discard(node)
        if node.table is not None and node.table.deepest is not None:
            self._inside[node.table] -= 1

    def _check(self, node: Node, maker: Node) -> None:
        """Would the node come out the same, made from here?"""
        if node.is_bound and node.maker is not maker:
            self.wrong.add(node)
        if node.group:
            assert node.table is not None
            self._made[node.table, node.group] += 1
            if self._made[node.table, node.group] > node.most:
                self.wrong |= node.table.groups[node.group]

    def _check_refused(self, refused: Refused) -> None:
        node = refused.node
        assert node.table is not None
        if node.seen == self._turn or self._made[node.table, node.group] < node.most:
            self.wrong |= node.table.groups[node.group]

    def _check_depths(self, node: Node, log: Log) -> None:
        for table, inside in self._inside.items():
            assert table.deepest is not None
            if table in (log.admitting if inside > table.deepest else log.refusing):
                self.wrong.add(node)


def told_under(entry: Node) -> list[Telling]:
    """What an entry tells, and all that it needs first, as the last replay found it."""
    assert entry.log is not None
    told: list[Telling] = []
    seen = {entry}
    stack = [iter(entry.log.events)]
    while stack:
        for event in stack[-1]:
            if type(event) is Telling:
                told.append(event)
            elif type(event) is Node and event.entry is entry and event.log is not None and event not in seen:
                seen.add(event)
                stack.append(iter(event.log.events))
                break
        else:
            stack.pop()
    return told


class Minutes:
    """What all entries told."""

    def __init__(self) -> None:
        self._told: dict[Node, list[Telling]] = {}
        self._in_order: dict[Node, list[Telling]] = {}
        self._others: Counter[Telling] = Counter()

    def put(self, entry: Node, told: list[Telling]) -> None:
        """An entry tells this now."""
        if self._told.get(entry) == told:
            return
        self.strike(entry)
        self._told[entry] = told
        self._in_order[entry] = [each for each in told if each.method in IN_ORDER]
        self._others.update(each for each in told if each.method not in IN_ORDER)

    def strike(self, entry: Node) -> None:
        """An entry is there no more."""
        for each in self._told.pop(entry, ()):
            if each.method not in IN_ORDER:
                self._others[each] -= 1
                if not self._others[each]:
                    del self._others[each]
        self._in_order.pop(entry, None)

    def read(self, entries: Iterable[Node]) -> Gathering:
        """The whole, in the order of the entries."""
        found = Gathering()
        for telling in self._others:
            telling.method(found, *telling.arguments)
        for entry in entries:
            for telling in self._in_order[entry]:
                telling.method(found, *telling.arguments)
        return found
