"""What the functions of Python and Django mean: builtins, itertools, shortcuts, Prefetch, …"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.flow.lattice import enumerations, taint
from djcheck.flow.lattice.joining import join, join_all
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    NONE,
    UNKNOWN,
    Class,
    External,
    Instance,
    Object,
    QuerySet,
    Sequence,
    Union,
    Value,
    members,
)
from djcheck.flow.orm import eager, pagination, queryset_construction, querysets, sqltext
from djcheck.flow.python import calls, effects, pythonic
from djcheck.flow.python.parameters import Arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame


def call(frame: Frame, callee: External, arguments: Arguments, node: ir.Call) -> Value:
    """A call of something that another package defines."""
    name = callee.name
    handler = HANDLERS.get(name)
    if handler is None and name.startswith("builtins."):
        handler = pythonic.BUILTINS.get(name[9:])
    if handler is None:
        handler = pythonic.LIBRARY.get(name)
    if handler is None:
        from djcheck.flow import machinery

        handler = machinery.HANDLERS.get(name)
    if handler is not None:
        result = handler(frame, arguments, node)
        if name in pythonic.GOING_OVER:
            pythonic.keep_rows(frame, arguments, node)
        return result
    sink = sqltext.external_sink(frame, name, arguments, node)
    if sink is not None:
        return sink
    found = effects.of_function(frame, name, arguments, node)
    if found is not None:
        return found
    calls.pass_on(frame, arguments, node.span)
    return External(name, True)


# ------------------------------------------------------------------ Django


def queryset_of(frame: Frame, value: Value, node: ir.Call) -> Value:
    """What `get_object_or_404` accepts: a model class, a manager or a queryset."""
    found: Value | None = None
    for member in members(value):
        queryset: Value = UNKNOWN
        if isinstance(member, Class):
            manager = querysets.manager_of(frame, member.qualname, "_default_manager", node.span)
            queryset = manager if manager is not None else UNKNOWN
        elif isinstance(member, QuerySet):
            queryset = querysets.grow(frame, member, node.span)
        found = queryset if found is None else join(found, queryset)
    return found or UNKNOWN


def get_object_or_404(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    return single_of(frame, arguments, node)


def single_of(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    if not arguments.positional:
        return UNKNOWN
    results = []
    for member in members(queryset_of(frame, arguments.positional[0], node)):
        if isinstance(member, QuerySet):
            results.append(querysets.query_method(frame, member, "get", Arguments([], {}), node))
    return join_all(list(results))


def get_list_or_404(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    if not arguments.positional:
        return UNKNOWN
    queryset = queryset_of(frame, arguments.positional[0], node)
    if not isinstance(queryset, QuerySet):
        return UNKNOWN
    return calls.as_sequence(frame, querysets.lazy(frame, querysets.initial(frame, queryset, node.span)), node.span)


def prefetch(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    fields = dict(arguments.keywords)
    fields.update(zip(("lookup", "queryset", "to_attr"), arguments.positional, strict=False))
    return Object(eager.PREFETCH, tuple(sorted(fields.items(), key=lambda item: item[0])))


def prefetch_related_objects(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    """The list's rows hold the relations from here on."""
    if not arguments.positional or not node.args:
        return NONE
    value = arguments.positional[0]
    lookups = Arguments(arguments.positional[1:], {}, arguments.rest)
    changed = with_prefetch(frame, value, lookups)
    target = node.args[0]
    if isinstance(target, ir.Name) and target.id in frame.env:
        frame.env[target.id] = changed
    elif isinstance(target, ir.Collection):
        for item in target.items:
            if isinstance(item, ir.Name) and item.id in frame.env:
                frame.env[item.id] = with_prefetch(frame, frame.env[item.id], lookups)
    return NONE


def with_prefetch(frame: Frame, value: Value, lookups: Arguments) -> Value:
    match value:
        case Instance():
            dummy = QuerySet(value.model, value.source, value.eager, value.varies)
            return replace(value, eager=eager.apply(frame, dummy, "prefetch_related", lookups).eager)
        case QuerySet():
            return eager.apply(frame, value, "prefetch_related", lookups)
        case Sequence():
            return replace(value, of=with_prefetch(frame, value.of, lookups))
        case Union():
            return join_all([with_prefetch(frame, member, lookups) for member in value.members])
    return value


def get_model(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    """`get_model("app", "Model")`, `apps.get_model("app.Model")`."""
    texts = [text_of(value) for value in arguments.positional]
    texts += [text_of(arguments.keywords[key]) for key in ("app_label", "model_name") if key in arguments.keywords]
    if not texts or any(text is None for text in texts):
        return UNKNOWN
    found = frame.evaluator.index.model_by_label(".".join(text for text in texts if text))
    return UNKNOWN if found is None else Class(found.key)


def get_user_model(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    user = frame.evaluator.index.user_model()
    return UNKNOWN if user is None else Class(user)


def call_object_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: ir.Call) -> Value:
    paged = pagination.call_method(frame, receiver, name)
    return paged if paged is not None else inherited_method(frame, receiver, name, arguments, node)


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: ir.Call) -> Value:
    """A method that only a base class of another package has, called on an object of the project's class."""
    from djcheck.flow import machinery

    found = machinery.inherited_method(frame, receiver, name, arguments, node)
    if found is not None:
        return found
    calls.pass_on(frame, arguments, node.span)
    return UNKNOWN


