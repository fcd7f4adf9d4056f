"""Templates: what their tags do on abstract values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from djcheck.domain import ir
from djcheck.domain.observation import Loop
from djcheck.flow.lattice.values import (
    PLAIN,
    UNKNOWN,
    Instance,
    Mapping,
    Object,
    Sequence,
    Text,
    Tuple,
    Union,
    Value,
    members,
)
from djcheck.flow.orm.relations import merge_known
from djcheck.flow.python import assignment, calls, formatting, iteration, operators, statements
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.templates import macros, templating
from djcheck.flow.templates.templating import Layer, run_layer

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from djcheck.flow.frame import Frame
    from djcheck.flow.templates.templating import Renderer, Rendering
    from djcheck.index.tags import TagFact

GROUP = "djcheck.Group"


def state(frame: Frame) -> tuple[Renderer, Rendering]:
    """The renderer and the template that the frame runs."""
    renderer, template = frame.evaluator.renderer, frame.template
    assert renderer is not None
    assert template is not None
    return renderer, template


def name(frame: Frame, node: ir.Name) -> Value:
    """A name that the context does not hold: in Jinja2 it may be a macro, an import or a global."""
    if frame.template is not None and frame.template.is_jinja:
        return macros.named(frame, node.id)
    return UNKNOWN


# ------------------------------------------------------------------ inclusion and inheritance


def include(frame: Frame, node: ir.Include) -> None:
    value = frame.evaluate(node.template)
    extra = {name: frame.evaluate(part) for name, part in node.extra}
    context = extra if node.isolated else {**frame.env, **extra}
    for template in included(frame, value):
        render_here(frame, template, context, node.span)


def included(frame: Frame, value: Value) -> list[Any]:
    """The templates that an include may mean: by name, or all whose name fits what is known of it."""
    renderer, template = state(frame)
    found = list(renderer.named(value, template.facts.path))
    for member in members(value):
        if not found and isinstance(member, Text):
            found = renderer.templates.fitting(member.pieces)
    return found


def render_here(frame: Frame, template: Any, context: dict[str, Value], span: Any) -> None:
    renderer, _ = state(frame)
    renderer.render(frame, template, context, span, f"includes `{template.path}`")


def block(frame: Frame, node: ir.Block) -> None:
    run_block(frame, node.name, 0, Layer(state(frame)[1].facts, node.body))


def run_block(frame: Frame, name: str, position: int, own: Layer | None = None) -> None:
    _, template = state(frame)
    layers = template.blocks.get(name, [])
    if position < len(layers):
        run_layer(frame, layers[position], (name, position))
    elif own is not None:
        run_layer(frame, own, (name, position))


def block_super(frame: Frame) -> Value:
    """`{{ block.super }}`, `{{ super() }}`: the same block of the template that this one extends."""
    _, template = state(frame)
    name, position = template.block
    if name:
        run_block(frame, name, position + 1)
    return PLAIN


# ------------------------------------------------------------------ names and rows


def scope(frame: Frame, node: ir.Scope) -> None:
    bound = {name: frame.evaluate(value) for name, value in node.bindings}
    hidden = {name: frame.env.get(name) for name in bound}
    frame.env.update(bound)
    statements.execute(frame, node.body)
    for name, value in hidden.items():
        if value is None:
            frame.env.pop(name, None)
        else:
            frame.env[name] = value


def regroup(frame: Frame, node: ir.Regroup) -> None:
    rows = frame.evaluate(node.rows)
    key, item = read_each(frame, rows, node.key, node.span, node.rows)
    frame.env[node.target] = Sequence(grouped(key, having(item, node.key), "list"), *group_count(key))


def group_count(key: Value) -> tuple[int | None, bool]:
    """How many groups there are: one where the key is the same object for all rows."""
    lone = isinstance(key, Instance) and not any(type(item) is Loop for item in key.varies)
    return (1, False) if lone else (None, True)


def read_each(frame: Frame, rows: Value, path: str, span: Any, node: ir.Expr) -> tuple[Value, Value]:
    """What a path gives for each row, and a row."""
    loop, item = iteration.iterate(frame, rows, node.span, span, noted=True)
    operators.mark_evaluated(frame, node, rows)
    with frame.iterating(loop):
        return read_path(frame, item, path, span), item


def read_path(frame: Frame, value: Value, path: str, span: Any) -> Value:
    """`a.b` looked up as templates do."""
    for part in path.replace("__", ".").split("."):
        value = calls.lenient_attribute(frame, value, ir.Attribute(ir.Name("", span), part, span, lenient=True))
    return value


def having(value: Value, path: str) -> Value:
    """A row after the path was read of it: it holds the first relation on it now."""
    first = path.partition(".")[0]
    found = [merge_known(member, first) if type(member) is Instance else member for member in members(value)]
    return found[0] if len(found) == 1 else Union(tuple(found))


def grouped(key: Value, item: Value, rows_name: str) -> Value:
    """One group: by its names, and unpacked."""
    rows = Sequence(item, None, True)
    fields = tuple(sorted({"grouper": key, rows_name: rows, "list": rows}.items(), key=lambda pair: pair[0]))
    return Union((Object(GROUP, fields), Tuple((key, rows))))


# ------------------------------------------------------------------ tags


def tag(frame: Frame, node: ir.Tag) -> None:
    special = SPECIAL.get(node.name)
    if special is not None:
        special(frame, node)
        return
    renderer, template = state(frame)
    found = renderer.tags.tag(node.name, template.facts.libraries) if not template.is_jinja else None
    if found is None:
        passed_over(frame, node)
        return
    if found.kind == "tag":
        node_tags().run(frame, found, node)
        return
    result = call_tag(frame, found, node)
    if node.target is not None:
        frame.env[node.target] = result
    else:
        formatting.stringify(frame, result, ir.Name(node.name, node.span))


def node_tags() -> ModuleType:
    """The room of tags with a Node of their own, which itself needs this one."""
    from djcheck.flow.templates import node_tags

    return node_tags


def passed_over(frame: Frame, node: ir.Tag) -> None:
    """A tag of which nothing is known: its words are evaluated, its body runs."""
    for part in (*node.args, *(keyword.value for keyword in node.keywords)):
        formatting.hand_on(frame, frame.evaluate(part), part)
    statements.execute(frame, node.body)
    if node.target is not None:
        frame.env[node.target] = UNKNOWN


def call_tag(frame: Frame, found: TagFact, node: ir.Tag) -> Value:
    positional = [frame.evaluate(part) for part in node.args]
    keywords = {keyword.name: frame.evaluate(keyword.value) for keyword in node.keywords if keyword.name}
    if found.kind == "simple_block_tag":
        statements.execute(frame, node.body)
        positional.insert(0, PLAIN)
    if found.takes_context:
        positional.insert(0, context_of(frame))
    arguments = Arguments(positional, keywords)
    result, after = frame.evaluator.call_with_context(frame, found.function, arguments, node.span)
    if found.takes_context and found.kind != "inclusion_tag" and isinstance(after, Mapping):
        frame.env.update({name: value for name, value in after.items if templating.tells(value, True)})
    if found.kind == "inclusion_tag":
        render_result(frame, found, result, node.span)
        return PLAIN
    return result


def context_of(frame: Frame) -> Mapping:
    """The template's context, as a function that takes it sees it."""
    items = sorted((name, value) for name, value in frame.env.items() if templating.tells(value, True))
    return Mapping(tuple(sorted(items, key=lambda item: item[0])), UNKNOWN)


