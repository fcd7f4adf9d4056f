"""The framework's side of the project's classes: each room of it is asked in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from djcheck.flow.admin import site
from djcheck.flow.forms import forms, shown_forms
from djcheck.flow.libraries import pages, tables
from djcheck.flow.python import incoming
from djcheck.flow.rest_framework import serializing, viewsets
from djcheck.flow.templates import node_tags
from djcheck.flow.views import decorated_views, feeds, generic_views, views

if TYPE_CHECKING:
    from djcheck.domain.index import FunctionInfo
    from djcheck.domain.ir import Call
    from djcheck.domain.source import Span
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.flow.lattice.values import Class, Instance, Object, Value
    from djcheck.flow.python.parameters import Arguments
    from djcheck.index.project import ProjectIndex


class Room(Protocol):
    """The doors that every room of the framework has."""

    HANDLERS: dict[str, Callable[[Frame, Arguments, Call], Value]]

    def inherited_method(
        self, frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call
    ) -> Value | None: ...

    def entries(self, index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]: ...


ROOMS: tuple[Room, ...] = (views, serializing, site, feeds, forms, node_tags)
# What calling a function of the framework means.
HANDLERS = {name: handler for room in ROOMS for name, handler in room.HANDLERS.items()}


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """The result of a framework method on an object of the project's class; None where it has no meaning here."""
    for room in ROOMS:
        found = room.inherited_method(frame, receiver, name, arguments, node)
        if found is not None:
            return found
    return None


def method_of_model(frame: Frame, instance: Instance, name: str, span: Span) -> Value | None:
    """The result of a library's method on an object of the project's model; None where it has no meaning here."""
    return pages.inherited_method(frame, instance, name, span)


def inherited_attribute(frame: Frame, receiver: Object, name: str, span: Span) -> Value | None:
    """An attribute that an object of the project's class has from the framework (`serializer.data`)."""
    field = shown_forms.inherited_attribute(frame, receiver, name)
    if field is not None:
        return field
    if node_tags.inherited_attribute(receiver, name) is not None:
        return receiver
    fetched = generic_views.inherited_attribute(frame, receiver, name, span)
    if fetched is not None:
        return fetched
    outside = incoming.of_object(frame, receiver, name, span)
    return serializing.inherited_attribute(frame, receiver, name, span) if outside is None else outside


def iterated(frame: Frame, receiver: Object) -> Object | None:
    """What a loop over an object gives that is the framework's (a form's fields); None for other objects."""
    return shown_forms.fields(frame, receiver)


def construct(frame: Frame, callee: Class, arguments: Arguments, span: Span) -> Value | None:
    """An object of a class that the framework gives a meaning; None for other classes."""
    tables.fill(frame, callee, arguments, span)
    made = serializing.construct(frame, callee, arguments, span)
    return tables.filtered(frame, callee, arguments) if made is None else made


def self_fields(index: ProjectIndex, owner: str, info: FunctionInfo) -> tuple[tuple[str, Value], ...]:
    """What `self` is known to hold while a method runs that the framework calls."""
    return viewsets.self_fields(index, owner, info) or generic_views.self_fields(index, owner, info)


def request_of_function(evaluator: Evaluator, info: FunctionInfo) -> None:
    """What a request to a function view does beyond the function itself: decorators hand it what they fetched."""
    decorated_views.request(evaluator, info)


def is_played(index: ProjectIndex, owner: str, name: str) -> bool:
    """Does the framework's side evaluate a view's method for each view that inherits it?"""
    return viewsets.is_played(index, owner, name) or generic_views.is_played(index, owner, name)


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """What the framework does by itself with the project's classes, requests to its views aside."""
    for room in ROOMS:
        if room is not views:
            yield from room.entries(index)


def requests(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """What requests to the project's class-based views and pages do: in many projects as much as all the rest."""
    yield from views.entries(index)
    yield from pages.entries(index)
