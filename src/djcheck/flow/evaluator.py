"""The abstract interpreter's memory: each function is evaluated once per shape of its arguments."""

from __future__ import annotations

from functools import partial
from sys import intern
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import ConstantInfo, FunctionInfo
from djcheck.domain.source import Span
from djcheck.flow import callers
from djcheck.flow.admin.registrations import Registrations
from djcheck.flow.expressions import HANDLERS
from djcheck.flow.frame import Frame
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.bounds import bounded, coarse
from djcheck.flow.lattice.joining import join
from djcheck.flow.lattice.values import UNKNOWN, Object, Request, Sequence, Text, Value, Varies, is_known
from djcheck.flow.nodes import nodes_in
from djcheck.flow.orm import patterns, result_cache, row_facts
from djcheck.flow.orm.work import settle_uses
from djcheck.flow.python import batches, guessing, parameters, statements
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.sharing import Declaration, Numbers, Table
from djcheck.flow.summaries import (
    MOST_EVENTS,
    NOT_MADE,
    Anonymous,
    Instantiation,
    Summary,
    concrete,
    distinct,
    holders_of,
)
from djcheck.flow.templates import environments
from djcheck.flow.views.middleware import REQUEST, Middleware, is_middleware
from djcheck.flow.views.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from djcheck.domain.ir import FunctionIR
    from djcheck.flow.sharing import Sharing
    from djcheck.flow.templates.templating import Renderer
    from djcheck.index.project import ProjectIndex

NO_SPAN = Span(1, 1, 1, 1)
MOST_SHAPES = 48
MOST_PLAIN = 12
MOST_NAMES = 600
SHORT_BODY = 3
MOST_DEPTH = 24
MOST_ROUNDS = 3

# Decorators that keep results are recognised by name; of these the first concerns objects, the others responses only.
NOT_CACHING = frozenset({"cached_property", "never_cache", "cache_control", "no_cache", "clear_cache"})