def render_result(frame: Frame, found: TagFact, result: Value, span: Any) -> None:
    """An inclusion tag shows the dict that its function returns in a template of its own."""
    renderer, template = state(frame)
    if found.template is None:
        return
    facts = renderer.templates.find(found.template, template.facts.path)
    for member in members(result):
        if facts is not None and isinstance(member, Mapping):
            render_here(frame, facts, dict(member.items), span)


def cached(frame: Frame, node: ir.Tag) -> None:
    """`{% cache %}`: how often the body runs is the cache's to say."""
    frame.cached_guard += 1
    passed_over(frame, node)
    frame.cached_guard -= 1


def text_of_body(frame: Frame, node: ir.Tag) -> None:
    passed_over(frame, node)
    if node.target is not None:
        frame.env[node.target] = PLAIN


def partialdef(frame: Frame, node: ir.Tag) -> None:
    """Django 6's `{% partialdef name inline %}`."""
    _, template = state(frame)
    words = [part.value for part in node.args if isinstance(part, ir.Constant)]
    if words:
        template.partials[str(words[0])] = Layer(template.facts, node.body)
    if "inline" in words:
        statements.execute(frame, node.body)


def partial(frame: Frame, node: ir.Tag) -> None:
    _, template = state(frame)
    words = [part.value for part in node.args if isinstance(part, ir.Constant)]
    found = template.partials.get(str(words[0])) if words else None
    if found is not None:
        run_layer(frame, found)


def recurse_tree(frame: Frame, node: ir.Tag) -> None:
    """django-mptt's `{% recursetree nodes %}`: its body runs for each node."""
    if not node.args:
        return
    rows = frame.evaluate(node.args[0])
    loop, item = iteration.iterate(frame, rows, node.args[0].span, node.span, noted=True)
    with frame.iterating(loop):
        assignment.assign(frame, ir.Name("node", node.span), having(item, "children"))
        statements.execute(frame, node.body)


def first_of(frame: Frame, node: ir.Tag) -> None:
    for part in node.args:
        formatting.stringify(frame, frame.evaluate(part), part)


SPECIAL: dict[str, Callable[[Frame, ir.Tag], None]] = {
    "cache": cached,
    "blocktrans": text_of_body,
    "blocktranslate": text_of_body,
    "trans": text_of_body,
    "translate": text_of_body,
    "url": text_of_body,
    "set": text_of_body,
    "call": macros.call_block,
    "partialdef": partialdef,
    "partial": partial,
    "recursetree": recurse_tree,
    "firstof": first_of,
}

# What templates say joins what Python says.
statements.HANDLERS.update(
    {
        ir.Include: include,
        ir.Tag: tag,
        ir.Block: block,
        ir.Scope: scope,
        ir.Regroup: regroup,
    }
)
