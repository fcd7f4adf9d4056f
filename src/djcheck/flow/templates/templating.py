"""Templates as functions: rendered once per shape of the context they mention, and charged to whoever renders them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.domain.observation import Step
from djcheck.domain.source import Span
from djcheck.domain.trace import Role
from djcheck.flow.frame import Event, Frame
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    NONE,
    UNKNOWN,
    Const,
    Function,
    Mapping,
    Plain,
    Sequence,
    Tainted,
    Text,
    Tuple,
    Union,
    Unknown,
    Value,
    members,
)
from djcheck.flow.nodes import nodes_in
from djcheck.flow.python import statements
from djcheck.flow.sharing import Numbers
from djcheck.flow.summaries import Anonymous, Instantiation, distinct, holders_of
from djcheck.index.tags import Tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from djcheck.domain.facts import TemplateFacts
    from djcheck.domain.index import FunctionInfo
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.sharing import Sharing, Table
    from djcheck.index.project import ProjectIndex
    from djcheck.index.templates import Templates

MOST_SHAPES = 32
MOST_DEPTH = 14
MOST_EVENTS = 200
MOST_ANCESTORS = 12

Spoken = tuple[set[str], list[ir.Expr], set[str]]


class Layer(Struct, frozen=True):
    """A block's body, with the template in which it stands."""

    facts: Any
    body: tuple[ir.Stmt, ...]


class Macro(Struct, frozen=True):
    facts: Any
    fact: Any


class Rendering(Struct):
    """The template whose code a frame runs. `blocks` are the bodies of each block, the most derived first.

    `block` is the block that is being run and which of its bodies. `partials` are Django's partialdefs.
    """

    facts: TemplateFacts
    blocks: dict[str, list[Layer]]
    partials: dict[str, Layer]
    block: tuple[str, int] = ("", 0)

    @property
    def is_jinja(self) -> bool:
        return self.facts.language == "jinja2"


class TagBody(Struct):
    """What stands between a tag and its end, in the template that `frame` runs; was it seen to be rendered?"""

    frame: Frame
    tag: ir.Tag
    rendered: bool = False


class Mentions(Struct, frozen=True):
    """The names that a template and all it includes look up; `everything` where that cannot be told.

    `texts` are names whose text decides which template is included, `flags` those that a test asks for by themselves.
    """

    names: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    everything: bool = False