class Evaluator:
    """Evaluates functions of one project. `body` gives a function's IR, or None where there is none."""

    def __init__(
        self,
        index: ProjectIndex,
        body: Callable[[FunctionInfo], FunctionIR | None],
        sharing: Sharing,
    ) -> None:
        self.sharing = sharing
        self.index: ProjectIndex = sharing.ask("index", index)
        self.registered = sharing.ask_about(index, "registrations", Registrations)
        self.routes = sharing.ask_about(index, "routes", Routes)
        self.middleware = sharing.ask_about(index, "middleware", Middleware)
        self.handlers = HANDLERS
        self.body = body
        self.told = sharing.gathering()
        self._numbers = Numbers()
        self._summaries: Table[int, Summary] = sharing.table("summaries", MOST_DEPTH, self._numbers)
        self._plain: dict[int, list[dict[str, Value]]] = {}
        self._running: dict[int, Summary] = {}
        self._consulted: set[int] = set()
        self._constants: Table[Declaration, Value] = sharing.table("constants")
        self._assigned: Table[str, dict[str, Value]] = sharing.table("assigned")
        self._after: Table[FunctionInfo, dict[str, Value]] = sharing.table("after")
        self._assigning: Table[str, list[FunctionInfo]] = sharing.table("assigning")
        self._attributes_in: Table[FunctionInfo, frozenset[str]] = sharing.table("attributes in")
        self._requests: Table[str, dict[str, Value]] = sharing.table("requests")
        self._environments: Table[str, environments.Environment] = sharing.table("environments")
        self.renderer: Renderer | None = None

    @property
    def jinja(self) -> environments.Environment:
        """What the project's Jinja2 environment gives to all templates, read when first asked for."""
        found = self._environments.get("")
        if found is None:
            with self._environments.making(""):
                found = self._environments[""] = environments.of(self)
        return found

    # ------------------------------------------------------------ functions

    def enter(self, info: FunctionInfo) -> None:
        """Evaluate a function by itself, as if called from outside with whatever its annotations say."""
        body = self.body(info)
        if body is None:
            return
        values = parameters.entry_values(self, info, body)
        anonymous = Anonymous()
        shape = {
            name: value if guessing.is_assumed(value) else anonymous.shape(value) for name, value in values.items()
        }
        summary = self._summary(info, body, shape)
        self.told.leave(callers.left(summary.events, info.qualname, shape))

    def act(self, path: str, module: str, symbol: str, owner: str | None, play: Callable[[Frame], None]) -> None:
        """Evaluate, in a frame of its own, something that the framework does by itself: a request, a list page."""
        frame = Frame(self, path, module, symbol, owner)
        play(frame)
        settle_uses(frame)
        self.told.leave(tuple(map(callers.Leftover, distinct(frame.events))))

    def call(self, frame: Frame, info: FunctionInfo, arguments: Arguments, span: Span) -> Value:
        """The result of a call; what the callee does is charged to the loops around the call."""
        found = self._apply(frame, info, arguments, span)
        return UNKNOWN if found is None else found[1].value(found[0].result)

    def once(self, frame: Frame, info: FunctionInfo, bound: Value, varies: Varies, span: Span) -> Value:
        """A `cached_property`: evaluated once for each object, however many loops run around the read of it."""
        found = self._apply(frame, info, Arguments([bound], {}), span, frame.narrow(varies))
        return UNKNOWN if found is None else found[1].value(found[0].result)

    def call_with_context(
        self, frame: Frame, info: FunctionInfo, arguments: Arguments, span: Span
    ) -> tuple[Value, Value | None]:
        """The result of a template tag's function, and the context afterwards, into which it may put names."""
        found = self._apply(frame, info, arguments, span)
        if found is None:
            return UNKNOWN, None
        summary, actual = found
        after = None if summary.self_after is None else actual.value(summary.self_after)
        return actual.value(summary.result), after

    def build(self, frame: Frame, info: FunctionInfo, arguments: Arguments, span: Span, made: Object) -> Value:
        """The object that a constructor call makes, with the attributes that `__init__` gives it."""
        found = self._apply(frame, info, arguments, span)
        if found is None or found[0].self_after is None:
            return made
        built = found[1].value(found[0].self_after)
        return Object(made.qualname, built.fields, made.varies) if isinstance(built, Object) else made

    def _apply(
        self, frame: Frame, info: FunctionInfo, arguments: Arguments, span: Span, around: Varies | None = None
    ) -> tuple[Summary, Instantiation] | None:
        """`around` are the loops that the call is run in, where these are not all that run here."""
        body = self.body(info)
        if body is None:
            return None
        bound = parameters.bind(body.parameters, arguments)
        if not self._summaries.has_room(len(self._running)):
            self.hand(frame, info.qualname, dict.fromkeys(bound, UNKNOWN))
            return None
        step = frame.call_step(span, info.qualname)
        anonymous = Anonymous()
        columns = partial(self.attributes_in, info)
        shape: dict[str, Value] = {}
        handed_over = 0  # `self`, be it a row, says nothing of what a method is called with
        for name, value in bound.items():
            shape[name] = anonymous.shape(bounded(row_facts.about(taint.through(value, step), columns)))
            if len(shape) == 1 and info.owner is not None:
                handed_over = len(anonymous.actual)
        if any(is_known(source) for source, _ in anonymous.actual[handed_over:]):
            self.told.saw_known_rows(info.qualname)
        summary = self._summary(info, body, shape)
        self.hand(frame, info.qualname, dict.fromkeys(bound, UNKNOWN) if summary is NOT_MADE else bound)
        actual = Instantiation(frame, anonymous.actual, step)
        if around is not None:
            actual.around = around
        for event in summary.events:
            instance = actual.event(event)
            if instance is not None:
                frame.emit(instance)
        for name in summary.fetched:
            frame.has_fetched(bound[name])
        frame.called(info.qualname)
        return summary, actual

    def hand(self, frame: Frame, callee: str, passed: dict[str, Value]) -> None:
        """Note what a function, serializer or template is given by whoever runs in the frame."""
        for holder, giver in callers.givers(frame, callee, passed):
            self.told.gives(holder, giver)

    def assigned_attribute(self, qualname: str, name: str) -> Value | None:
        """What the class's own methods assign to `self.name`, whoever called them."""
        found = self._assigned.get(qualname)
        if found is None:
            with self._assigned.making(qualname):
                self._assigned[qualname] = {}
                found = self._assigned[qualname] = self._gather_assigned(qualname)
        return found.get(name)

    def request_attribute(self, name: str) -> Value:
        """What the project's middleware puts on each request under that name."""
        found = self._requests.get("")
        if found is None:
            with self._requests.making(""):
                self._requests[""] = {}
                found = self._requests[""] = self._gather_requests()
        return found.get(name, UNKNOWN)

    def _gather_requests(self) -> dict[str, Value]:
        bodies = ((function, self.body(function)) for function in self.middleware.functions())
        return self._put_by(
            function for function, body in bodies if body is not None and patterns.assigns_to(body.body, REQUEST)
        )

    def _gather_assigned(self, qualname: str) -> dict[str, Value]:
        owners = reversed(self.index.mro(qualname))
        return self._put_by(method for owner in owners for method in self._assigning_methods(owner))

    def _put_by(self, functions: Iterable[FunctionInfo]) -> dict[str, Value]:
        """The attributes that any of the functions puts on what it is about: its `self`, the request."""
        gathered: dict[str, Value] = {}
        for function in functions:
            for name, value in self._self_after(function).items():
                gathered[name] = join(gathered[name], value) if name in gathered else value
        return gathered

    def _assigning_methods(self, owner: str) -> list[FunctionInfo]:
        """The methods of a class that assign to attributes of their `self`: asked for every class that extends it."""
        found = self._assigning.get(owner)
        if found is None:
            with self._assigning.making(owner):
                info = self.index.class_info(owner)
                named = [f"{owner}.{fact.name}" for fact in info.fact.methods] if info is not None else []
                methods = [self.index.function(name) for name in named]
                found = self._assigning[owner] = [
                    method for method in methods if method is not None and method.owner and self._assigns(method)
                ]
        return found

    def attributes_in(self, info: FunctionInfo) -> frozenset[str]:
        """The names of all attributes that a function's body speaks of."""
        found = self._attributes_in.get(info)
        if found is None:
            with self._attributes_in.making(info):
                body = self.body(info)
                nodes = nodes_in(body.body) if body is not None else ()
                found = frozenset(node.name for node in nodes if isinstance(node, ir.Attribute))
                self._attributes_in[info] = found
        return found

    def _assigns(self, info: FunctionInfo) -> bool:
        body = self.body(info)
        return body is not None and bool(body.parameters) and patterns.assigns_to(body.body, body.parameters[0].name)

    def _self_after(self, info: FunctionInfo) -> dict[str, Value]:
        found = self._after.get(info)
        if found is None:
            with self._after.making(info):
                self._after[info] = {}
                found = self._after[info] = self._told_of_self(info)
        return found

    def _told_of_self(self, info: FunctionInfo) -> dict[str, Value]:
        body = self.body(info)
        if body is None:
            return {}
        values = parameters.entry_values(self, info, body)
        anonymous = Anonymous()
        shape = {name: anonymous.shape(value) for name, value in values.items()}
        after = self._summary(info, body, shape).self_after
        put = after.fields if isinstance(after, Object) else after.given if isinstance(after, Request) else ()
        return {name: concrete(value) for name, value in put}

    def _summary(self, info: FunctionInfo, body: FunctionIR, shape: dict[str, Value]) -> Summary:
        key = self._numbers.of((info, *shape, *shape.values()))
        known = self._summaries.get(key)
        if known is not None:
            return known
        if key in self._running:
            self._consulted.add(key)
            return self._running[key]
        # A mixin's method is another for each class that has it: one busy mixin must not use up its shapes.
        first = next(iter(shape.values()), None)
        counted = intern(f"{info.qualname}({first.qualname if type(first) is Object else ''})")
        # A look-up by name (`get_model("app", "Model")`) has a shape for each name, and costs little.
        short = len(body.body) <= SHORT_BODY and all(type(value) is Text for value in shape.values())
        most = MOST_NAMES if short else MOST_SHAPES
        if not self._summaries.admits(key, counted, most, lambda: MOST_PLAIN * (2 - len(self._plainer(key, shape)))):
            # A helper of the whole project: what it does to rows still counts, with which words it was called does not.
            plainer = self._plainer(key, shape)
            return self._summary(info, body, plainer[0]) if plainer else NOT_MADE
        with self._summaries.making(key, tuple(shape.values())):
            self._running[key] = Summary(UNKNOWN, ())
            try:
                summary = self._settled(key, info, shape)
            finally:
                del self._running[key]
                self._consulted.discard(key)
            self._summaries[key] = summary
        return summary

    def _plainer(self, key: int, shape: dict[str, Value]) -> list[dict[str, Value]]:
        """The arguments with no texts but names (`"approved"`, by which functions decide what to do); with none at all.

        Only those that say less; made once for all calls that are one too many.
        """
        found = self._plain.get(key)
        if found is None:
            forms = [{name: coarse(value, names) for name, value in shape.items()} for names in (True, False)]
            found = self._plain[key] = [form for form in forms if form != shape]
        return found

    def _settled(self, key: int, info: FunctionInfo, shape: dict[str, Value]) -> Summary:
        """Evaluate until a function that calls itself tells the same as before."""
        summary = self._running[key]
        for _ in range(MOST_ROUNDS):
            self._consulted.discard(key)
            summary = self._evaluate(info, shape)
            if key not in self._consulted or summary == self._running[key]:
                break
            self._running[key] = summary
        return summary

    def _evaluate(self, info: FunctionInfo, shape: dict[str, Value]) -> Summary:
        body = self.body(info)  # asked here too, so that it is noted of this result that it rests on it
        assert body is not None  # whoever calls has looked
        frame = Frame(self, info.path, info.module, info.qualname, info.owner)
        if keeps_results(info):
            frame.cached_guard += 1
        frame.given, frame.holders = shape, holders_of(info.qualname, shape)
        frame.receive(body.parameters, shape)
        statements.run_body(frame, body)
        for event in frame.events if len(frame.events) > MOST_EVENTS else ():
            self.told.loses(callers.read_of(event))  # `distinct` may leave it out
        kept = kept_parameter(info, body)
        fetched = tuple([name for name, value in shape.items() if result_cache.is_fetched(value, frame.env.get(name))])
        return Summary(self.result_of(frame, body), distinct(frame.events), frame.env.get(kept), fetched)

    def result_of(self, frame: Frame, body: FunctionIR) -> Value:
        """What a call gives back: the returned value, or the items that a generator yields."""
        if body.is_generator:
            pages = batches.yields_batches(body.body)
            return Sequence(frame.yielded or UNKNOWN, None, frame.yielded is not None, pages=pages)
        return frame.result()

    # ------------------------------------------------------------ constants

    def constant(self, info: ConstantInfo) -> Value:
        """The value of a module-level name, by the last of its assignments that can be told."""
        return self.declared(info.path, info.module, info.module, None, info.qualname, info.assigns[-1].value)

    def declared(self, path: str, module: str, symbol: str, owner: str | None, key: str, expression: object) -> Value:
        """The value of a declaration (a module constant or class attribute), evaluated once."""
        declaration = Declaration(path, key, expression)
        found = self._constants.get(declaration)
        if found is not None:
            return found
        with self._constants.making(declaration):
            self._constants[declaration] = UNKNOWN
            frame = Frame(self, path, module, symbol, owner)
            value = frame.evaluate(expression) if expression is not None else UNKNOWN  # type: ignore[arg-type]
            # A declaration's queryset is made once, not per call: it varies with no loop.
            value = Instantiation(Frame(self, path, module, symbol), [], frame.call_step(NO_SPAN, symbol)).value(value)
            self._constants[declaration] = value
        return value


def keeps_results(info: FunctionInfo) -> bool:
    """Is the function decorated so that it is not run anew for arguments that it has seen?"""
    names = parameters.decorators_of(info) - NOT_CACHING
    return any("cache" in name.lower() or "memo" in name.lower() for name in names)


def kept_parameter(info: FunctionInfo, body: FunctionIR) -> str:
    """The argument that is worth keeping as it is afterwards: `self`, a template's context, a request; or ""."""
    if is_middleware(info.module) and patterns.assigns_to(body.body, REQUEST):
        return REQUEST
    is_tag = any(name.endswith("tag") for name in parameters.decorators_of(info))
    return body.parameters[0].name if body.parameters and (info.owner is not None or is_tag) else ""
