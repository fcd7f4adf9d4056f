"""Abstract values: what the evaluator knows of the value of an expression.

No kind of value is extended, and none of IR's nodes. Where much is asked, `type(value) is QuerySet` asks for one:
`isinstance` takes five times as long to say no to a Struct, whose class has a class of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from djcheck.domain.observation import Loop, Origin, Piece, Step

if TYPE_CHECKING:
    from djcheck.domain.index import Relation
    from djcheck.domain.ir import FunctionIR


class Formal(Struct, frozen=True, gc=False):
    """Stands for an argument's rows while a function is evaluated apart from its callers."""

    index: int


class Context(Struct, frozen=True, gc=False):
    """Stands for the loops around whatever call brought us here."""


CONTEXT = Context()

Varies = frozenset[Loop | Formal | Context]
NOTHING_VARIES: Varies = frozenset()


class Value(Struct, frozen=True):
    """Base of every abstract value."""


class Unknown(Value, frozen=True, gc=False):
    """Nothing is known; `why` is a reason of ambiguity, or ""."""

    why: str = ""


UNKNOWN = Unknown()
# What a serializer's context holds under a key that only its caller knows.
FROM_CONTEXT = Unknown("context")
# An attribute of a row that its model does not have: whoever fetched the row put it there.
INJECTED = Unknown("injected")
# Rows of nobody knows what, told to bring relations along.
LOADED = Unknown("loaded")


class Const(Value, frozen=True, gc=False):
    """None, a boolean or a number. (Text is `Text`.)"""

    value: int | float | bool | None


NONE = Const(None)


class Plain(Value, frozen=True, gc=False):
    """A value that cannot reach the database: a number, date, column value, … `safe_text`: harmless inside SQL."""

    safe_text: bool = False


PLAIN = Plain()
NUMBER = Plain(safe_text=True)


class Text(Value, frozen=True, gc=False):
    """A string, by its pieces."""

    pieces: tuple[Piece, ...]


class Tainted(Value, frozen=True, gc=False):
    """Something from outside (request data, task arguments, …), of any shape. `source` says where it came in."""

    source: Step
    label: str
    calls: tuple[Step, ...] = ()


class Request(Value, frozen=True):
    """The current HttpRequest (or DRF Request). `given` are attributes that code put on it.

    `methods` are the HTTP methods that it can have; none where nothing says.
    """

    given: tuple[tuple[str, Value], ...] = ()
    methods: frozenset[str] = frozenset()


class Eager(Struct, frozen=True, gc=False):
    """What a row brings along: relations joined or prefetched, attributes that its queryset added, columns left out.

    `joined` and `prefetched` are sorted by name. `joins_all` is `select_related()` without arguments: so many levels
    of non-null forward keys. `opaque`: eager loads that could not be told. `peers`: Django 6.1's FETCH_PEERS.
    `only`/`deferred` are columns; None/empty where nothing is left out. `annotated` are attributes.
    """

    joined: tuple[tuple[str, Eager], ...] = ()
    prefetched: tuple[tuple[str, Prefetched], ...] = ()
    joins_all: int = 0
    opaque: bool = False
    peers: bool = False
    only: frozenset[str] | None = None
    deferred: frozenset[str] = frozenset()
    annotated: frozenset[str] = frozenset()


NOTHING_EAGER = Eager()


NOT_ASKED_FOR = ""


class Prefetched(Struct, frozen=True, gc=False):
    """A prefetched relation: what its rows bring along. `to_attr` results are plain lists under their own name.

    `relation` is NOT_ASKED_FOR where no prefetch put the rows there: those of an object just made.
    """

    eager: Eager
    relation: str
    is_list: bool = False


class Fallback(Struct, frozen=True, gc=False):
    """An origin that serves instead where no loop multiplies the rows before it.

    `start` is how much of the path lies before it, `varies` are the loops that the rows before it change with.
    """

    origin: Origin
    start: int
    varies: Varies