class Renderer:
    """The templates of one run, and what rendering them was seen to do."""

    def __init__(self, templates: Templates, index: ProjectIndex, sharing: Sharing) -> None:
        self.templates: Templates = sharing.ask("templates", templates)
        self.tags = sharing.ask_about(index, "tags", Tags)
        self._numbers = Numbers()
        self._summaries: Table[int, tuple[Event, ...]] = sharing.table("rendered", MOST_DEPTH - 1, self._numbers)
        self._running: set[int] = set()
        self._mentions: Table[TemplateFacts, Mentions] = sharing.table("mentions")
        self._blocks: Table[TemplateFacts, list[tuple[str, Layer]]] = sharing.table("blocks")
        self._own: Table[TemplateFacts, Spoken] = sharing.table("spoken")
        self._body: Callable[[FunctionInfo], ir.FunctionIR | None] = lambda info: None

    def render(
        self,
        frame: Frame,
        facts: TemplateFacts,
        context: dict[str, Value],
        span: Span,
        message: str,
        *,
        whole: bool = False,
    ) -> None:
        """Render a template here; what it does is charged to the loops around this point.

        `whole`: Django's template finds no other names than those of the context (Jinja2 has globals).
        """
        self._body = frame.evaluator.body
        mentions = self.mentions(facts)
        if whole and facts.language != "jinja2":
            context = {**dict.fromkeys(mentions.flags, NONE), **context}
        anonymous = Anonymous()
        shape = {
            name: anonymous.shape(value)
            for name, value in sorted(context.items())
            if (mentions.everything or name in mentions.names)
            and (tells(value, name in mentions.texts) or (type(value) is Const and name in mentions.flags))
        }
        events = self._events(frame.evaluator, facts, shape)
        if events is None:  # too many shapes: their flags multiply them
            shape = {name: value for name, value in shape.items() if type(value) is not Const}
            events = self._events(frame.evaluator, facts, shape)
        frame.evaluator.hand(frame, facts.path, {name: UNKNOWN if events is None else context[name] for name in shape})
        step = Step(Role.TEMPLATE, frame.place(span), message)
        actual = Instantiation(frame, anonymous.actual, step)
        for event in events or ():
            instance = actual.event(event)
            if instance is not None:
                # Templates include templates as a matter of course: only calls count as hops.
                frame.emit(replace(instance, hops=event.hops))

    def _events(self, evaluator: Evaluator, facts: TemplateFacts, shape: dict[str, Value]) -> tuple[Event, ...] | None:
        """What rendering does, independent of who asks; None where that is not told."""
        key = self._numbers.of((facts, *shape, *shape.values()))
        known = self._summaries.get(key)
        if known is not None:
            return known
        if key in self._running:
            return ()
        if not self._summaries.has_room(len(self._running)):
            return None
        with_flags = any(type(value) is Const for value in shape.values())
        if not self._summaries.admits(key, f"{facts.path}{'?' * with_flags}", MOST_SHAPES):
            return None
        frame = Frame(evaluator, path_of(facts), "", path_of(facts))
        frame.env.update(shape)
        frame.holders = holders_of(facts.path, shape)
        with self._summaries.making(key, tuple(shape.values())):
            self._running.add(key)
            try:
                self._run(frame, facts)
            finally:
                self._running.discard(key)
            found = self._summaries[key] = distinct(frame.events, MOST_EVENTS)
        return found

    def _run(self, frame: Frame, facts: TemplateFacts) -> None:
        """Run the outermost template that this one extends, with the blocks that the inner ones put in their place."""
        chain = [facts]
        blocks: dict[str, list[Layer]] = {}
        self._gather(facts, blocks)
        while chain[-1].extends is not None and len(chain) < MOST_ANCESTORS:
            parent = self.parent(frame, chain[-1], {each.path for each in chain})
            if parent is None:
                self._run_alone(frame, chain, blocks)
                return
            chain.append(parent)
            self._gather(parent, blocks)
        for each in chain[:-1]:
            # What a child says outside its blocks still runs in Jinja2 (`{% set %}`), and costs nothing in Django's.
            if each.language == "jinja2":
                self.enter(frame, each, blocks)
                outside = tuple(item for item in each.body if not isinstance(item, ir.Block))
                statements.execute(frame, outside)
        self.enter(frame, chain[-1], blocks)
        statements.execute(frame, chain[-1].body)

    def _run_alone(self, frame: Frame, chain: list[TemplateFacts], blocks: dict[str, list[Layer]]) -> None:
        """The template extended is not the project's: its blocks are run all the same."""
        for layers in list(blocks.values()):
            inner = layers[0]
            self.enter(frame, inner.facts, blocks)
            run_layer(frame, layers[0])

    def enter(self, frame: Frame, facts: TemplateFacts, blocks: dict[str, list[Layer]]) -> None:
        frame.path = frame.symbol = path_of(facts)
        frame.template = Rendering(facts, blocks, {})

    def _gather(self, facts: TemplateFacts, blocks: dict[str, list[Layer]]) -> None:
        found = self._blocks.get(facts)
        if found is None:
            with self._blocks.making(facts):
                inner = (statement for statement in walk(facts.body) if isinstance(statement, ir.Block))
                found = self._blocks[facts] = [(block.name, Layer(facts, block.body)) for block in inner]
        for name, layer in found:
            blocks.setdefault(name, []).append(layer)

    def parent(self, frame: Frame, facts: TemplateFacts, passed: set[str]) -> TemplateFacts | None:

        assert facts.extends is not None
        frame.path = frame.symbol = path_of(facts)
        frame.template = Rendering(facts, {}, {})
        value = frame.evaluate(facts.extends)
        return next(iter(self.named(value, facts.path, passed)), None)

    def named(self, value: Value, asking: str, without: set[str] | None = None) -> Iterator[TemplateFacts]:
        """The templates that a value may name."""
        for member in members(value):
            for name in names_in(member):
                found = self.templates.find(name, asking, frozenset(without or ()))
                if found is not None:
                    yield found
                    break

    # ------------------------------------------------------------ what a template mentions

    def mentions(self, facts: TemplateFacts) -> Mentions:
        found = self._mentions.get(facts)
        if found is None:
            with self._mentions.making(facts):
                names: set[str] = set()
                texts: set[str] = set()
                flags: set[str] = set()
                everything = self._collect(facts, names, texts, flags, set())
                mentioned = Mentions(frozenset(names), frozenset(texts), frozenset(flags), everything)
                found = self._mentions[facts] = mentioned
        return found

    def _collect(self, facts: TemplateFacts, names: set[str], texts: set[str], flags: set[str], seen: set[str]) -> bool:
        if facts.path in seen:
            return False
        seen.add(facts.path)
        own, named, asked = self._spoken(facts)
        names |= own
        flags |= asked
        everything = False
        for expr in named:
            if not isinstance(expr, ir.Constant):
                texts.update(node.id for node in nodes_in(expr) if isinstance(node, ir.Name))
                everything = everything or isinstance(expr, ir.Filter)
                continue
            without = frozenset(seen if expr is facts.extends else ())
            found = self.templates.find(str(expr.value), facts.path, without)
            if found is not None:
                everything = self._collect(found, names, texts, flags, seen) or everything
        return everything or (facts.extends is not None and not isinstance(facts.extends, ir.Constant))

    def _spoken(self, facts: TemplateFacts) -> Spoken:
        """The names in one template, the templates it names, and the names that are tests by themselves."""
        found = self._own.get(facts)
        if found is None:
            with self._own.making(facts):
                found = self._own[facts] = self._read(facts)
        return found

    def _read(self, facts: TemplateFacts) -> Spoken:
        names: set[str] = set()
        flags: set[str] = set()
        named = [facts.extends] if facts.extends is not None else []
        named += [template for _, template, _ in facts.imports]
        for node in nodes_in((facts.body, facts.macros, facts.extends)):
            if type(node) is ir.Name:
                names.add(node.id)
            elif type(node) is ir.If and type(node.test) is ir.Name:
                flags.add(node.test.id)
            elif type(node) is ir.Include:
                named.append(node.template)
            elif type(node) is ir.Tag:
                names |= self._context_names(node, facts)
        return names, named, flags

    def _context_names(self, node: ir.Tag, facts: TemplateFacts) -> set[str]:
        """What a tag that takes the context may look up in it: every text in its function."""
        tag = self.tags.tag(node.name, facts.libraries)
        body = self._body(tag.function) if tag is not None and tag.takes_context else None
        if body is None:
            return set()
        return {
            part.value for part in nodes_in(body.body) if isinstance(part, ir.Constant) and isinstance(part.value, str)
        }


