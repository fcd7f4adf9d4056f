"""Template tags as Django has them underneath: a function that reads the tag's words and makes a Node, which renders.

Facts from django/template/base.py: Parser, Token, Variable, FilterExpression, Node, NodeList.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import FunctionInfo
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.values import PLAIN, UNKNOWN, Mapping, Object, Text, Tuple, Value, members
from djcheck.flow.python import formatting, statements
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.templates import rendering, templating
from djcheck.flow.templates.templating import TagBody

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex
    from djcheck.index.tags import TagFact

PARSER = "djcheck.Parser"
TOKEN = "djcheck.Token"
# A word, also as `Variable(word)` and `parser.compile_filter(word)` have it: `value` is what it stands for.
WORD = "djcheck.Word"
# The nodes between the tag and its end.
NODES = "djcheck.NodeList"


def run(frame: Frame, found: TagFact, node: ir.Tag) -> None:
    """A tag whose compile function the project has: its Node is made and rendered."""
    made = frame.evaluator.call(frame, found.function, Arguments([Object(PARSER), token(frame, node)], {}), node.span)
    nodes = [(member, method) for member in members(made) if (method := render_method(frame, member)) is not None]
    if not nodes:
        rendering.passed_over(frame, node)
    for member, method in nodes:
        render(frame, member, method, node)


def render_method(frame: Frame, value: Value) -> FunctionInfo | None:
    method = frame.evaluator.index.member(value.qualname, "render") if isinstance(value, Object) else None
    return method if isinstance(method, FunctionInfo) else None


def token(frame: Frame, node: ir.Tag) -> Object:
    """The words of the tag, as `token.split_contents()` gives them."""
    parts = [*node.args, *(keyword.value for keyword in node.keywords)]
    words: list[Value] = [taint.constant(node.name), *(word(frame, part) for part in parts)]
    if node.target is not None:
        words += [taint.constant("as"), taint.constant(node.target)]
    return Object(TOKEN, (("words", Tuple(tuple(words))),))


def word(frame: Frame, part: ir.Expr) -> Value:
    value = frame.evaluate(part)
    return value if isinstance(value, Text) else Object(WORD, (("value", value),))


def render(frame: Frame, made: Value, method: FunctionInfo, node: ir.Tag) -> None:
    """`render(self, context)`, run here and now: it may put names into the context, and render the tag's body."""
    body = frame.evaluator.body(method)
    renderer = frame.evaluator.renderer
    if body is None or renderer is None or len(body.parameters) < 2:
        rendering.passed_over(frame, node)
        return
    inner = frame.inside(method.path, method.module, method.qualname, method.owner)
    own, context = (parameter.name for parameter in body.parameters[:2])
    inner.env.update({own: made, context: rendering.context_of(frame)})
    running = TagBody(frame, node)
    inner.tag_body = running
    statements.run_body(inner, body)
    if not running.rendered:
        # Nobody was seen to render the body: it is there to be rendered all the same.
        statements.execute(frame, node.body)
    formatting.stringify(frame, frame.evaluator.result_of(inner, body), ir.Name(node.name, node.span))
    after = inner.env.get(context)
    if isinstance(after, Mapping):
        frame.env.update({name: value for name, value in after.items if templating.tells(value, True)})


def render_body(frame: Frame, context: Value) -> Value:
    """`self.nodelist.render(context)`."""
    running = frame.tag_body
    if running is not None:
        running.rendered = True
        inner = frame.inside(running.frame.path, running.frame.module, running.frame.symbol)
        inner.template = running.frame.template
        inner.env.update(running.frame.env)
        for member in members(context):
            if isinstance(member, Mapping):
                inner.env.update(dict(member.items))
        statements.execute(inner, running.tag.body)
    return PLAIN


# ------------------------------------------------------------------ what compile functions and nodes call


def first(arguments: Arguments) -> Value:
    return arguments.positional[0] if arguments.positional else UNKNOWN


def variable(frame: Frame, arguments: Arguments, node: Call) -> Value:
    """`Variable(word)`; a text is a name that only the context knows."""
    found = first(arguments)
    return found if isinstance(found, Object) else Object(WORD)


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """A method that the project's class has from the framework; None where this room knows nothing of it."""
    kind = receiver.qualname
    if kind == TOKEN and name in ("split_contents", "split"):
        return receiver.get("words")
    if kind == PARSER:
        return {"compile_filter": variable(frame, arguments, node), "parse": Object(NODES)}.get(name)
    if kind == WORD and name == "resolve":
        return receiver.get("value") or UNKNOWN
    return render_body(frame, first(arguments)) if kind == NODES and name == "render" else None


def inherited_attribute(receiver: Object, name: str) -> Value | None:
    """`token.contents`, of which only `split()` is of interest."""
    return receiver if receiver.qualname == TOKEN and name == "contents" else None


HANDLERS: dict[str, Callable[[Frame, Arguments, Call], Value]] = {
    "django.template.Variable": variable,
    "django.template.base.Variable": variable,
}


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """What the framework does by itself with the project's classes: nothing but in templates."""
    return iter(())
