"""Views: what Django's generic views do, and how a view's context reaches its template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from djcheck.domain.index import FunctionInfo
from djcheck.flow.lattice.values import NONE, UNKNOWN, Mapping, Object, Request, Value, members
from djcheck.flow.libraries import library_views
from djcheck.flow.python import attributes
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.views import components, generic_views

if TYPE_CHECKING:
    from djcheck.domain.index import FunctionInfo
    from djcheck.domain.ir import Call
    from djcheck.domain.source import Span
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

TEMPLATE = "djcheck.Template"
# What the context processors of Django give (docs: "Built-in template context processors").
FROM_DJANGO = (
    "DEFAULT_MESSAGE_LEVELS",
    "LANGUAGES",
    "LANGUAGE_BIDI",
    "LANGUAGE_CODE",
    "MEDIA_URL",
    "STATIC_URL",
    "TIME_ZONE",
    "csrf_token",
    "debug",
    "messages",
    "perms",
    "sql_queries",
)


def render_names(frame: Frame, names: Value, context: Value, span: Span, *, request: bool) -> None:
    """Render what `names` may name with each context that it may get."""
    renderer = frame.evaluator.renderer
    if renderer is None:
        return
    found = list(renderer.named(names, frame.path))
    if not found:
        return
    around, whole = request_context(frame, span) if request else ({}, True)
    for facts in found:
        for member in members(context):
            items = dict(member.items) if isinstance(member, Mapping) else {}
            told = whole and is_whole(member)
            renderer.render(frame, facts, {**around, **items}, span, f"renders `{facts.path}`", whole=told)


def is_whole(context: Value) -> bool:
    """Does the code spell out all that a context holds?"""
    if isinstance(context, Mapping):
        return context.of is None and context.size == len(context.items)
    return context == NONE


def request_context(frame: Frame, span: Span) -> tuple[dict[str, Value], bool]:
    """What every template rendered for a request can look up; are these all the names?"""
    found: dict[str, Value] = {"request": Request(), "user": attributes.attribute(frame, Request(), "user", span)}
    named = processors(frame.evaluator)
    whole = bool(named) and all(own is not None or dotted.startswith("django.") for dotted, own in named.items())
    for info in context_processors(frame.evaluator):
        result = frame.evaluator.call(frame, info, Arguments([Request()], {}), span)
        for member in members(result):
            if isinstance(member, Mapping):
                found.update(member.items)
            whole = whole and isinstance(member, Mapping) and member.of is None
    return {**dict.fromkeys(FROM_DJANGO, UNKNOWN), **found}, whole


def context_processors(evaluator: Evaluator) -> Iterator[FunctionInfo]:
    """The project's own context processors."""
    return (own for own in processors(evaluator).values() if own is not None)


def processors(evaluator: Evaluator) -> dict[str, FunctionInfo | None]:
    """All context processors of the settings, by dotted name; None for those of other packages."""
    index = evaluator.index
    named = {name: None for engine in index.settings.templates for name in engine.context_processors}
    found = {dotted: index.named_in_settings(dotted) for dotted in named}
    return {dotted: each if isinstance(each, FunctionInfo) else None for dotted, each in found.items()}


def argument(arguments: Arguments, position: int, name: str) -> Value:
    if name in arguments.keywords:
        return arguments.keywords[name]
    return arguments.positional[position] if position < len(arguments.positional) else NONE


def render(frame: Frame, arguments: Arguments, node: Call) -> Value:
    """`render(request, template, context)`, `TemplateResponse(…)`."""
    name = "template" if "template" in arguments.keywords else "template_name"
    names, context = argument(arguments, 1, name), argument(arguments, 2, "context")
    render_names(frame, names, context, node.span, request=True)
    return UNKNOWN


def render_to_string(frame: Frame, arguments: Arguments, node: Call) -> Value:
    request = argument(arguments, 2, "request") != NONE
    names, context = argument(arguments, 0, "template_name"), argument(arguments, 1, "context")
    render_names(frame, names, context, node.span, request=request)
    return UNKNOWN


def simple_response(frame: Frame, arguments: Arguments, node: Call) -> Value:
    render_names(frame, argument(arguments, 0, "template"), argument(arguments, 1, "context"), node.span, request=False)
    return UNKNOWN


def template(frame: Frame, arguments: Arguments, node: Call) -> Value:
    """`get_template(name)`, `select_template([…])`: a template to be rendered later."""
    return Object(TEMPLATE, (("name", arguments.positional[0] if arguments.positional else UNKNOWN),))


def context(frame: Frame, arguments: Arguments, node: Call) -> Value:
    """`Context({…})`."""
    return argument(arguments, 0, "dict_")


def request_bound(frame: Frame, arguments: Arguments, node: Call) -> Value:
    """`RequestContext(request, {…})`."""
    return argument(arguments, 1, "dict_")


def local_names(frame: Frame, arguments: Arguments, node: Call) -> Value:
    return Mapping(tuple(sorted(frame.env.items(), key=lambda item: item[0])))


# Functions of other packages, by canonical dotted name.
HANDLERS: dict[str, Callable[[Frame, Arguments, Call], Value]] = {
    "builtins.locals": local_names,
    "django.shortcuts.render": render,
    "django.template.response.TemplateResponse": render,
    "django.template.response.SimpleTemplateResponse": simple_response,
    "django.template.loader.render_to_string": render_to_string,
    "django.template.loader.get_template": template,
    "django.template.loader.select_template": template,
    "django.template.engines.get_template": template,
    "django.template.Context": context,
    "django.template.RequestContext": request_bound,
    "django.template.context.Context": context,
    "django.template.context.RequestContext": request_bound,
}


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """A method that the project's class has from the framework; None where this room knows nothing of it."""
    if receiver.qualname == TEMPLATE and name == "render":
        request = argument(arguments, 1, "request") != NONE
        rendered: Any = receiver.get("name") or UNKNOWN
        render_names(frame, rendered, argument(arguments, 0, "context"), node.span, request=request)
        return UNKNOWN
    found = generic_views.inherited_method(frame, receiver, name, arguments, node)
    return library_views.inherited_method(frame, receiver, name, arguments, node) if found is None else found


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """What the framework does by itself with the project's classes."""
    yield from generic_views.entries(index)
    yield from library_views.entries(index)
    yield from components.entries(index)
