"""Models whose objects are pages with a template of their own, as `rules/libraries/*.yaml` declare them (wagtail's)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.flow.admin.admin_classes import header
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import UNKNOWN, Instance, Mapping, Request, Value
from djcheck.flow.orm import choices, querysets
from djcheck.flow.python import attributes
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.views import views

if TYPE_CHECKING:
    from djcheck.domain.source import Span
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.libraries import PageBase
    from djcheck.index.project import ProjectIndex

CAPITAL = re.compile(r"(?<=[a-z])[A-Z]|[A-Z](?![A-Z]|$)")


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """A request for one page of each such model."""
    for qualname in index.classes():
        base = index.page_above(qualname)
        model = None if base is None else index.model(qualname)
        info = index.class_info(qualname)
        if base is not None and info is not None and model is not None and not model.abstract:
            yield partial(enter, info, base)


def enter(info: ClassInfo, base: PageBase, evaluator: Evaluator) -> None:
    def play(frame: Frame) -> None:
        span = header(info)
        served = evaluator.index.member(info.qualname, base.served)
        is_own = isinstance(served, FunctionInfo) and base.served not in evaluator.attributes_in(served)  # of super()
        page = None if is_own else one(frame, info.qualname, span)
        if page is not None:
            context = ask(frame, page, base.context, span)
            views.render_names(frame, ask(frame, page, base.chooser, span), context, span, request=True)

    evaluator.act(info.path, info.module, info.qualname, info.qualname, play)


def one(frame: Frame, model: str, span: Span) -> Instance | None:
    rows = choices.default_rows(frame, model, span)
    if rows is None:
        return None
    found = querysets.row(replace(rows, varies=querysets.created(frame, rows), narrowed=True))
    return replace(found, single_fetch=True) if isinstance(found, Instance) else None


def ask(frame: Frame, page: Instance, name: str, span: Span) -> Value:
    """What the project's own method gives, else the library's."""
    member = frame.evaluator.index.member(page.model, name)
    if isinstance(member, FunctionInfo):
        return frame.evaluator.call(frame, member, Arguments([page, Request()], {}), span)
    return inherited_method(frame, page, name, span) or UNKNOWN


def inherited_method(frame: Frame, page: Instance, name: str, span: Span) -> Value | None:
    """What the library's method of a page gives: its context, the name of its template; None for other methods."""
    base = frame.evaluator.index.page_above(page.model)
    if base is None or name not in (base.context, base.chooser):
        return None
    if name == base.chooser:
        return own(frame, page, base.template, span) or taint.constant(default_name(frame.evaluator.index, page.model))
    named = own(frame, page, base.named_by, span)
    names = (*base.names, *(() if named is None else (text_of(named) or "",)))
    items: dict[str, Value] = {"request": Request(), **dict.fromkeys(names, page)}
    return Mapping(tuple(sorted(items.items(), key=lambda item: item[0])))


def own(frame: Frame, page: Instance, name: str, span: Span) -> Value | None:
    """What the project's class says in an attribute."""
    if frame.evaluator.index.member(page.model, name) is None:
        return None
    return attributes.attribute(frame, page, name, span)


def default_name(index: ProjectIndex, qualname: str) -> str:
    """`shop/book_page.html` of `BookPage` (wagtail.models.Page, its metaclass)."""
    module, _, name = qualname.rpartition(".")
    return f"{index.app_label(module)}/{CAPITAL.sub(lambda found: '_' + found[0], name).lower().strip('_')}.html"
