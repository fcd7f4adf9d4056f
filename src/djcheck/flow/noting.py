"""An evaluator's tables, of each of whose results it is known what it asked, what it used and what it told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from djcheck.flow.gathering import Gathering, is_better
from djcheck.flow.lattice.bounds import holds_closure
from djcheck.flow.sharing import Numbers, Sharing, Table

if TYPE_CHECKING:
    from djcheck.domain.observation import LoopKind, Observation
    from djcheck.domain.source import Place
    from djcheck.flow.callers import Giver, Leftover, Read
    from djcheck.flow.frame import Holder
    from djcheck.flow.lattice.values import Value
    from djcheck.index.asking import Ledger, Question
    from djcheck.index.project import ProjectIndex

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")
OUTSIDE = 1_000_000


class Running:
    """What was used while it was being made itself."""

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        self.node = node


class Refused:
    """What was used, but not made: there were too many of its group."""

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        self.node = node


class Telling(NamedTuple):
    """Something told to the observations: `Telling(Gathering.writes, ("shop.views.pay",))`."""

    method: Callable[..., None]
    arguments: tuple[Any, ...]


class Log:
    """What evaluating a node asked, used and told; the latter two in their order.

    `admitting` are the tables that had room for more inside of it, `refusing` those of which too many ran already.
    """

    __slots__ = ("admitting", "asked", "events", "refusing", "used")

    def __init__(
        self,
        asked: Iterable[Question],
        used: Iterable[Node],
        events: Iterable[Node | Running | Refused | Telling],
        admitting: Iterable[NotingTable[Any, Any]],
        refusing: Iterable[NotingTable[Any, Any]],
    ) -> None:
        # There are tens of thousands of them: tuples take a third of the memory of dictionaries and lists, and those
        # that are empty none at all.
        self.asked = tuple(asked)
        self.used = tuple(used)
        self.events = tuple(events)
        self.admitting = tuple(admitting)
        self.refusing = tuple(refusing)

    def course(self) -> list[object]:
        """How evaluation went, whatever came out."""
        return [
            (type(event), event if isinstance(event, Node) else event.node)
            for event in self.events
            if not isinstance(event, Telling)
        ]


class OpenLog:
    """A log that is being filled. `lowest` is how far down the node found something running, counted from the entry;
    `kept` and `told` are what need not be told again."""

    __slots__ = ("admitting", "asked", "events", "kept", "lowest", "refusing", "told", "used")

    def __init__(self) -> None:
        self.asked: dict[Question, None] = {}
        self.used: dict[Node, None] = {}
        self.events: list[Node | Running | Refused | Telling] = []
        self.kept: dict[object, Observation] = {}
        self.told: set[Telling] = set()
        self.lowest = OUTSIDE
        self.admitting: set[NotingTable[Any, Any]] = set()
        self.refusing: set[NotingTable[Any, Any]] = set()

    def closed(self) -> Log:
        return Log(self.asked, self.used, self.events, self.admitting, self.refusing)


class Node:
    """An entry, or a result in a table: made by `maker`, known to rest on what its log says.

    `depth`: while it is being made, how many are being made around it. `is_bound`: it would come out otherwise, were it
    made from elsewhere. `most` of its `group` may be made; was this one admitted (None: not decided)? `entry` needs it
    first. `before` is how evaluating it went when all was last known to be right.
    """

    __slots__ = (
        "before",
        "depth",
        "entry",
        "group",
        "is_admitted",
        "is_bound",
        "key",
        "log",
        "maker",
        "most",
        "seen",
        "table",
        "users",
    )

    def __init__(self, table: NotingTable[Any, Any] | None, key: Any) -> None:
        self.table = table
        self.key = key
        self.log: Log | None = None
        self.maker: Node | None = None
        self.users: set[Node] = set()
        self.group = ""
        self.most = 0
        self.is_admitted: bool | None = None
        self.depth = -1
        self.is_bound = False
        self.seen = 0
        self.entry: Node | None = None
        self.before: object = None

    def went_as_before(self) -> bool:
        """Then a run from nothing goes on as before too."""
        return self.log is not None and self.went() == self.before

    def went(self) -> object:
        """How evaluating it went, which decides what a run from nothing evaluates next."""
        log = self.log
        assert log is not None
        return self.maker, self.is_bound, self.group, self.most, frozenset(log.refusing), log.course()

    def unlink(self) -> None:
        """Rest on nothing any more."""
        if self.log is None:
            return
        for question in self.log.asked:
            question.askers.discard(self)
        for used in self.log.used:
            used.users.discard(self)
        if self.maker is not None:
            self.maker.users.discard(self)
        self.log = None


class NotingTable(Table[Key, Kept]):
    """`nodes` has a node for each key that was ever asked for; `groups` those of each group, made or not.

    A node that an earlier run noted stands under the digest of its key until it is asked for: these are `noted`.
    """

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __init__(self, sharing: NotingSharing, name: str, deepest: int | None, numbers: Numbers | None) -> None:
        super().__init__(deepest)
        self.name = name
        self.nodes: dict[Key | bytes, Node] = {}
        self.noted: set[bytes] = set()
        self.groups: defaultdict[str, set[Node]] = defaultdict(set)
        self._sharing = sharing
        self._numbers = numbers

    def __eq__(self, other: object) -> bool:
        return self is other

    def get(self, key: Key, default: Any = None) -> Any:
        node = self.nodes.get(key)
        if node is None:
            node = self.nodes[key] = self._noted_before(key) or Node(self, key)
        log = self._sharing.log
        if node not in log.used:
            log.used[node] = None
            if node.depth < 0:
                log.events.append(node)
            else:
                log.events.append(Running(node))
                log.lowest = min(log.lowest, node.depth)
        return super().get(key, default)

    def _noted_before(self, key: Key) -> Node | None:
        digest = self.digest(key) if self.noted else None
        if digest not in self.noted:
            return None
        self.noted.discard(digest)
        node = self.nodes.pop(digest)
        node.key = key
        return node

    def digest(self, key: Key | bytes) -> bytes:
        """What the key of a node is known by in other processes."""
        if isinstance(key, bytes):
            return key
        assert self._sharing.digest_of is not None
        return self._sharing.digest_of(key if self._numbers is None else self._numbers.things[cast(int, key)])

    @contextmanager
    def making(self, key: Key, given: Iterable[Value] = ()) -> Iterator[None]:
        with self._sharing.making(self.nodes[key], given):
            yield

    def admits(self, key: Key, group: str, most: int, spare: Callable[[], int] = lambda: 0) -> bool:
        """What was once refused is so again, until the group is reconsidered."""
        node = self.nodes[key]
        if node.is_admitted is None:
            node.group = group
            node.most = most if self.made[group] < most else most + spare()
            node.is_admitted = super().admits(key, group, node.most)
            self.groups[group].add(node)
        events = self._sharing.log.events
        if not node.is_admitted and events[-1:] == [node]:
            events[-1] = Refused(node)
        return node.is_admitted

    def reconsider(self, group: str) -> None:
        """Whoever comes first from now on is admitted."""
        self.made[group] = 0
        for node in self.groups[group]:
            node.is_admitted = None

    def has_room(self, inside: int) -> bool:
        has_room = super().has_room(inside)
        log = self._sharing.log
        (log.admitting if has_room else log.refusing).add(self)
        return has_room

    def drop(self, node: Node) -> None:
        """Forget a result that was made. There stays room for it: who made it will most likely do so again."""
        self.pop(node.key, None)

    def release(self, node: Node) -> None:
        """Nobody needs the result any more: another of its group may be made instead."""
        self.drop(node)
        if node.is_admitted:
            self.made[node.group] -= 1
            node.is_admitted = None

    def forget(self, node: Node) -> None:
        """Forget that a key was ever asked for."""
        self.release(node)
        del self.nodes[node.key]
        self.noted.discard(node.key)
        self.groups[node.group].discard(node)


class NotingSharing(Sharing):
    """`log` is that of the node which is being made, `made` are the nodes made since that was last emptied.

    `digest_of` gives what a key is known by in other processes, where logs are kept for these.
    """

    def __init__(self, ledger: Ledger, digest_of: Callable[[Any], bytes] | None = None) -> None:
        self.log = OpenLog()
        self.digest_of = digest_of
        self.tables: dict[str, NotingTable[Any, Any]] = {}
        self.made: set[Node] = set()
        self._ledger = ledger
        self._making: list[Node] = []

    def table(self, name: str, deepest: int | None = None, numbers: Numbers | None = None) -> NotingTable[Any, Any]:
        if name not in self.tables:
            self.tables[name] = NotingTable(self, name, deepest, numbers)
        return self.tables[name]

    def forget_results(self) -> None:
        """Keep the logs only."""
        for table in self.tables.values():
            table.clear()

    def gathering(self) -> Gathering:
        return NotingGathering(self)

    def ask(self, who: str, expert: Any) -> Any:
        return self._ledger.introduce(who, expert)

    def ask_about(self, index: ProjectIndex, who: str, make: Callable[[ProjectIndex], Any]) -> Any:
        return self._ledger.introduce(who, make(index), make)

    @contextmanager
    def making(self, node: Node, given: Iterable[Value] = ()) -> Iterator[None]:
        """Around the evaluation of a node: what is asked, used and told meanwhile goes into its log."""
        node.unlink()
        outer, asked = self.log, self._ledger.asked
        log = self.log = OpenLog()
        self._ledger.asked = log.asked
        node.maker = self._making[-1] if self._making else None
        node.depth = len(self._making)
        self._making.append(node)
        self.made.add(node)
        try:
            yield
        finally:
            self._making.pop()
            self.log, self._ledger.asked = outer, asked
            self._settle(node, log, outer, given)

    def _settle(self, node: Node, log: OpenLog, outer: OpenLog, given: Iterable[Value]) -> None:
        # What runs below the node decides what comes out; below its maker, what comes out of that too.
        below = log.lowest < node.depth
        node.is_bound = below
        if below and log.lowest < node.depth - 1:
            outer.lowest = min(outer.lowest, log.lowest)
        node.depth = -1
        node.log = log.closed()
        for question in log.asked:
            question.askers.add(node)
        for used in log.used:
            used.users.add(node)
        if node.maker is not None and holds_closure(given):
            # Two closures of one function count as the same whatever they see, so it matters whose came first.
            node.is_bound = True
            node.maker.users.add(node)


class NotingGathering(Gathering):
    """Takes nothing in, but notes in the log of whoever tells it what is to be taken in."""

    def __init__(self, sharing: NotingSharing) -> None:
        super().__init__()
        self._sharing = sharing
        # Most of what is told is told of many results: a tenth of it is distinct.
        self._tellings: dict[Telling, Telling] = {}

    def _tell(self, method: Callable[..., None], *arguments: Any) -> None:
        self._sharing.log.events.append(Telling(method, arguments))

    def _tell_once(self, method: Callable[..., None], *arguments: Any) -> None:
        log, telling = self._sharing.log, Telling(method, arguments)
        if telling not in log.told:
            telling = self._tellings.setdefault(telling, telling)
            log.told.add(telling)
            log.events.append(telling)

    def saw_loop(self, place: Place, kind: LoopKind) -> None:
        self._tell_once(Gathering.saw_loop, place, kind)

    def writes(self, symbol: str) -> None:
        self._tell_once(Gathering.writes, symbol)

    def calls(self, symbol: str, callee: str) -> None:
        self._tell_once(Gathering.calls, symbol, callee)

    def saw_known_rows(self, function: str) -> None:
        self._tell_once(Gathering.saw_known_rows, function)

    def leave(self, leftovers: tuple[Leftover, ...]) -> None:
        if leftovers:
            self._tell(Gathering.leave, leftovers)

    def gives(self, holder: Holder, giver: Giver) -> None:
        self._tell_once(Gathering.gives, holder, giver)

    def loses(self, read: Read) -> None:
        self._tell_once(Gathering.loses, read)

    def is_certain(self, place: Place) -> None:
        self._tell_once(Gathering.is_certain, place)

    def keep(self, key: object, draft: Observation) -> None:
        log = self._sharing.log
        old = log.kept.get(key)
        if old is None or is_better(draft, old):
            log.kept[key] = draft
            self._tell(Gathering.keep, key, draft)
