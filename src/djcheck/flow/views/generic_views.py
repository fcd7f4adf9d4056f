"""Django's generic views: which rows they fetch, under which names templates get them, and which template that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.domain.source import Place, Span
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.joining import join_all
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    NONE,
    PLAIN,
    UNKNOWN,
    Class,
    Instance,
    Mapping,
    Method,
    Object,
    QuerySet,
    Request,
    Source,
    Tuple,
    Union,
    Unknown,
    Value,
    members,
)
from djcheck.flow.orm import pagination, querysets
from djcheck.flow.python import attributes, calls, externals, request_methods
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.views import views

if TYPE_CHECKING:
    from types import ModuleType

    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

NOWHERE = Span(1, 1, 1, 1)
VIEW = "django.views.generic.View"
LIST = "django.views.generic.MultipleObjectMixin"
DETAIL = "django.views.generic.SingleObjectMixin"
CREATE = "django.views.generic.BaseCreateView"
FORM = "django.views.generic.FormMixin"
CONTEXT = "django.views.generic.ContextMixin"
TEMPLATE = "django.views.generic.TemplateResponseMixin"
REST = "rest_framework.views.APIView"
# What a view holds once its request has begun, by the base that fetches it.
FETCHED = {"object_list": LIST, "object": DETAIL}

# Default template names are the model's with a suffix (django.views.generic: template_name_suffix).
SUFFIXES = {
    "django.views.generic.DetailView": "_detail",
    "django.views.generic.CreateView": "_form",
    "django.views.generic.UpdateView": "_form",
    "django.views.generic.DeleteView": "_confirm_delete",
    "django.views.generic.ListView": "_list",
    "django.views.generic.ArchiveIndexView": "_archive",
    "django.views.generic.YearArchiveView": "_archive_year",
    "django.views.generic.MonthArchiveView": "_archive_month",
    "django.views.generic.WeekArchiveView": "_archive_week",
    "django.views.generic.DayArchiveView": "_archive_day",
    "django.views.generic.TodayArchiveView": "_archive_day",
}


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """A GET request to each class-based view whose `get` is not its own function (those are evaluated anyway)."""
    for qualname in index.classes():
        if not index.is_a(qualname, VIEW) or index.is_a(qualname, REST):
            continue
        get = index.member(qualname, "get")
        if not isinstance(get, FunctionInfo) or get.owner != qualname:
            yield partial(request, qualname)


def is_played(index: ProjectIndex, owner: str, name: str) -> bool:
    """Is a method that a view defines evaluated for each view that has it from there, too?"""
    return name == "get" and index.is_a(owner, VIEW) and not index.is_a(owner, REST)


def request(qualname: str, evaluator: Evaluator) -> None:
    info = evaluator.index.class_info(qualname)
    if info is not None and not evaluator.routes.leads_to_heirs_only(qualname):
        evaluator.act(info.path, info.module, qualname, qualname, partial(play, qualname, info))


def play(qualname: str, info: ClassInfo, frame: Frame, fields: tuple[tuple[str, Value], ...] = ()) -> None:
    request = Request(methods=request_methods.GET)
    view = with_field(Object(qualname, fields), "request", request)
    span = header(info)
    node = ir.Call(ir.Name("get", span), (), (), span)
    call_self(frame, view, "get", Arguments([request], {}, rest=True), node)


def self_fields(index: ProjectIndex, owner: str, info: FunctionInfo) -> tuple[tuple[str, Value], ...]:
    """What a view knows of itself while it handles a request: of which method that is."""
    methods = request_methods.HANDLERS.get(info.fact.name)
    return (("request", Request(methods=methods)),) if methods and index.is_a(owner, VIEW, REST) else ()


def library_views() -> ModuleType:
    """The room of other libraries' view bases, which itself needs this one."""
    from djcheck.flow.libraries import library_views

    return library_views


def header(info: ClassInfo) -> Span:
    """The line of the class statement, decorators aside."""
    first = info.fact.bases[0].span if info.fact.bases else info.fact.span
    return replace(first, column=1) if info.fact.bases else first