class Source(Struct, frozen=True, gc=False):
    """Which rows: `path` is followed from `origin`'s model; each related manager on the way leaves a fallback."""

    origin: Origin | Formal
    path: tuple[str, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()


# What the code spells out: a text, a number, a truth value or None.
Literal = str | int | float | bool | None
# Of rows: (column, literals, whether its value is one of them or none of them).
Facts = tuple[tuple[str, frozenset[Literal], bool], ...]


class Instance(Value, frozen=True):
    """A model instance. `varies` are the loops it changes with. `known` are relations that it certainly holds.

    `lone` is a relation that leads all rows to one object.
    `given` are attributes that code put on it. `facts` are what its queryset's filters say.
    """

    model: str
    source: Source
    eager: Eager
    varies: Varies
    known: frozenset[str] = frozenset()
    single_fetch: bool = False
    lone: str = ""
    given: tuple[tuple[str, Value], ...] = ()
    facts: Facts = ()


class QuerySet(Value, frozen=True):
    """A queryset (or, with `is_manager`, a manager: the same without a result cache).

    `relation`: it belongs to a related manager; `owner` is the way to its rows from its owner's origin,
    `owner_varies` the loops its owner changes with; `prefetched` then says what the owner brought along.
    `narrowed`: anything but `.all()` was applied. `rows`: "instances", "values" (dicts), "tuples", "flat", "none",
    "made" (whatever an iterable class of the project makes of them).
    `limit`: at most so many rows. `parent` is the relation of each row that leads back to the owner (known related
    object). `identity` tells querysets of one function apart. `given` are attributes that a loop put on all its rows.
    `facts` are what its filters say of its rows.
    """

    model: str
    source: Source
    eager: Eager
    varies: Varies
    manager_class: str | None = None
    queryset_class: str | None = None
    is_manager: bool = False
    relation: Relation | None = None
    owner: Source | None = None
    owner_varies: Varies = NOTHING_VARIES
    prefetched: Prefetched | None = None
    narrowed: bool = False
    rows: str = "instances"
    limit: int | None = None
    parent: str = ""
    identity: int = 0
    evaluated: bool = False
    columns: tuple[str, ...] = ()
    given: tuple[tuple[str, Value], ...] = ()
    facts: Facts = ()


class Sequence(Value, frozen=True):
    """A list, tuple of unknown length, set or iterator of one kind of element. `size` where it is a literal's.

    `from_rows`: its length is a result's. `identity` is that of the queryset whose rows it holds, if it only holds
    those; with `column`, that column of each of `rows`. `pages`: its items are batches of many.
    """

    of: Value
    size: int | None = None
    from_rows: bool = False
    identity: int = 0
    column: str = ""
    rows: QuerySet | None = None
    pages: bool = False


class Tuple(Value, frozen=True):
    """A tuple or list display with known items."""

    items: tuple[Value, ...]


class Mapping(Value, frozen=True):
    """A dict: `items` are its known string keys, `of` what any other key gives; `key` the kind of its keys.

    `size` is how many keys the code spells out, where nothing was added since.
    """

    items: tuple[tuple[str, Value], ...] = ()
    of: Value | None = None
    key: Value = UNKNOWN
    from_rows: bool = False
    size: int | None = None

    def get(self, name: str) -> Value | None:
        for key, value in self.items:
            if key == name:
                return value
        return None


class Class(Value, frozen=True, gc=False):
    """A class of the project."""

    qualname: str


class Object(Value, frozen=True):
    """An instance of a class that is no model. `fields` are attributes known of this very object (sorted)."""

    qualname: str
    fields: tuple[tuple[str, Value], ...] = ()
    varies: Varies = NOTHING_VARIES

    def get(self, name: str) -> Value | None:
        for key, value in self.fields:
            if key == name:
                return value
        return None


class Function(Value, frozen=True):
    """A function or method of the project, perhaps bound to `self`."""

    qualname: str
    bound: Value | None = None


class Closure(Value, frozen=True):
    """A lambda or a function defined inside another; it sees `scope`, the defining call's variables.

    `seen` are those that it names, as they were when it was defined: where these are the same, so is the closure.
    """

    function: FunctionIR
    scope: dict[str, Value]
    path: str
    module: str
    symbol: str
    owner: str | None
    seen: tuple[tuple[str, Value], ...] = ()

    def __hash__(self) -> int:
        return hash((self.path, self.function.span))

    def __eq__(self, other: object) -> bool:
        if type(other) is not Closure:
            return False
        return other.path == self.path and other.function == self.function and other.seen == self.seen


class Module(Value, frozen=True, gc=False):
    name: str


class External(Value, frozen=True, gc=False):
    """Something of another package, by its canonical dotted name; `called`: the result of calling it."""

    name: str
    called: bool = False


class Method(Value, frozen=True):
    """A built-in method looked up on a value, not yet called (`queryset.filter`, `text.format`)."""

    receiver: Value
    name: str


class Super(Value, frozen=True):
    """`super()` inside a method of `after`, with its `self`."""

    bound: Value
    after: str


class Meta(Value, frozen=True, gc=False):
    """`Model._meta`."""

    model: str


class Union(Value, frozen=True):
    """One of several values, on different paths."""

    members: tuple[Value, ...]


def members(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value: itself, unless it is a Union."""
    return value.members if type(value) is Union else (value,)


def is_known(source: Source) -> bool:
    """Is nothing assumed of where these rows come from?"""
    return not isinstance(source.origin, Origin) or source.origin.assumed is None
