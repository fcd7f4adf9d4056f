"""One call of one function under evaluation: its variables, its loops and what it was seen to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from djcheck.domain.observation import Loop, LoopKind, Observation, Origin, QuerySetAsked, Step, Subject
from djcheck.domain.source import Place, Span
from djcheck.domain.trace import Role
from djcheck.flow.lattice.bounds import bounded, holds_closure
from djcheck.flow.lattice.joining import join
from djcheck.flow.lattice.values import (
    CONTEXT,
    NOTHING_VARIES,
    UNKNOWN,
    Closure,
    Formal,
    QuerySet,
    Sequence,
    Source,
    Value,
    Varies,
)
from djcheck.flow.nodes import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from djcheck.domain.ir import Comprehension, Expr, FunctionIR, Parameter
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.templates.templating import Rendering, TagBody


OUTSIDE_OF_LOOPS: Varies = frozenset((CONTEXT,))
# The subject of a draft whose rows are not settled yet; `Evaluator.complete` puts the real one.
UNSETTLED = Subject(Origin(Place("", Span(1, 1, 1, 1)), "", ""), ())


class Holder(NamedTuple):
    """What holds rows that a caller gave: a function's parameter, a template's variable, a serializer's row.

    `of` is the function's or serializer's name, or the template's path.
    """

    of: str
    name: str


class Event(Struct, frozen=True, gc=False):
    """An observation in the making: whose rows it is about and what multiplies it may still depend on the callers.

    `draft` is the observation as far as it is known (its `loops`, `subject` and `path` are filled in when complete).
    `suffix` are relations read beyond `source`. `must_vary`: it is worth telling only when loops multiply it.
    """

    draft: Observation
    varies: Varies
    source: Source | None
    suffix: tuple[str, ...] = ()
    owner_varies: Varies = NOTHING_VARIES
    must_vary: bool = True
    hops: int = 0


class Use(Struct, frozen=True):
    """What was done with a queryset's rows. `event` is what to tell if nothing else was done with them."""

    kind: str
    place: Place
    event: Event | None = None


