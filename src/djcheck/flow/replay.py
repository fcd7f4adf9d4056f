"""What a run from nothing would be told, from the logs of results that are there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from djcheck.flow.gathering import Gathering
from djcheck.flow.noting import Node, NotingTable, Running, Telling

if TYPE_CHECKING:
    from djcheck.flow.noting import Log, Refused


class Replay:
    """Goes through the logs as a run from nothing would come to make them.

    `told` is what it would be told. `wrong` are the nodes that it would have made otherwise: limits and recursion let
    results depend on who asks for them first. Each node that is needed bears the mark `turn` afterwards.
    """

    def __init__(self, turn: int) -> None:
        self.told = Gathering()
        self.wrong: set[Node] = set()
        self._turn = turn
        self._made: Counter[tuple[NotingTable[Any, Any], str]] = Counter()
        self._inside: Counter[NotingTable[Any, Any]] = Counter()
        self._running: set[Node] = set()

    def play(self, entries: Iterable[Node]) -> None:
        for entry in entries:
            self._play(entry)

    def _play(self, entry: Node) -> None:
        stack = [(entry, self._begin(entry))]
        while stack:
            node, events = stack[-1]
            for event in events:
                if type(event) is Telling:
                    event.method(self.told, *event.arguments)
                elif type(event) is Node:
                    if event.seen != self._turn:
                        if event.log is not None:
                            self._check(event, node)
                            stack.append((event, self._begin(event)))
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

    def _begin(self, node: Node) -> Iterator[Any]:
        assert node.log is not None
        node.seen = self._turn
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
        if node.seen == self._turn or self._made[node.table, node.group] < refused.most:
            self.wrong |= node.table.groups[node.group]

    def _check_depths(self, node: Node, log: Log) -> None:
        for table, inside in self._inside.items():
            assert table.deepest is not None
            too_many = inside > table.deepest
            if too_many != (table in log.refusing) and (not too_many or any(each.table is table for each in log.used)):
                self.wrong.add(node)
