"""Django REST framework's views: which rows a list request fetches, and which serializer writes them out.

Facts from Django REST framework's documentation ("Generic views", "ViewSets").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.domain.index import FunctionInfo
from djcheck.domain.observation import UNRESOLVED_BASE, Assumption, Origin
from djcheck.flow.lattice.joining import join_all
from djcheck.flow.lattice.taint import constant
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    NONE,
    UNKNOWN,
    Class,
    Const,
    Method,
    Object,
    QuerySet,
    Request,
    Value,
    members,
)
from djcheck.flow.orm import querysets
from djcheck.flow.python import attributes, calls, constructors, request_methods
from djcheck.flow.python.parameters import Arguments, bare_name
from djcheck.flow.python.serializer_context import OF_A_VIEW
from djcheck.flow.rest_framework.serializer_fields import is_serializer
from djcheck.index.reading import keyword, string

if TYPE_CHECKING:
    from djcheck.domain.index import ClassInfo
    from djcheck.domain.source import Span
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

VIEW = "rest_framework.views.APIView"
GENERIC = "rest_framework.generics.GenericAPIView"
LISTING = "rest_framework.mixins.ListModelMixin"
RETRIEVING = "rest_framework.mixins.RetrieveModelMixin"
METHODS = frozenset(
    (
        "get_queryset",
        "filter_queryset",
        "paginate_queryset",
        "get_object",
        "get_serializer",
        "get_serializer_class",
        "get_serializer_context",
        "get_paginated_response",
        "list",
        "retrieve",
    )
)


def is_generic(index: ProjectIndex, qualname: str) -> bool:
    if index.is_a(qualname, GENERIC, LISTING, RETRIEVING):
        return True
    if any(outside(name, ("ModelViewSet", "GenericViewSet", "APIView")) for name in index.mro(qualname)):
        return True
    return is_kept_elsewhere(index, qualname)


def outside(name: str, endings: tuple[str, ...]) -> bool:
    """A view of a package that extends the framework, going by what such packages call their classes."""
    return name.endswith(endings) and name.startswith(("rest_framework", "drf_", "rest_", "dj_rest"))


def is_kept_elsewhere(index: ProjectIndex, qualname: str) -> bool:
    """A view with serializers whose base is some other package's `…ViewSet`, of which nothing else is known."""
    if index.is_a(qualname, VIEW, GENERIC, LISTING, RETRIEVING) or not index.has_unknown_base(qualname):
        return False
    if all(index.member(qualname, name) is None for name in ("serializer_class", "get_serializer_class")):
        return False
    bases = [name for name in index.mro(qualname) if index.class_info(name) is None]
    return any(name.endswith("ViewSet") and not outside(name, ("ViewSet",)) for name in bases)


def self_fields(index: ProjectIndex, owner: str, info: FunctionInfo) -> tuple[tuple[str, Value], ...]:
    """What a viewset's method knows of itself: while it runs, `self.action` is its name.

    What `@action(serializer_class=…)` is given takes the place of the class's own attributes.
    """
    name = info.fact.name
    marks = marks_of(index, owner, info)
    if not (marks or name in request_methods.ACTIONS) or not index.is_a(owner, VIEW, GENERIC, LISTING):
        return ()
    given = [keyword(mark, "serializer_class") for mark in marks if isinstance(mark, ir.Call)]
    classes = [index.class_of(info.module, expression, owner) for expression in given if expression is not None]
    own = [("serializer_class", Class(found)) for found in classes if found is not None]
    return (*asked(name, request_methods.of_method(info)), *own)


def asked(action: str, methods: frozenset[str]) -> tuple[tuple[str, Value], ...]:
    """What a view holds while it answers a request for an action."""
    return (("action", constant(action)), ("request", Request(methods=methods)))


def marks_of(index: ProjectIndex, owner: str, info: FunctionInfo) -> list[ir.Expr]:
    """`@action(…)` on a method, or on the one whose URL it shares (`@titles.mapping.post`)."""
    for item in info.fact.decorators:
        shared = index.member(owner, request_methods.mapped_to(item))
        info = shared if isinstance(shared, FunctionInfo) else info
    return [item for item in info.fact.decorators if bare_name(item) in request_methods.EXTRA_ACTIONS]