class Frame:
    """The state of evaluating one function once."""

    __slots__ = (
        "cached_guard",
        "closures",
        "consumer",
        "env",
        "evaluator",
        "events",
        "exits",
        "given",
        "go_on",
        "holders",
        "identities",
        "loops",
        "module",
        "outer",
        "outlasting",
        "owner",
        "path",
        "puts_anything",
        "returned",
        "symbol",
        "tag_body",
        "template",
        "unlikely",
        "uses",
        "yielded",
    )

    def __init__(
        self,
        evaluator: Evaluator,
        path: str,
        module: str,
        symbol: str,
        owner: str | None = None,
        outer: dict[str, Value] | None = None,
    ) -> None:
        self.evaluator = evaluator
        self.path = path
        self.module = module
        self.symbol = symbol
        self.owner = owner
        self.env: dict[str, Value] = {}
        self.outer = outer
        self.loops: tuple[Loop, ...] = ()
        # So many of them go on where this call, or the innermost `try`, is left.
        self.go_on = 0
        self.events: list[Event] = []
        self.returned: Value | None = None
        self.yielded: Value | None = None
        self.exits = False
        self.puts_anything = False
        self.given: dict[str, Value] = {}
        self.holders: Mapping[Origin | Formal, Holder] = {}
        self.cached_guard = 0
        self.closures: tuple[FunctionIR, ...] = ()
        self.unlikely = False
        self.outlasting: frozenset[str] = frozenset()
        self.consumer: tuple[str, Comprehension] | None = None
        self.uses: dict[int, list[Use]] = {}
        self.identities = 0
        self.template: Rendering | None = None
        self.tag_body: TagBody | None = None

    def inside(
        self, path: str, module: str, symbol: str, owner: str | None = None, outer: dict[str, Value] | None = None
    ) -> Frame:
        """A frame for code that runs here and now but stands elsewhere: same loops, same events, names of its own."""
        inner = Frame(self.evaluator, path, module, symbol, owner, outer)
        inner.loops = self.loops
        inner.go_on = len(self.loops)
        inner.events = self.events
        inner.holders = self.holders
        inner.cached_guard = self.cached_guard
        inner.unlikely = self.unlikely
        inner.closures = self.closures
        inner.tag_body = self.tag_body
        return inner

    def place(self, span: Span) -> Place:
        return Place(self.path, span)

    def active(self) -> Varies:
        """The loops around this point: our own, and whatever surrounds the call."""
        return frozenset((*self.loops, CONTEXT)) if self.loops else OUTSIDE_OF_LOOPS

    def narrow(self, varies: Varies) -> Varies:
        """Of loops that a value changed with, those that still run here."""
        if not varies:
            return varies
        loops = self.loops
        return frozenset(item for item in varies if type(item) is not Loop or item in loops)

    def new_identity(self) -> int:
        self.identities += 1
        return self.identities

    def use(self, identity: int, kind: str, span: Span, event: Event | None = None) -> None:
        """Note what is done with the rows of one queryset of this function."""
        if identity:
            self.uses.setdefault(identity, []).append(Use(kind, self.place(span), event))

    @contextmanager
    def iterating(self, loop: Loop | None) -> Iterator[None]:
        """Evaluate inside a loop (None: something that runs once)."""
        outside = self.loops
        if loop is not None:
            self.loops = (*outside, loop)
        try:
            yield
        finally:
            self.loops = outside

    @contextmanager
    def once_in_many(self) -> Iterator[None]:
        """Evaluate what runs in few rounds of the innermost loop only."""
        inside = self.loops
        self.loops = inside[:-1]
        try:
            yield
        finally:
            self.loops = inside

    @contextmanager
    def hardly(self, unlikely: bool = True) -> Iterator[None]:
        """Evaluate what hardly ever runs, if it is `unlikely`: what it asks of the database is not told."""
        outside = self.unlikely
        self.unlikely = outside or unlikely
        try:
            yield
        finally:
            self.unlikely = outside

    def loop(self, span: Span, kind: LoopKind) -> Loop:
        place = self.place(span)
        self.evaluator.told.saw_loop(place, kind)
        return Loop(place, kind)

    def emit(self, event: Event) -> None:
        """Tell what is complete; keep for the callers what is not."""
        if self.unlikely and not isinstance(event.draft, QuerySetAsked):
            return
        if self.cached_guard and not event.draft.doubt and event.must_vary:
            event = replace(event, draft=replace(event.draft, doubt="maybe-cached"))
        if self.evaluator.told.complete(event):
            return
        self.events.append(event)

    def writes(self) -> None:
        """Note that the function changes rows."""
        self.evaluator.told.writes(self.symbol)

    def called(self, symbol: str) -> None:
        """Note that the function changes rows if the one that it calls does."""
        self.evaluator.told.calls(self.symbol, symbol)

    def call_step(self, span: Span, name: str) -> Step:
        return Step(Role.CALL, self.place(span), name)

    def evaluate(self, node: Expr) -> Value:
        """The value of an expression here; what evaluating it does to the database is told."""
        return self.evaluator.handlers[type(node)](self, node)

    def has_fetched(self, rows: Value) -> None:
        """A call has fetched the rows of a queryset: the variables that hold it have them now."""
        for name, held in self.env.items():
            if type(held) is QuerySet and type(rows) is QuerySet and held.identity == rows.identity > 0:
                self.env[name] = replace(held, evaluated=True)

    def closure(self, function: FunctionIR) -> Closure:
        """A function defined here: it sees the variables of this call, and may use their rows whenever it is called."""
        named = names_in(function)
        for name in named:
            value = self.env.get(name)
            if isinstance(value, QuerySet | Sequence) and value.identity:
                self.use(value.identity, "escape", function.span)
        scope = self.env if self.outer is None else {**self.outer, **self.env}
        # Closures within closures could go on for ever.
        seen = tuple(
            [(name, UNKNOWN if holds_closure((scope[name],)) else scope[name]) for name in named if name in scope]
        )
        return Closure(function, scope, self.path, self.module, self.symbol, self.owner, seen)

    def receive(self, parameters: tuple[Parameter, ...], given: dict[str, Value]) -> None:
        """A function's parameters are variables: what a call gave, and defaults for the others."""
        self.env.update(given)
        for parameter in parameters:
            if parameter.name not in self.env:
                default = parameter.default
                self.env[parameter.name] = UNKNOWN if default is None else self.evaluate(default)

    def lookup(self, name: str) -> Value | None:
        found = self.env.get(name)
        if found is None and self.outer is not None:
            found = self.outer.get(name)
        return found

    def assign(self, name: str, value: Value) -> None:
        self.env[name] = value

    def give(self, value: Value) -> None:
        self.returned = bounded(value if self.returned is None else join(self.returned, value))

    def give_item(self, value: Value) -> None:
        self.yielded = value if self.yielded is None else join(self.yielded, value)

    def result(self) -> Value:
        return UNKNOWN if self.returned is None else self.returned


def real_loops(varies: Varies) -> tuple[Loop, ...]:
    """The loops proper among what something varies with, in source order."""
    loops = [item for item in varies if type(item) is Loop]
    if len(loops) < 2:
        return tuple(loops)
    return tuple(sorted(loops, key=lambda loop: (loop.place.path, loop.place.span.line, loop.place.span.column)))


def multiplying(loops: tuple[Loop, ...]) -> tuple[Loop, ...]:
    """Loops whose number of rounds the data decides: neither literals nor `while` loops, which walk pages or retry."""
    return tuple(loop for loop in loops if loop.kind not in (LoopKind.BOUNDED, LoopKind.PAGES))


def depends_on_callers(varies: Varies) -> bool:
    return any(type(item) is not Loop for item in varies)