def call_self(frame: Frame, view: Object, name: str, arguments: Arguments, node: ir.Call) -> Value:
    """Call a method of the view: the project's own, or what the framework defines."""
    member = frame.evaluator.index.member(view.qualname, name)
    if isinstance(member, FunctionInfo):
        bound = Arguments([view, *arguments.positional], arguments.keywords, arguments.rest)
        return frame.evaluator.call(frame, member, bound, node.span)
    return externals.inherited_method(frame, view, name, arguments, node)


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: ir.Call) -> Value | None:
    built_in = METHODS.get(name)
    if built_in is None or not frame.evaluator.index.is_a(receiver.qualname, CONTEXT, TEMPLATE, VIEW):
        return None
    if frame.evaluator.index.is_a(receiver.qualname, REST):
        return None
    return built_in(frame, receiver, arguments, node)


def own(frame: Frame, view: Object, name: str) -> Value | None:
    """An attribute that the project's classes give the view; None where only the framework's default is left."""
    if view.get(name) is None:
        member = frame.evaluator.index.member(view.qualname, name)
        if member is None and frame.evaluator.assigned_attribute(view.qualname, name) is None:
            return None
    found = attributes.attribute(frame, view, name, NOWHERE)
    return None if isinstance(found, Unknown) or found == NONE else found


def with_field(view: Object, name: str, value: Value) -> Object:
    fields = dict(view.fields)
    fields[name] = value
    return Object(view.qualname, tuple(sorted(fields.items(), key=lambda item: item[0])), view.varies)


# ------------------------------------------------------------------ rows


def get_queryset(frame: Frame, view: Object, arguments: Arguments, node: ir.Call) -> Value | None:
    index = frame.evaluator.index
    if not index.is_a(view.qualname, LIST, DETAIL):
        return None
    queryset = own(frame, view, "queryset")
    if queryset is not None and any(isinstance(member, QuerySet) for member in members(queryset)):
        return everything(frame, queryset, node)
    return model_rows(frame, view, own(frame, view, "model"), node)


def everything(frame: Frame, value: Value, node: ir.Call) -> Value:
    found = [
        calls.invoke(frame, Method(member, "all"), Arguments([], {}), node) if isinstance(member, QuerySet) else member
        for member in members(value)
    ]
    return join_all(found)


def model_rows(frame: Frame, view: Object, model: Value | None, node: ir.Call) -> Value:
    """`model = Book`: the rows of its default manager come from that line."""
    results: list[Value] = []
    for member in members(model) if model is not None else ():
        if not isinstance(member, Class):
            continue
        manager = querysets.manager_of(frame, member.qualname, "_default_manager", node.span)
        if manager is not None:
            place = declaration(frame, view, "model")
            origin = manager.source.origin
            if place is not None:
                manager = replace(manager, source=Source(replace(origin, place=place)))
            results.append(everything(frame, manager, node))
    return join_all(results)


def declaration(frame: Frame, view: Object, name: str) -> Place | None:
    member = frame.evaluator.index.member(view.qualname, name)
    if isinstance(member, tuple) and member[1].value is not None:
        return Place(member[0].path, member[1].value.span)
    return None


def get_object(frame: Frame, view: Object, arguments: Arguments, node: ir.Call) -> Value | None:
    if not frame.evaluator.index.is_a(view.qualname, DETAIL):
        return None
    rows = arguments.positional[0] if arguments.positional else arguments.keywords.get("queryset", NONE)
    if rows == NONE or isinstance(rows, Unknown):
        rows = call_self(frame, view, "get_queryset", Arguments([], {}), node)
    found = [
        querysets.query_method(frame, member, "get", Arguments([], {}), node)
        for member in members(rows)
        if isinstance(member, QuerySet)
    ]
    return join_all(found)


