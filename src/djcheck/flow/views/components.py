"""Components: objects that render a template named by their class, by a method of a common base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from djcheck.domain.index import ClassInfo, FunctionInfo
from djcheck.flow.lattice.values import Object
from djcheck.flow.python.parameters import Arguments
from djcheck.flow.views import generic_views

if TYPE_CHECKING:
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

RENDERING = ("render", "render_html", "as_html")


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """Each class that names a template and inherits the project's own way of rendering it."""
    for qualname in index.classes():
        if index.is_a(qualname, generic_views.VIEW) or not isinstance(index.member(qualname, "template_name"), tuple):
            continue
        for name in RENDERING:
            method = index.member(qualname, name)
            if isinstance(method, FunctionInfo) and method.owner not in (None, qualname):
                yield partial(render, qualname, method)
                break


def render(qualname: str, method: FunctionInfo, evaluator: Evaluator) -> None:
    info = evaluator.index.class_info(qualname)
    if info is not None:
        evaluator.act(info.path, info.module, qualname, qualname, partial(play, qualname, info, method))


def play(qualname: str, info: ClassInfo, method: FunctionInfo, frame: Frame) -> None:
    arguments = Arguments([Object(qualname)], {}, rest=True)
    frame.evaluator.call(frame, method, arguments, generic_views.header(info))
