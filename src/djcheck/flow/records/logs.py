"""The logs of a part of an evaluation as bytes, without the results themselves, and back in another process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from djcheck.flow.gathering import Gathering
from djcheck.flow.noting import Log, Node, NotingSharing, Refused, Running, Telling
from djcheck.flow.records.likeness import Body
from djcheck.flow.records.writing import Unwritable
from djcheck.index.asking import Question
from djcheck.reading import TEMPLATE_BODY

if TYPE_CHECKING:
    from djcheck.flow.noting import NotingTable
    from djcheck.flow.records.writing import Digests, Writer

# What an event is, in the lowest two bits of its number.
TELLING, NODE, RUNNING, REFUSED = range(4)


class WrittenLog(Struct, frozen=True, array_like=True):
    """`asked` are bodies, `events` tellings and nodes, by their numbers; `admitting` and `refusing` names of tables."""

    asked: list[int]
    events: list[int]
    admitting: list[str]
    refusing: list[str]


class WrittenNode(Struct, frozen=True, array_like=True):
    """`table` is "" for an entry. `digest` is that of the key, `maker` the number of a node (-1: none)."""

    table: str
    digest: bytes
    group: str
    most: int
    is_admitted: bool | None
    is_bound: bool
    maker: int
    log: WrittenLog | None


class Record(Struct, frozen=True, array_like=True):
    """`tellings` are (method, arguments)."""

    nodes: list[WrittenNode]
    tellings: list[tuple[str, list[Any]]]
    bodies: list[Body]


def write(entries: dict[bytes, Node], sharing: NotingSharing, writer: Writer, digests: Digests) -> bytes | bytearray:
    """What is known of all nodes, the entries by their digests; nothing where what they told cannot be written."""
    try:
        return Recorder(entries, sharing, writer, digests).record()
    except Unwritable:
        return b""


class Recorder:
    """Numbers nodes, tellings and bodies."""

    def __init__(self, entries: dict[bytes, Node], sharing: NotingSharing, writer: Writer, digests: Digests) -> None:
        self._writer = writer
        self._digests = digests
        self._entries = entries
        self._tables = sharing.tables.values()
        nodes = chain(entries.values(), *(table.nodes.values() for table in self._tables))
        self._numbers = {node: at for at, node in enumerate(nodes)}
        self._bodies: dict[Body, int] = {}
        self._tellings: dict[Telling, int] = {}

    def record(self) -> bytearray:
        """A Record, encoded piece by piece: as plain data it takes far more memory."""
        digests = chain((("", digest) for digest in self._entries), *map(distinct, self._tables))
        found = bytearray(start_of_array(3))
        append_array(found, (self._node(*each) for each in zip(self._numbers, digests, strict=True)))
        append_array(found, map(self._telling, self._tellings))
        append_array(found, self._bodies)
        return found

    def _telling(self, telling: Telling) -> tuple[str, list[Any]]:
        return telling.method.__name__, [*map(self._writer.write, telling.arguments)]

    def _node(self, node: Node, known_by: tuple[str, bytes]) -> WrittenNode:
        maker = -1 if node.maker is None else self._numbers.get(node.maker, -1)
        log = None if node.log is None else self._log(node.log)
        group = self._digests.text(node.group)
        return WrittenNode(*known_by, group, node.most, node.is_admitted, node.is_bound, maker, log)

    def _log(self, log: Log) -> WrittenLog:
        asked = {self._bodies.setdefault(body, len(self._bodies)) for each in log.asked for body in bodies_of(each)}
        events = [self._event(event) for event in log.events]
        return WrittenLog(
            sorted(asked), events, *([each.name for each in kind] for kind in (log.admitting, log.refusing))
        )

    def _event(self, event: Node | Running | Refused | Telling) -> int:
        match event:
            case Telling():
                return self._tellings.setdefault(event, len(self._tellings)) << 2 | TELLING
            case Node():
                return self._numbers[event] << 2 | NODE
            case Running():
                return self._numbers[event.node] << 2 | RUNNING
            case Refused():
                return self._numbers[event.node] << 2 | REFUSED


def append_array(found: bytearray, items: Iterable[object]) -> None:
    encoder, start, count = msgspec.msgpack.Encoder(), len(found), 0
    found += start_of_array(0)
    for item in items:
        encoder.encode_into(item, found, -1)
        count += 1
    found[start : start + 5] = start_of_array(count)


def start_of_array(count: int) -> bytes:
    """MessagePack's "array 32": a byte, and the number of items that follow in four."""
    return b"\xdd" + count.to_bytes(4)


