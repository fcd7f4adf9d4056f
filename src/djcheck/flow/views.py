"""Views: what Django's generic views do, and how a view's context reaches its template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.flow.parameters import Arguments
    from djcheck.flow.values import Object, Value
    from djcheck.index.project import ProjectIndex

# Functions of other packages, by canonical dotted name.
HANDLERS: dict[str, Callable[[Frame, Arguments, Call], Value]] = {}


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """A method that the project's class has from the framework; None where this room knows nothing of it."""
    return None


def entries(index: ProjectIndex) -> Iterator[Callable[[Evaluator], None]]:
    """What the framework does by itself with the project's classes."""
    return iter(())