def paginate_queryset(frame: Frame, view: Object, arguments: Arguments, node: ir.Call) -> Value | None:
    rows = arguments.positional[0] if arguments.positional else UNKNOWN
    page = pagination.page(frame, rows)
    paginator = pagination.of_rows(rows)
    return Tuple((paginator, page, page.get("object_list") or UNKNOWN, PLAIN))


def get_paginator(frame: Frame, view: Object, arguments: Arguments, node: ir.Call) -> Value | None:
    given = arguments.positional[:1] or [arguments.keywords.get("queryset", UNKNOWN)]
    return pagination.of_rows(given[0])


def inherited_attribute(frame: Frame, view: Object, name: str, span: Span) -> Value | None:
    """`self.object_list` and `self.object` after the base view's `get` or `post`, which set them first of all."""
    index = frame.evaluator.index
    if name not in FETCHED or not index.is_a(view.qualname, FETCHED[name]) or index.is_a(view.qualname, CREATE, REST):
        return None
    if frame.loops or frame.evaluator.assigned_attribute(view.qualname, name) is not None:
        return None
    node = ir.Call(ir.Name(name, span), (), (), span)
    if name == "object":
        return call_self(frame, view, "get_object", Arguments([], {}), node)
    found: Value = library_views().narrowed(
        frame, view, call_self(frame, view, "get_queryset", Arguments([], {}), node), node
    )[0]
    return found


# ------------------------------------------------------------------ context


def get_context_data(frame: Frame, view: Object, arguments: Arguments, node: ir.Call) -> Value | None:
    index = frame.evaluator.index
    if not index.is_a(view.qualname, CONTEXT):
        return None
    given = dict(arguments.keywords)
    items: dict[str, Value] = {"view": view}
    if index.is_a(view.qualname, LIST):
        items.update(list_context(frame, view, given, node))
    elif index.is_a(view.qualname, DETAIL):
        items.update(detail_context(frame, view, node))
    library_views().show(frame, view, node)
    if index.is_a(view.qualname, FORM) and "form" not in given:
        items["form"] = call_self(frame, view, "get_form", Arguments([], {}), node)
    extra = own(frame, view, "extra_context")
    if isinstance(extra, Mapping):
        items.update(extra.items)
    items.update(given)
    return Mapping(tuple(sorted(items.items(), key=lambda item: item[0])))


def list_context(frame: Frame, view: Object, given: dict[str, Value], node: ir.Call) -> dict[str, Value]:
    rows = given.pop("object_list", None)
    if rows is None or rows == NONE or isinstance(rows, Unknown):
        rows = own(frame, view, "object_list") or UNKNOWN
    items: dict[str, Value] = {}
    if is_paginated(frame, view):
        page = pagination.page(frame, rows)
        items["paginator"] = pagination.of_rows(rows)
        items["page_obj"] = page
        rows = page.get("object_list") or UNKNOWN
    items["object_list"] = rows
    for name in object_names(frame, view, rows, "_list", node):
        items[name] = rows
    return items


def is_paginated(frame: Frame, view: Object) -> bool:
    index = frame.evaluator.index
    return own(frame, view, "paginate_by") is not None or index.member(view.qualname, "get_paginate_by") is not None


def detail_context(frame: Frame, view: Object, node: ir.Call) -> dict[str, Value]:
    found = own(frame, view, "object")
    if found is None:
        return {}
    items = {"object": found}
    items.update(dict.fromkeys(object_names(frame, view, found, "", node), found))
    return items


def object_names(frame: Frame, view: Object, value: Value, suffix: str, node: ir.Call) -> list[str]:
    """`context_object_name`, else the model's name."""
    method = frame.evaluator.index.member(view.qualname, "get_context_object_name")
    if isinstance(method, FunctionInfo):
        named = call_self(frame, view, "get_context_object_name", Arguments([value], {}), node)
        return [text for member in members(named) if (text := text_of(member)) is not None]
    declared = own(frame, view, "context_object_name")
    text = text_of(declared) if declared is not None else None
    if text is not None:
        return [text]
    return [f"{name}{suffix}" for name in model_names(frame, value)]


