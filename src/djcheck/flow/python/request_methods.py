"""Which HTTP methods can the request have that a view's function answers?

Facts from Django's documentation ("Base views", "View decorators") and Django REST framework's ("ViewSets",
"Function based views"). That a HEAD request is answered as a GET one is left aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.flow.python.parameters import bare_name
from djcheck.index.reading import argument, string

if TYPE_CHECKING:
    from djcheck.domain.index import FunctionInfo

Methods = frozenset[str]
ANY: Methods = frozenset()
GET: Methods = frozenset({"GET"})

HANDLERS = {name: frozenset({name.upper()}) for name in ("get", "post", "put", "patch", "delete", "options", "trace")}
ACTIONS = {
    "list": GET,
    "retrieve": GET,
    "create": frozenset({"POST"}),
    "update": frozenset({"PUT", "PATCH"}),  # the framework's `partial_update` calls it
    "partial_update": frozenset({"PATCH"}),
    "destroy": frozenset({"DELETE"}),
}
EXTRA_ACTIONS = frozenset({"action", "list_route", "detail_route"})
# Decorators of functions, by the position and name of the argument that lists the methods.
LISTING = {"require_http_methods": "request_method_list", "api_view": "http_method_names"}
REQUIRING = {"require_GET": GET, "require_safe": GET, "require_POST": frozenset({"POST"})}


def of_function(info: FunctionInfo) -> Methods:
    """What the decorators of a function say; ANY where they say nothing."""
    for decorator in info.fact.decorators:
        name = bare_name(decorator)
        if name in LISTING:
            return listed(decorator, LISTING[name])
        if name in REQUIRING:
            return REQUIRING[name]
    return ANY


def of_method(info: FunctionInfo) -> Methods:
    """The same of a view's method: its own name's, what `@action` lists, or `@other.mapping.post`."""
    for decorator in info.fact.decorators:
        if bare_name(decorator) in EXTRA_ACTIONS:
            return listed(decorator, "methods")
        if mapped_to(decorator):
            return HANDLERS[bare_name(decorator)]
    return HANDLERS.get(info.fact.name) or ACTIONS.get(info.fact.name, ANY)


def mapped_to(decorator: ir.Expr) -> str:
    """The action whose URL the decorated one shares: `titles` of `@titles.mapping.post`; or ""."""
    match decorator:
        case ir.Attribute(ir.Attribute(ir.Name(action), "mapping"), method) if method in HANDLERS:
            return action
    return ""


def listed(decorator: ir.Expr, name: str) -> Methods:
    """`["get", "post"]`, the first argument or that of the name; GET where there is none."""
    given = argument(decorator, 0, name) if isinstance(decorator, ir.Call) else None
    if given is None:
        return GET
    items = given.items if isinstance(given, ir.Collection) else ()
    found = [string(item) for item in items]
    methods = frozenset(text.upper() for text in found if text is not None)
    return methods - {"HEAD"} if None not in found else ANY
