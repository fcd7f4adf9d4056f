"""What Django's own base classes do when the project's class inherits a method from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.flow.values import Value

if TYPE_CHECKING:
    from djcheck.domain.ir import Call
    from djcheck.flow.frame import Frame
    from djcheck.flow.parameters import Arguments
    from djcheck.flow.values import Object


def inherited_method(frame: Frame, receiver: Object, name: str, arguments: Arguments, node: Call) -> Value | None:
    """The result of a framework method on an object of the project's class; None where it has no meaning here."""
    return None
