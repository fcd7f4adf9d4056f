"""Syndication feeds and sitemaps: what the framework asks of each item.

Facts from django/contrib/syndication/views.py and django/contrib/sitemaps/__init__.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.flow.admin.admin_classes import header
from djcheck.flow.lattice.values import (
    NONE,
    PLAIN,
    UNKNOWN,
    Instance,
    Mapping,
    Method,
    Object,
    QuerySet,
    Request,
    Value,
    members,
)
from djcheck.flow.python import attributes, calls, iteration
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.views import views

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.domain.source import Span
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

FEED = "django.contrib.syndication.views.Feed"
SITEMAP = "django.contrib.sitemaps.Sitemap"

# Methods asked of each item, with the item's own method that answers where the class says nothing ("": none does).
ASKED = {
    FEED: {
        "item_title": "__str__",
        "item_description": "__str__",
        "item_link": "get_absolute_url",
        **dict.fromkeys(("item_pubdate", "item_updateddate", "item_guid", "item_guid_is_permalink"), ""),
        **dict.fromkeys(("item_author_name", "item_author_email", "item_author_link", "item_categories"), ""),
        **dict.fromkeys(("item_enclosures", "item_enclosure_url", "item_enclosure_length"), ""),
        **dict.fromkeys(("item_enclosure_mime_type", "item_comments", "item_copyright", "item_extra_kwargs"), ""),
    },
    SITEMAP: {"location": "get_absolute_url", **dict.fromkeys(("lastmod", "priority", "changefreq"), "")},
}
# Templates that a feed shows an item's title and description with, if it names them.
TEMPLATES = {"title_template": "item_title", "description_template": "item_description"}


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """A method that the project's class has from the framework; None where this room knows nothing of it."""
    for base, asked in ASKED.items():
        own = asked.get(name)
        if own and arguments.positional and frame.evaluator.index.is_a(receiver.qualname, base):
            return of_item(frame, arguments.positional[0], own, node.span)
    return None


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """What the framework does by itself with the project's classes."""
    for base in (FEED, SITEMAP):
        for qualname in index.subclasses(base):
            info = index.class_info(qualname)
            items = index.member(qualname, "items")
            if info is not None and isinstance(items, FunctionInfo):
                yield partial(enter, info, base, items)


def enter(info: ClassInfo, base: str, items: FunctionInfo, evaluator: Evaluator) -> None:
    def play(frame: Frame) -> None:
        shown = Object(info.qualname)
        span = header(info)
        about = ask(frame, shown, "get_object", [Request()], span) if base == FEED else None
        rows = evaluator.call(frame, items, Arguments([shown, about or NONE], {}), span)
        loop, row = iteration.iterate(frame, rows, span, span, noted=True)
        with frame.iterating(loop):
            show(frame, shown, base, row, span)

    evaluator.act(info.path, info.module, info.qualname, info.qualname, play)


def show(frame: Frame, shown: Object, base: str, row: Value, span: Span) -> None:
    """Everything that is asked of one item."""
    done = set(templates(frame, shown, row, span)) if base == FEED else set()
    for name, own in ASKED[base].items():
        if name not in done and ask(frame, shown, name, [row], span) is None and own:
            of_item(frame, row, own, span)


def ask(frame: Frame, shown: Object, name: str, values: list[Value], span: Span) -> Value | None:
    """What the project's own method or attribute of that name gives; None where there is none."""
    member = frame.evaluator.index.member(shown.qualname, name)
    if isinstance(member, FunctionInfo):
        return frame.evaluator.call(frame, member, Arguments([shown, *values], {}), span)
    return None if member is None else PLAIN


def of_item(frame: Frame, row: Value, name: str, span: Span) -> Value:
    """`str(item)`, `item.get_absolute_url()`."""
    for member in members(row):
        if isinstance(member, Instance):
            calls.call_own(frame, member, name, span)
    return PLAIN


def templates(frame: Frame, shown: Object, row: Value, span: Span) -> Iterator[str]:
    """Render the item's templates; yields the methods that are not asked for their sake."""
    for name, spared in TEMPLATES.items():
        if frame.evaluator.index.member(shown.qualname, name) is not None:
            named = attributes.attribute(frame, shown, name, span)
            if named != NONE:
                views.render_names(frame, named, Mapping((("obj", row),)), span, request=True)
                yield spared


def generic_sitemap(frame: Frame, arguments: Arguments, node: Call) -> Value:
    """`GenericSitemap({"queryset": …})`: the address of each row."""
    given = views.argument(arguments, 0, "info_dict")
    rows = given.get("queryset") if isinstance(given, Mapping) else None
    for member in members(rows) if rows is not None else ():
        if isinstance(member, QuerySet):
            rows = calls.invoke(frame, Method(member, "all"), Arguments([], {}), node)
            loop, row = iteration.iterate(frame, rows, node.span, node.span, noted=True)
            with frame.iterating(loop):
                of_item(frame, row, "get_absolute_url", node.span)
    return UNKNOWN


# Functions of other packages, by canonical dotted name.
HANDLERS: dict[str, Callable[[Frame, Arguments, Call], Value]] = {
    "django.contrib.sitemaps.GenericSitemap": generic_sitemap,
}
