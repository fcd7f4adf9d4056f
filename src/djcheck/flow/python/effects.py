"""Methods and functions of libraries: what they give and whether they ask, as `rules/libraries/*.yaml` declare it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.flow.lattice.values import NUMBER, UNKNOWN, Class, Instance, QuerySet, Sequence, Value
from djcheck.flow.orm import choices, querysets

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame
    from djcheck.flow.python.parameters import Arguments
    from djcheck.index.libraries import MethodEffect

PASSED = "@"


def of_queryset(frame: Frame, receiver: QuerySet, name: str, node: Call) -> Value | None:
    """`pages.live()`; None where no library says what the method does."""
    for owner in (receiver.manager_class if receiver.is_manager else None, receiver.queryset_class):
        effect = None if owner is None else frame.evaluator.index.method_effect(owner, name)
        if effect is not None:
            queryset = querysets.initial(frame, receiver, node.span)
            queryset = querysets.with_source(queryset, querysets.extend_origin(frame, queryset, node.span))
            rows = replace(querysets.lazy(frame, queryset), narrowed=True, source=querysets.own_source(queryset))
            return given(frame, effect, rows, name, node.span)
    return None


def of_model(frame: Frame, model: str, name: str, arguments: Arguments, node: Call) -> Value | None:
    """`node.get_children()`, `Folder.get_root_nodes()`; None where no library says what the method does."""
    effect = frame.evaluator.index.method_effect(model, name)
    return None if effect is None else by_effect(frame, effect, model, name, arguments, node)


def of_function(frame: Frame, dotted: str, arguments: Arguments, node: Call) -> Value | None:
    """`get_objects_for_user(user, "view_book", Book)`; None where no library says what the function does."""
    effect = frame.evaluator.index.libraries.method(dotted)
    return None if effect is None else by_effect(frame, effect, None, dotted.rpartition(".")[2], arguments, node)


def by_effect(
    frame: Frame, effect: MethodEffect, own: str | None, name: str, arguments: Arguments, node: Call
) -> Value:
    passed = argument(effect.model, arguments) if effect.model.startswith(PASSED) else None
    if isinstance(passed, QuerySet):
        rows: QuerySet | None = querysets.lazy(frame, querysets.initial(frame, replace(passed, limit=None), node.span))
    else:
        model = passed.qualname if isinstance(passed, Class) else model_of(frame, effect.model, own)
        rows = None if model is None else choices.default_rows(frame, model, node.span)
    if rows is None:
        return NUMBER if effect.gives == "value" and name.startswith("is_") else UNKNOWN
    return given(frame, effect, replace(rows, narrowed=True), name, node.span)


def argument(spelling: str, arguments: Arguments) -> Value | None:
    """`@2:klass`: the argument passed third, or as `klass`."""
    position, _, keyword = spelling.removeprefix(PASSED).partition(":")
    if keyword in arguments.keywords:
        return arguments.keywords[keyword]
    return arguments.positional[int(position)] if int(position) < len(arguments.positional) else None


def model_of(frame: Frame, spelling: str, own: str | None) -> str | None:
    """The model that a declaration speaks of: `self`, `user`, `.relation`, a label or a class."""
    index = frame.evaluator.index
    if spelling == "self":
        return own
    if spelling == "user":
        return index.user_model()
    if spelling.startswith("."):
        model = None if own is None else index.model(own)
        relation = None if model is None else model.relations.get(spelling[1:])
        return None if relation is None else relation.target
    found = index.model_by_label(spelling) or index.model(spelling)
    return None if found is None else found.key


def given(frame: Frame, effect: MethodEffect, rows: QuerySet, name: str, span: Span) -> Value:
    """What a call gives of these rows; what it asks or writes is told."""
    if effect.opaque:
        rows = replace(rows, eager=replace(rows.eager, opaque=True))
    if effect.writes or (effect.queries and effect.gives != "rows"):
        querysets.run_always(frame, rows, name, span, is_write=effect.writes)
    if effect.gives in ("queryset", "manager"):
        return rows
    if effect.gives == "rows":
        if effect.queries:
            querysets.run_rows(frame, rows, name, span)
        return Sequence(querysets.row(rows), None, True)
    if effect.gives == "instance":
        found = querysets.row(replace(rows, varies=querysets.created(frame, rows)))
        return replace(found, single_fetch=True) if isinstance(found, Instance) else found
    return UNKNOWN