def distinct(table: NotingTable[Any, Any]) -> Iterator[tuple[str, bytes]]:
    """The table's name with the digest of each key; of keys that only this process can tell apart, one has it."""
    seen: set[bytes] = set()
    for key in table.nodes:
        digest = table.digest(key)
        while digest in seen:
            digest += b"+"
        seen.add(digest)
        yield table.name, digest


def bodies_of(question: Question) -> Iterable[Body]:
    """The bodies of functions, and the templates, that an answer consists of."""
    if question.who == "bodies":
        return [question.arguments]
    found = question.answer if isinstance(question.answer, list | tuple) else [question.answer]
    return [(template.path, TEMPLATE_BODY) for template in found if template is not None]


class Restored:
    """The nodes of a record, linked to each other and with nothing to show but their logs. `asked` are the bodies that
    they rest on; `entries` those by the digests of what they evaluate."""

    def __init__(self, record: Record, sharing: NotingSharing, writer: Writer, digests: Digests) -> None:
        self.asked = {body: Question("bodies", "body", body, {}) for body in record.bodies}
        self._questions = list(self.asked.values())
        self._tellings = [
            Telling(getattr(Gathering, method), tuple(map(writer.read, arguments)))
            for method, arguments in record.tellings
        ]
        self._sharing = sharing
        self._nodes = [Node(self._table(each.table), each.digest) for each in record.nodes]
        self._events: dict[int, Node | Telling] = {at << 2 | NODE: node for at, node in enumerate(self._nodes)}
        self._events.update((at << 2 | TELLING, telling) for at, telling in enumerate(self._tellings))
        self.entries = {node.key: node for node in self._nodes if node.table is None}
        for node, written in zip(self._nodes, record.nodes, strict=True):
            self._fill(node, written, digests)

    def _table(self, name: str) -> NotingTable[Any, Any] | None:
        return self._sharing.table(name) if name else None

    def _fill(self, node: Node, written: WrittenNode, digests: Digests) -> None:
        node.group, node.most = digests.text_of(written.group), written.most
        node.is_admitted, node.is_bound = written.is_admitted, written.is_bound
        if written.maker >= 0:
            node.maker = self._nodes[written.maker]
            if node.is_bound:
                node.maker.users.add(node)
        if node.table is not None:
            node.table.nodes[node.key] = node
            node.table.noted.add(node.key)
            if node.group:
                node.table.groups[node.group].add(node)
                node.table.made[node.group] += bool(node.is_admitted)
        if written.log is not None:
            node.log = self._log(node, written.log)

    def _log(self, node: Node, written: WrittenLog) -> Log:
        asked = [self._questions[number] for number in written.asked]
        for question in asked:
            question.askers.add(node)
        used = dict.fromkeys([self._nodes[number >> 2] for number in written.events if number & 3 != TELLING])
        for each in used:
            each.users.add(node)
        admitting, refusing = (map(self._sharing.table, names) for names in (written.admitting, written.refusing))
        events = [self._events.get(number) or self._rarer_event(number) for number in written.events]
        return Log(asked, used, events, admitting, refusing)

    def _rarer_event(self, number: int) -> Running | Refused:
        node = self._nodes[number >> 2]
        return Running(node) if number & 3 == RUNNING else Refused(node)
