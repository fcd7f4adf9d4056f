"""What the evaluator sees a program do to the database: observations know nothing of rules."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from djcheck.domain.relation_kind import RelationKind
from djcheck.domain.source import Place
from djcheck.domain.trace import Role


class Step(Struct, frozen=True, gc=False):
    """One hop of a trace."""

    role: Role
    place: Place
    message: str


class LoopKind(StrEnum):
    """What a loop iterates over, as far as it was derived."""

    ROWS = "rows"  # rows of a queryset, or a list made of them
    DATA = "data"  # a sequence whose length the program's input decides
    UNKNOWN = "unknown"  # nothing is known of the iterable
    FEW = "few"  # rows of a short slice
    BOUNDED = "bounded"  # a literal, a constant range
    PAGES = "pages"  # `while`


class Loop(Struct, frozen=True, gc=False):
    """A loop of the analysed code. `place` is its header."""

    place: Place
    kind: LoopKind


# Reasons of ambiguity: nobody is known to hand over these rows; a class on the way to them could not be read.
UNKNOWN_ORIGIN, UNRESOLVED_BASE = "unknown-origin", "unresolved-base"


class Assumption(Struct, frozen=True, gc=False):
    """What had to be assumed of rows: `reason` is one of ambiguity.

    It falls when callers of the function `symbol` hand over rows that are known, or the loop at `place` is seen to run
    over such. Of rows that are `typed` the model is known: assumed is only what they bring along.
    """

    reason: str
    symbol: str = ""
    place: Place | None = None
    typed: bool = False


class Origin(Struct, frozen=True, gc=False):
    """Where rows come from: the expression that makes the queryset, or fetches the object."""

    place: Place
    symbol: str
    model: str
    calls: tuple[Step, ...] = ()
    assumed: Assumption | None = None


class Subject(Struct, frozen=True, gc=False):
    """Whose rows an observation is about: `path` leads from the origin's model to them, as in lookups."""

    origin: Origin
    path: tuple[str, ...]


class Observation(Struct, frozen=True, gc=False):
    """Base: `place` is where it happens, `symbol` the function it happens in.

    `loops` multiply it, outermost first (empty: it happens once). `trace` are the calls on the way.
    `doubt` is a reason of ambiguity, or "".
    """

    place: Place
    symbol: str
    loops: tuple[Loop, ...]
    trace: tuple[Step, ...]
    doubt: str


class RelationRead(Observation, frozen=True):
    """A relation to one object is read of an instance that does not hold it: one query each time.

    `relation` is the accessor's name, `path` the lookup from the origin's model, this relation included.
    `only_key` says that nothing but the target's primary key is wanted (`x.rel.id`).
    """

    subject: Subject
    relation: str
    kind: RelationKind
    path: tuple[str, ...]
    nullable: bool
    only_key: bool
    owner: str


class DeferredRead(Observation, frozen=True):
    """A column is read that `only()`/`defer()` left out: one query each time."""

    subject: Subject
    field: str


class QueryRun(Observation, frozen=True):
    """A query is executed. `method` is what runs it (`iterate`, `get`, `count`, `save`, …).

    Where the queryset belongs to an instance's related manager, `relation`/`path`/`subject` say which;
    `per_owner` says that the instance changes with the loops. `narrowed`: more than `.all()` was asked of it.
    `prefetched`: the relation had been prefetched, so the query defeats it. `detail`: the form field that asks.
    """

    method: str
    is_write: bool
    model: str
    subject: Subject | None
    relation: str
    path: tuple[str, ...]
    per_owner: bool
    narrowed: bool
    prefetched: bool
    detail: str


class QuerySetAsked(Observation, frozen=True):
    """A queryset method was called that bears on which eager loads its rows can be given; it runs no query.

    `method` is its name; `lookup` is what a `prefetch_related` names, and `own_rows` says that a `Prefetch` brings
    a queryset or list of its own for it.
    """

    subject: Subject
    method: str
    lookup: str = ""
    own_rows: bool = False


class FunctionWrites(Observation, frozen=True):
    """The function `symbol`, or one that it calls, changes rows (or may: raw SQL, a form's `save()`)."""


class WorkKind(StrEnum):
    LENGTH = "length"
    AGGREGATE = "aggregate"
    TRUTH = "truth"
    FILTER = "filter"
    SORT = "sort"
    COUNT_TEST = "count-test"
    MEMBERSHIP = "membership"
    FIRST = "first"
    GROUP = "group"


class PythonWork(Observation, frozen=True):
    """Rows are fetched and reduced in Python, and nothing else is done with them.

    `function` is what does it (`sum`, `len`, …), `columns` the columns it reads, `suggestion` the query instead.
    `always`: what it works on is a queryset whichever way the code went, not a list of its rows, nor None.
    """

    kind: WorkKind
    subject: Subject
    function: str
    columns: tuple[str, ...]
    suggestion: str
    always: bool


class PieceKind(StrEnum):
    CONSTANT = "constant"
    SAFE = "safe"  # quoted identifier, number, allow-listed value, `_meta` name
    TAINTED = "tainted"  # comes from outside; `source` says where
    UNKNOWN = "unknown"
    PARAMETER = "parameter"  # a parameter of a function whose callers are not known (yet)


class Piece(Struct, frozen=True, gc=False):
    """A part of a text. `text` is the constant's text, or what the part is called in the code.

    `source` is where a tainted part came in, `calls` the calls through which it was passed on.
    """

    kind: PieceKind
    text: str
    source: Step | None = None
    calls: tuple[Step, ...] = ()


class SqlText(Observation, frozen=True):
    """Text reaches an SQL sink. `sink` is `raw`, `extra`, `RawSQL`, `cursor`, `expression`, `RunSQL`.

    `has_parameters` says that the sink also gets parameters. `path` are the helper calls the text came through.
    """

    sink: str
    pieces: tuple[Piece, ...]
    has_parameters: bool
