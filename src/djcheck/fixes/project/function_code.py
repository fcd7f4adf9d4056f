"""One function's code as a tree whose nodes know their places in the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar, cast

import libcst as cst
from libcst import BatchableCSTVisitor
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from djcheck.domain.finding import Edit
from djcheck.domain.source import Place, Span
from djcheck.fixes.editing.chains import NotFixable, name_of
from djcheck.fixes.editing.edits import inserting, replacing
from djcheck.fixes.project.evidence import contains
from djcheck.fixes.project.project import Project

Node = TypeVar("Node", bound=cst.CSTNode)
LINES = (cst.SimpleStatementLine, cst.SimpleStatementSuite)
BINDING = (cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.For, cst.CompFor, cst.NamedExpr, cst.AsName)
FUNCTIONS = (cst.FunctionDef, cst.Lambda, cst.ClassDef)


class FunctionCode:
    """The function or method in which a place lies. Raises NotFixable where there is none that can be parsed."""

    def __init__(self, place: Place, project: Project) -> None:
        function = project.function_at(place)
        if function is None:
            raise NotFixable("it stands in no function")
        span = function.fact.span
        lines = project.lines_of(place.path)[span.line - 1 : span.end_line]
        self.path = place.path
        self._lines_of = project.lines_of
        self._code = project.code
        # Below an `if`, a method keeps its indentation.
        above = ["if True:"] if lines[0][:1].isspace() else []
        self._moved = span.line - 1 - len(above)
        try:
            self._tree = tree_in("\n".join([*above, *lines]) + "\n")
        except cst.ParserSyntaxError as error:
            raise NotFixable("the function cannot be parsed apart") from error

    # ------------------------------------------------------------ places

    def span(self, node: cst.CSTNode) -> Span:
        at = self._tree.positions[node]
        return Span(at.start.line + self._moved, at.start.column + 1, at.end.line + self._moved, at.end.column + 1)

    def place(self, node: cst.CSTNode) -> Place:
        return Place(self.path, self.span(node))

    def code(self, node: cst.CSTNode) -> str:
        """The node's code as it stands in the file, without brackets around it."""
        return self._code(self.place(node))

    def at(self, place: Place, kind: type[Node]) -> Node:
        """The node of a kind that takes up just this place. Raises NotFixable where there is none."""
        for node in self.all(kind):
            if self.span(node) == place.span:
                return node
        raise NotFixable("the code at its place has another form")

    def call_around(self, place: Place, method: str) -> cst.Call:
        """The innermost call of a method in which a place lies. Raises NotFixable where there is none."""
        found = self.innermost((each for each in self.all(cst.Call) if name_of(each) == method), place)
        if found is None:
            raise NotFixable("the code at its place has another form")
        return found

    def innermost(self, nodes: Iterable[Node], place: Place) -> Node | None:
        """The one of some nodes that stands closest around a place."""
        around = (each for each in nodes if contains(self.span(each), place.span))
        return max(around, key=lambda each: (self.span(each).line, self.span(each).column), default=None)

    def all(self, *kinds: type[Node]) -> Iterator[Node]:
        """The nodes of just these classes: `isinstance` takes its time with libcst's, which are abstract."""
        return (cast(Node, node) for node in self._tree.positions if type(node) in kinds)

    def within(self, outer: cst.CSTNode, *kinds: type[Node]) -> Iterator[Node]:
        """The nodes of some kinds in a node, itself among them, but for the insides of functions in it."""
        found, waiting = [outer], [outer]
        while waiting:
            node = waiting.pop()
            if type(node) not in FUNCTIONS:
                found += self._tree.children[node]
                waiting += self._tree.children[node]
        chosen = [cast(Node, node) for node in found if type(node) in kinds]
        return iter(sorted(chosen, key=self._tree.order.__getitem__))

    # ------------------------------------------------------------ surroundings

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What a node stands in, the innermost first, up to the function's own header."""
        while (parent := self._tree.parents.get(node)) is not None and type(parent) not in FUNCTIONS:
            yield parent
            node = parent

    def is_in(self, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
        return any(above is outer for above in self.above(node))

    def bracketed(self, node: cst.BaseExpression, code: str) -> str:
        """Code that takes an expression's place, in brackets where what stands around it may bind closer."""
        above = next(self.above(node))
        loose = cst.If | cst.Assign | cst.Return | cst.Arg | cst.BooleanOperation
        return code if isinstance(above, loose) else f"({code})"

    def fresh(self, name: str) -> str:
        """A name that the function does not use yet: `name`, or with `_` behind it."""
        used = {each.value for each in self.all(cst.Name) if not self._is_part(each)}
        while name in used:
            name += "_"
        return name

    def names_in(self, outer: cst.CSTNode) -> Iterator[str]:
        """The names in a node, but for those of attributes and keywords."""
        yield from (node.value for node in self.within(outer, cst.Name) if not self._is_part(node))

    def _is_part(self, node: cst.Name) -> bool:
        """Is it the name of an attribute or keyword?"""
        above = self._tree.parents.get(node)
        return (isinstance(above, cst.Attribute) and above.attr is node) or (
            isinstance(above, cst.Arg) and above.keyword is node
        )

    def bound_in(self, outer: cst.CSTNode) -> Iterator[str]:
        """The names that get a value in a node."""
        for node in self.within(outer, *BINDING):
            yield from self.names_in(target_of(node))

    def bound_twice(self) -> Iterator[str]:
        """The names that get a value more than once, or in a loop."""
        counted = Counter(name for node in self.all(*BINDING) for name in self.names_in(target_of(node)))
        yield from (name for name, times in counted.items() if times > 1)
        for loop in self.all(cst.For):
            yield from self.bound_in(loop)

    def bare_uses(self, name: str, but: Place) -> Iterator[cst.Name]:
        """Where a name's value is used as it stands, not asked for an attribute; what lies in `but` left out."""
        targets = {each for node in self.all(*BINDING) for each in self.within(target_of(node), cst.Name)}
        for node in self.all(cst.Name):
            asked = isinstance(self._tree.parents.get(node), cst.Attribute)
            if node.value == name and not asked and node not in targets and not contains(but.span, self.span(node)):
                yield node

    def only_value(self, name: str, use: Place) -> cst.BaseExpression:
        """What a name is given once, to be used once: at `use`. Raises NotFixable where there is more to it."""
        given = [node for node in self.all(cst.Assign) if any(name in self.names_in(each) for each in node.targets)]
        uses = [node for node in self.all(cst.Name) if node.value == name and name in self.names_in(node)]
        plain = len(given) == 1 and len(given[0].targets) == 1 and isinstance(given[0].targets[0].target, cst.Name)
        if not plain or len(uses) != 2 or not contains(use.span, self.span(uses[-1])):
            raise NotFixable("the text is put together, or used, in several places")
        return given[0].value

    def assigned_from(self, name: str) -> set[str]:
        """What is called to make the values that a name is given; "iter" for a generator expression."""
        found = set()
        for node in self.all(cst.Assign):
            if any(isinstance(each.target, cst.Name) and each.target.value == name for each in node.targets):
                value = node.value
                while isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute):
                    found.add(value.func.attr.value)
                    value = value.func.value
                if isinstance(value, cst.Call) and isinstance(value.func, cst.Name):
                    found.add(value.func.value)
                if isinstance(value, cst.GeneratorExp):
                    found.add("iter")
        return found

    # ------------------------------------------------------------ edits

    def replaced(self, node: cst.CSTNode, code: str) -> Edit:
        return replacing(self.place(node), code)

    def line_before(self, statement: cst.For, code: str) -> Edit:
        """`code` as a line of its own before a statement and the comments that belong to it."""
        return self.lines_before(statement, [code])

    def lines_before(self, statement: cst.For | cst.If | cst.SimpleStatementLine, lines: Iterable[str]) -> Edit:
        """Lines of code before a statement and the comments that belong to it."""
        line = self.span(statement).line
        for above in reversed(statement.leading_lines):
            if above.comment is None:
                break
            line -= 1
        return inserting(self.path, line, 1, "".join(f"{self._indent(statement)}{each}\n" for each in lines))

    def line_after(self, statement: cst.For, code: str) -> Edit:
        """`code` as a line of its own behind a statement."""
        whole = self.span(statement)
        inner = (self.span(each) for each in self.all(*LINES))
        line = max(span.end_line for span in inner if contains(whole, span))
        end = len(self._lines_of(self.path)[line - 1]) + 1
        return inserting(self.path, line, end, f"\n{self._indent(statement)}{code}")

    def _indent(self, statement: cst.CSTNode) -> str:
        span = self.span(statement)
        return self._lines_of(self.path)[span.line - 1][: span.column - 1]