def method_of_model(frame: Frame, instance: Instance, name: str, span: Span) -> Value | None:
    """A method that only a base class of another package has, called on an object of the project's model."""
    from djcheck.flow import machinery

    return machinery.method_of_model(frame, instance, name, span)


def call_class_method(frame: Frame, receiver: Class, name: str, arguments: Arguments, node: ir.Call) -> Value:
    if name == "from_queryset":
        return receiver
    if name == "__subclasses__":
        return subclasses(frame, receiver)
    found = effects.of_model(frame, receiver.qualname, name, arguments, node)
    if found is not None:
        return found
    calls.pass_on(frame, arguments, node.span)
    return UNKNOWN


def subclasses(frame: Frame, cls: Class) -> Value:
    """`Metric.__subclasses__()`: the project's classes that extend it directly."""
    index = frame.evaluator.index
    all_of_them = frozenset(index.subclasses(cls.qualname))
    direct = [name for name in sorted(all_of_them) if all_of_them.isdisjoint(index.mro(name)[1:])]
    return Sequence(join_all([Class(name) for name in direct]), len(direct)) if direct else UNKNOWN


def construct(frame: Frame, callee: Class, arguments: Arguments, node: ir.Call) -> Value | None:
    """Objects that the framework gives a meaning; None for ordinary classes."""
    from djcheck.flow import machinery

    index = frame.evaluator.index
    made = machinery.construct(frame, callee, arguments, node.span)
    if made is not None:
        return made
    if pagination.is_made_as_django_does(index, callee.qualname):
        return pagination.paginator(frame, arguments, node)
    if index.is_a(callee.qualname, "django.db.models.Prefetch"):
        return prefetch(frame, arguments, node)
    if enumerations.is_enumeration(index, callee.qualname):
        return taint.safe(callee.qualname.rpartition(".")[2])
    return queryset_construction.construct(frame, callee.qualname, arguments, node)


def call_result(frame: Frame, receiver: External, name: str, arguments: Arguments, node: ir.Call) -> Value:
    """A method of what another package returned (`connection.cursor()` gives a cursor)."""
    sink = sqltext.external_method(frame, receiver, name, arguments, node)
    if sink is not None:
        return sink
    given = arguments.positional[:1]
    if name in PROGRESS_METHODS and isinstance(next(iter(given), None), QuerySet | Sequence):
        return given[0]
    calls.pass_on(frame, arguments, node.span)
    if receiver.name in REGULAR_EXPRESSIONS:
        return UNKNOWN
    return External(f"{receiver.name}.{name}", True)


REGULAR_EXPRESSIONS = frozenset({"re.compile", "re.match", "re.search"})


def lazily(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    """A wrapper that hands on its first argument."""
    return arguments.positional[0] if arguments.positional else UNKNOWN


# Progress bars hand on what they go over; so do the methods of those that are objects.
PROGRESS_BARS = (
    "tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.asyncio.tqdm", "rich.progress.track", "click.progressbar",
    "progressbar.progressbar", "alive_progress.alive_it",
)  # fmt: skip
PROGRESS_METHODS = frozenset({"track", "iter"})


def on_commit(frame: Frame, arguments: Arguments, node: ir.Call) -> Value:
    calls.pass_on(frame, arguments, node.span)
    return NONE


HANDLERS: dict[str, Callable[[Frame, Arguments, ir.Call], Value]] = {
    "django.shortcuts.get_object_or_404": get_object_or_404,
    "django.shortcuts.aget_object_or_404": get_object_or_404,
    "rest_framework.generics.get_object_or_404": get_object_or_404,
    "django.shortcuts.get_list_or_404": get_list_or_404,
    "django.shortcuts.aget_list_or_404": get_list_or_404,
    "django.db.models.Prefetch": prefetch,
    "django.db.models.QuerySet": queryset_construction.construct_plain,
    "django.db.models.prefetch_related_objects": prefetch_related_objects,
    "django.db.models.aprefetch_related_objects": prefetch_related_objects,
    "django.apps.apps.get_model": get_model,
    "django.contrib.auth.get_user_model": get_user_model,
    "django.contrib.auth.get_user": get_user_model,
    pagination.CLASS: pagination.paginator,
    "django.db.transaction.on_commit": on_commit,
    "django.utils.functional.SimpleLazyObject": lazily,
    "django.utils.safestring.mark_safe": lazily,
    "copy.copy": lazily,
    "copy.deepcopy": lazily,
    "asgiref.sync.sync_to_async": lazily,
    "asgiref.sync.async_to_sync": lazily,
    "functools.partial": lazily,
    **dict.fromkeys(PROGRESS_BARS, lazily),
}
