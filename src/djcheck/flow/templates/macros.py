"""Jinja2: macros, imported templates, and the functions that a project gives to its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.flow.lattice.values import PLAIN, UNKNOWN, Closure, External, Function, Object, Value
from djcheck.flow.python import statements

if TYPE_CHECKING:
    from djcheck.domain.facts import MacroFact, TemplateFacts
    from djcheck.flow.frame import Frame
    from djcheck.flow.python.parameters import Arguments

BUILTINS = frozenset(("range", "dict"))
MACROS = "djcheck.Macros"
MACRO = "<macro>"


def named(frame: Frame, name: str) -> Value:
    """What a name stands for that the context does not hold."""
    renderer, template = frame.evaluator.renderer, frame.template
    assert renderer is not None
    assert template is not None
    facts = template.facts
    for macro in facts.macros:
        if macro.name == name:
            return closure(frame, facts, macro)
    for local, source, imported in facts.imports:
        if local == name:
            return from_import(frame, facts, source, imported)
    given = frame.evaluator.jinja.functions.get(name)
    if given is not None:
        return given
    found = renderer.tags.jinja_function(name)
    if found is not None and found.kind != "inclusion_tag":
        return Function(found.function.qualname)
    if found is not None:
        return Object(f"{TAG}{name}")
    return External(f"builtins.{name}") if name in BUILTINS else UNKNOWN


TAG = "djcheck.tag:"


def from_import(frame: Frame, facts: TemplateFacts, source: ir.Expr, imported: str | None) -> Value:
    renderer = frame.evaluator.renderer
    assert renderer is not None
    for template in renderer.named(frame.evaluate(source), facts.path):
        macros = {macro.name: closure(frame, template, macro) for macro in template.macros}
        if imported is not None:
            return macros.get(imported, UNKNOWN)
        return Object(MACROS, tuple(sorted(macros.items(), key=lambda item: item[0])))
    return UNKNOWN


def closure(frame: Frame, facts: TemplateFacts, macro: MacroFact) -> Closure:
    body = ir.FunctionIR(macro.name, macro.parameters, macro.body, False, False, macro.span)
    return Closure(body, {}, facts.path, MACRO, facts.path, None)


def enter(inner: Frame, outer: Frame, callee: Closure) -> None:
    """A macro's body is a template's code: names and filters are those of the template it stands in."""
    from djcheck.flow.templates.templating import Rendering

    renderer = outer.evaluator.renderer
    if callee.module == MACRO and renderer is not None:
        facts = renderer.templates.at(callee.path, "jinja2")
        if facts is not None:
            inner.module = ""
            inner.template = Rendering(facts, {}, {})
            inner.env["caller"] = outer.env.get("caller", UNKNOWN)


def call_tag(frame: Frame, receiver: Object, arguments: Arguments, node: ir.Call) -> Value | None:
    """A function that shows its result in a template (django-jinja's `render_with`)."""
    from djcheck.flow.templates import rendering

    renderer = frame.evaluator.renderer
    if renderer is None or frame.template is None or not receiver.qualname.startswith(TAG):
        return None
    found = renderer.tags.jinja_function(receiver.qualname[len(TAG) :])
    if found is None:
        return None
    if found.takes_context:
        arguments.positional.insert(0, rendering.context_of(frame))
    result = frame.evaluator.call(frame, found.function, arguments, node.span)
    rendering.render_result(frame, found, result, node.span)
    return PLAIN


def call_block(frame: Frame, node: ir.Tag) -> None:
    """`{% call(row) macro(rows) %}…`: the macro runs the body where it says `caller(row)`."""
    if not node.args:
        statements.execute(frame, node.body)
        return
    call, *names = node.args
    parameters = tuple(ir.Parameter(name.id, "positional", None, None) for name in names if isinstance(name, ir.Name))
    body = ir.FunctionIR("caller", parameters, node.body, False, False, node.span)
    hidden = frame.env.get("caller")
    frame.env["caller"] = Closure(body, dict(frame.env), frame.path, MACRO, frame.symbol, None)
    frame.evaluate(call)
    if hidden is None:
        frame.env.pop("caller", None)
    else:
        frame.env["caller"] = hidden