def tells(value: Value, as_name: bool) -> bool:
    """Does the value make a difference to what a template reads of the database?"""
    teller = TELLERS.get(type(value))
    return True if teller is None else teller(value, as_name)


def mapping_tells(value: Mapping, as_name: bool) -> bool:
    values = [item for _, item in value.items] if value.of is None else [*(item for _, item in value.items), value.of]
    return value.from_rows or any(tells(item, True) for item in values)


def nothing_told(value: Value, as_name: bool) -> bool:
    return False


TELLERS: dict[type, Callable[[Any, bool], bool]] = {
    Unknown: nothing_told,
    Plain: nothing_told,
    Const: nothing_told,
    Tainted: nothing_told,
    Text: lambda value, as_name: as_name,
    Sequence: lambda value, as_name: value.from_rows or tells(value.of, as_name),
    Tuple: lambda value, as_name: any(tells(item, as_name) for item in value.items),
    Mapping: mapping_tells,
    Union: lambda value, as_name: any(tells(item, as_name) for item in value.members),
    Function: lambda value, as_name: value.bound is not None,
}


def names_in(value: Value) -> list[str]:
    """The template names that a value holds: a text, or a list of texts of which the first that exists is taken."""
    match value:
        case Text():
            name = text_of(value)
            return [] if name is None else [name]
        case Tuple():
            return [name for item in value.items for name in names_in(item)]
        case Sequence():
            return names_in(value.of)
        case Union():
            return [name for item in value.members for name in names_in(item)]
    return []


def path_of(facts: TemplateFacts) -> str:
    """The file in which a template stands; a text in Python code bears its line behind a `#`."""
    return facts.path.partition("#")[0]


def run_layer(frame: Frame, layer: Layer, block: tuple[str, int] = ("", 0)) -> None:
    """Run a block's body with the names of here and the places of where it stands."""
    assert frame.template is not None
    inner = frame.inside(path_of(layer.facts), "", path_of(layer.facts))
    inner.env = frame.env
    inner.template = replace(frame.template, facts=layer.facts, block=block)
    statements.execute(inner, layer.body)


def walk(body: tuple[ir.Stmt, ...]) -> Iterator[ir.Stmt]:
    """All statements of a template, inner ones too."""
    for statement in body:
        yield statement
        for part in ("body", "orelse"):
            yield from walk(getattr(statement, part, ()))