# ------------------------------------------------------------------ methods of the framework


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: ir.Call) -> Value | None:
    if name not in METHODS or not is_generic(frame.evaluator.index, receiver.qualname):
        return None
    span = node.span
    first = arguments.positional[0] if arguments.positional else UNKNOWN
    match name:
        case "get_queryset":
            return declared_rows(frame, receiver, span)
        case "filter_queryset":
            return first
        case "paginate_queryset":
            return page_of(frame, first)
        case "get_object":
            return one_of(frame, receiver, node)
        case "get_serializer":
            return serializer_of(frame, receiver, arguments, span)
        case "get_serializer_class":
            return serializer_of_action(frame, receiver) or attributes.attribute(
                frame, receiver, "serializer_class", span
            )
        case "get_serializer_context":
            return OF_A_VIEW
        case "list":
            play_list(frame, receiver, span)
        case "retrieve":
            play_retrieve(frame, receiver, span)
    return UNKNOWN


def declared_rows(frame: Frame, receiver: Object, span: Span) -> Value:
    """`queryset.all()` of the class's `queryset`."""
    node = ir.Call(ir.Name("queryset", span), (), (), span)
    results: list[Value] = []
    for member in members(attributes.attribute(frame, receiver, "queryset", span)):
        if isinstance(member, QuerySet):
            results.append(querysets.query_method(frame, member, "all", Arguments([], {}), node))
    return join_all(results)


def page_of(frame: Frame, rows: Value) -> Value:
    """A page is as long as the reader asks for."""
    return join_all([querysets.lazy(frame, m) if isinstance(m, QuerySet) else m for m in members(rows)])


def rows_of(frame: Frame, receiver: Object, span: Span) -> Value:
    queryset = ask(frame, receiver, "get_queryset", [], span)
    rows = ask(frame, receiver, "filter_queryset", [queryset], span)
    if not is_kept_elsewhere(frame.evaluator.index, receiver.qualname):
        return rows
    return join_all([assumed(member) if isinstance(member, QuerySet) else member for member in members(rows)])


def assumed(rows: QuerySet) -> QuerySet:
    """Rows to which a base that nobody could read may add eager loads of its own."""
    origin = rows.source.origin
    if not isinstance(origin, Origin):
        return rows
    origin = replace(origin, assumed=Assumption(UNRESOLVED_BASE, typed=True))
    return replace(rows, source=replace(rows.source, origin=origin))


def one_of(frame: Frame, receiver: Object, node: ir.Call) -> Value:
    found: list[Value] = []
    for member in members(rows_of(frame, receiver, node.span)):
        if isinstance(member, QuerySet):
            found.append(querysets.built_in(frame, member, "get", Arguments([], {}), node))
    return join_all(found)


def serializer_of(frame: Frame, receiver: Object, arguments: Arguments, span: Span) -> Value:
    """`get_serializer(…)`: an object of the view's serializer class, with the view's context."""
    keywords = dict(arguments.keywords)
    if "context" not in keywords:
        is_own = frame.evaluator.index.member(receiver.qualname, "get_serializer_context") is not None
        keywords["context"] = ask(frame, receiver, "get_serializer_context", [], span) if is_own else OF_A_VIEW
    classes = ask(frame, receiver, "get_serializer_class", [], span)
    node = ir.Call(ir.Name("get_serializer", span), (), (), span)
    passed = Arguments(arguments.positional, keywords, arguments.rest)
    made = [constructors.construct(frame, cls, passed, node) for cls in members(classes) if isinstance(cls, Class)]
    return join_all(made)


def serializer_of_action(frame: Frame, view: Object) -> Class | None:
    """`serializer_action_classes = {"list": …}` of a view with a base that nobody could read: it chooses by the action.

    The framework has no such attribute; mixins of packages do, under several names.
    """
    index = frame.evaluator.index
    action = text_of(view.get("action") or UNKNOWN)
    if action is None or not index.has_unknown_base(view.qualname):
        return None
    for qualname in index.mro(view.qualname):
        info = index.class_info(qualname)
        for fact in info.fact.attributes if info is not None else ():
            chosen = of_key(fact.value, action)
            found = index.class_of(info.module, chosen) if info is not None and chosen is not None else None
            if found is not None and is_serializer(index, found):
                return Class(found)
    return None


def of_key(expression: ir.Expr | None, name: str) -> ir.Expr | None:
    """The value of a key in a dictionary that the code spells out."""
    pairs = expression.items if isinstance(expression, ir.Dictionary) else ()
    return next((value for key, value in pairs if string(key) == name), None)


def ask(frame: Frame, receiver: Object, name: str, values: list[Value], span: Span) -> Value:
    """Call a method of the view: the project's own, or the framework's."""
    node = ir.Call(ir.Name(name, span), (), (), span)
    callee = attributes.attribute(frame, receiver, name, span)
    if isinstance(callee, Method):
        found = inherited_method(frame, receiver, name, Arguments(values, {}), node)
        return UNKNOWN if found is None else found
    return calls.invoke(frame, callee, Arguments(values, {}), node)