def model_names(frame: Frame, value: Value) -> list[str]:
    found = []
    for member in members(value):
        model = frame.evaluator.index.model(member.model) if isinstance(member, QuerySet | Instance) else None
        if model is not None:
            found.append(model.name.lower())
    return found


def get_context_object_name(frame: Frame, view: Object, arguments: Arguments, node: ir.Call) -> Value | None:
    value = arguments.positional[0] if arguments.positional else UNKNOWN
    suffix = "_list" if frame.evaluator.index.is_a(view.qualname, LIST) else ""
    names = object_names(frame, view, value, suffix, node)
    return taint.constant(names[0]) if names else NONE


# ------------------------------------------------------------------ requests and responses


def get(frame: Frame, view: Object, arguments: Arguments, node: ir.Call) -> Value | None:
    """What the base view does with a GET request: fetch, build the context, render."""
    index = frame.evaluator.index
    given: dict[str, Value] = {}
    if index.is_a(view.qualname, LIST):
        rows = call_self(frame, view, "get_queryset", Arguments([], {}), node)
        rows, given = library_views().narrowed(frame, view, rows, node)
        library_views().show_columns(frame, view, rows)
        view = with_field(view, "object_list", rows)
    elif index.is_a(view.qualname, CREATE):
        view = with_field(view, "object", NONE)
    elif index.is_a(view.qualname, DETAIL):
        view = with_field(view, "object", call_self(frame, view, "get_object", Arguments([], {}), node))
    if not index.is_a(view.qualname, CONTEXT):
        return UNKNOWN
    context = call_self(frame, view, "get_context_data", Arguments([], given), node)
    return call_self(frame, view, "render_to_response", Arguments([context], {}), node)


def render_to_response(frame: Frame, view: Object, arguments: Arguments, node: ir.Call) -> Value | None:
    if not frame.evaluator.index.is_a(view.qualname, TEMPLATE):
        return None
    context = arguments.positional[0] if arguments.positional else arguments.keywords.get("context", UNKNOWN)
    names = call_self(frame, view, "get_template_names", Arguments([], {}), node)
    views.render_names(frame, names, context, node.span, request=True)
    return UNKNOWN


def get_template_names(frame: Frame, view: Object, arguments: Arguments, node: ir.Call) -> Value | None:
    named = own(frame, view, "template_name")
    defaults = default_names(frame, view)
    if named is None:
        return Tuple(tuple(taint.constant(name) for name in defaults))
    several = [Tuple((member, *(taint.constant(name) for name in defaults))) for member in members(named)]
    return several[0] if len(several) == 1 else Union(tuple(several))


def default_names(frame: Frame, view: Object) -> list[str]:
    """`<app>/<model><suffix>.html`."""
    index = frame.evaluator.index
    rows = own(frame, view, "object_list") or own(frame, view, "object") or UNKNOWN
    suffix = own(frame, view, "template_name_suffix")
    ending = text_of(suffix) if suffix is not None else None
    if ending is None:
        bases = index.mro(view.qualname)
        ending = next(
            (SUFFIXES[base] for base in bases if base in SUFFIXES), "_list" if index.is_a(view.qualname, LIST) else ""
        )
    models = [member.model for member in members(rows) if isinstance(member, QuerySet | Instance)]
    models += [member.qualname for member in members(own(frame, view, "model") or UNKNOWN) if isinstance(member, Class)]
    found = []
    for key in models:
        model = index.model(key)
        if model is not None and ending:
            found.append(f"{model.label.partition('.')[0]}/{model.name.lower()}{ending}.html")
    return list(dict.fromkeys(found))


METHODS: dict[str, Callable[[Frame, Object, Arguments, ir.Call], Value | None]] = {
    "get_queryset": get_queryset,
    "get_object": get_object,
    "get_paginator": get_paginator,
    "paginate_queryset": paginate_queryset,
    "get_context_data": get_context_data,
    "get_context_object_name": get_context_object_name,
    "get": get,
    "render_to_response": render_to_response,
    "get_template_names": get_template_names,
}