def target_of(node: cst.CSTNode) -> cst.CSTNode:
    """What gets the value in a node of one of the kinds of BINDING."""
    return node.name if isinstance(node, cst.AsName) else getattr(node, "target", node)


class Tree(NamedTuple):
    """Where each node of some code stands, which comes before which, what it stands in and what stands in it."""

    positions: Mapping[cst.CSTNode, CodeRange]
    order: Mapping[cst.CSTNode, int]
    parents: Mapping[cst.CSTNode, cst.CSTNode]
    children: Mapping[cst.CSTNode, Sequence[cst.CSTNode]]


class Positioned(MetadataWrapper):
    """libcst's wrapper visits the whole tree for providers that work by visits, even where there are none."""

    def visit_batched(self, visitors: Iterable[BatchableCSTVisitor], *others: Any, **named: Any) -> cst.CSTNode:
        visitors = list(visitors)
        return super().visit_batched(visitors, *others, **named) if visitors else self.module


@lru_cache(maxsize=16)
def tree_in(code: str) -> Tree:
    """The tree of some code; findings in one function mostly follow one another."""
    wrapper = Positioned(cst.parse_module(code), unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    children = children_in(wrapper.module)
    parents = {child: node for node, inner in children.items() for child in inner}
    return Tree(positions, {node: at for at, node in enumerate(positions)}, parents, children)


def children_in(tree: cst.CSTNode) -> dict[cst.CSTNode, list[cst.CSTNode]]:
    """What stands in each node. libcst's own `children` visits each of them to say so."""
    found: dict[cst.CSTNode, list[cst.CSTNode]] = {}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        inner = found[node] = []
        for name in field_names(type(node)):
            value: object = getattr(node, name)
            if isinstance(value, list | tuple):
                inner += [each for each in value if isinstance(each, cst.CSTNode)]
            elif cst.CSTNode in type(value).__mro__:
                inner.append(cast(cst.CSTNode, value))
        waiting += inner
    return found


@cache
def field_names(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