# ------------------------------------------------------------------ requests


def play_list(frame: Frame, view: Object, span: Span) -> None:
    """A list request: the rows, filtered and paged, are written out by the view's serializer."""
    rows = ask(frame, view, "paginate_queryset", [rows_of(frame, view, span)], span)
    rows = join_all([member for member in members(rows) if member != NONE])
    write_out(frame, view, Arguments([rows], {"many": Const(True)}), span)


def play_retrieve(frame: Frame, view: Object, span: Span) -> None:
    """A request for one object: only rows nested in it are many. Where a list shows the same, that tells it all."""
    if takes(frame.evaluator.index, view.qualname, LISTING):
        listing = Object(view.qualname, asked("list", request_methods.GET))
        shown = [ask(frame, each, "get_serializer_class", [], span) for each in (listing, view)]
        if shown[0] == shown[1]:
            return
    write_out(frame, view, Arguments([ask(frame, view, "get_object", [], span)], {}), span)


def write_out(frame: Frame, view: Object, arguments: Arguments, span: Span) -> None:
    node = ir.Call(ir.Name("get_serializer", span), (), (), span)
    callee = attributes.attribute(frame, view, "get_serializer", span)
    if isinstance(callee, Method):
        serializer = serializer_of(frame, view, arguments, span)
    else:
        serializer = calls.invoke(frame, callee, arguments, node)
    for member in members(serializer):
        if isinstance(member, Object):
            attributes.attribute(frame, member, "data", span)


PLAYS: tuple[tuple[str, str, Callable[[Frame, Object, Span], None]], ...] = (
    ("list", LISTING, play_list),
    ("retrieve", RETRIEVING, play_retrieve),
)


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """A list request, and a request for one object, of each view that takes them."""
    for qualname in index.classes():
        if not is_generic(index, qualname) or is_base(index, qualname):
            continue
        info = index.class_info(qualname)
        for name, mixin, play in PLAYS:
            if info is not None and takes(index, qualname, mixin) and owner_of(index, qualname, name) != qualname:
                yield partial(enter, info, name, play)


def is_base(index: ProjectIndex, qualname: str) -> bool:
    """A class meant to be extended: what it lacks its subclasses may bring."""
    name = qualname.rpartition(".")[2]
    return bool(index.subclasses(qualname)) and any(word in name for word in ("Base", "Mixin", "Abstract"))


def takes(index: ProjectIndex, qualname: str, mixin: str) -> bool:
    if index.is_a(qualname, mixin):
        return True
    endings = ("ListAPIView", "ListCreateAPIView") if mixin == LISTING else ("RetrieveAPIView",)
    if any(outside(name, ("ModelViewSet", *endings)) for name in index.mro(qualname)):
        return True
    return mixin == LISTING and is_kept_elsewhere(index, qualname)


def owner_of(index: ProjectIndex, qualname: str, name: str) -> str | None:
    """The project's class that defines the method."""
    member = index.member(qualname, name)
    return member.owner if isinstance(member, FunctionInfo) else None


def is_played(index: ProjectIndex, owner: str, name: str) -> bool:
    """Is a method that a view defines evaluated for each view that has it from there, too?"""
    return is_generic(index, owner) and any(name == each and takes(index, owner, mixin) for each, mixin, _ in PLAYS)


def enter(info: ClassInfo, name: str, play: Callable[[Frame, Object, Span], None], evaluator: Evaluator) -> None:
    if evaluator.routes.leads_to_heirs_only(info.qualname):
        return
    view = Object(info.qualname, asked(name, request_methods.GET))
    span = stand(evaluator.index, info)

    def act(frame: Frame) -> None:
        member = evaluator.index.member(info.qualname, name)
        if isinstance(member, FunctionInfo):
            evaluator.call(frame, member, Arguments([view, Request(methods=request_methods.GET)], {}, True), span)
        else:
            play(frame, view, span)

    evaluator.act(info.path, info.module, f"{info.qualname}.{name}", info.qualname, act)


def stand(index: ProjectIndex, info: ClassInfo) -> Span:
    """Where a view's request stands: at what names its serializer, else at the class's first line."""
    for fact in info.fact.attributes:
        if fact.name == "serializer_class":
            return fact.span
    for method in info.fact.methods:
        if method.name in ("get_serializer_class", "get_queryset"):
            return method.header
    whole = info.fact.span
    return type(whole)(whole.line, whole.column, whole.line, whole.column + len("class ") + len(info.fact.name))
