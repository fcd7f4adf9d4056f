"""Which code of a file is another than before, wherever it stands by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from djcheck.domain.facts import ImportFact
from djcheck.domain.ir import FunctionIR
from djcheck.domain.source import Span
from djcheck.facts.anchors import Anchors
from djcheck.flow.records.writing import Plain
from djcheck.reading import TEMPLATE_BODY

if TYPE_CHECKING:
    from djcheck.reading import Surveyed


class Comparable(Plain):
    """Files as plain data, of which only the lines that nothing is declared on are missing."""

    def __init__(self, surveyed: Surveyed) -> None:
        anchors = Anchors(surveyed.facts)
        super().__init__(lambda path: anchors)
        self._bodies = surveyed.bodies
        self.declared = [self.write(each, surveyed.facts.path) for each in declarations(surveyed)]

    def write(self, value: Any, path: str = "") -> Any:
        if type(value) is ImportFact:
            line = Span(value.line, 1, value.line, 1)
            return [value.local, value.module, value.level, value.name, super().write(line, path)]
        return super().write(value, path)

    def body(self, name: str) -> object:
        return self.write(msgspec.msgpack.decode(self._bodies[name], type=FunctionIR))


def declarations(surveyed: Surveyed) -> tuple[object, ...]:
    facts = surveyed.facts
    return (
        *(facts.imports, facts.assignments, facts.functions, facts.classes, facts.calls),
        *(facts.exports, facts.body_matters, facts.error, tuple(sorted(surveyed.bodies))),
    )


def changed_bodies(before: Surveyed, now: Surveyed) -> set[str] | None:
    """The names of functions that do something else, or the template; None where something else is declared."""
    if TEMPLATE_BODY in before.bodies and TEMPLATE_BODY in now.bodies:
        return {TEMPLATE_BODY} if before.bodies != now.bodies else set()
    then, here = Comparable(before), Comparable(now)
    if then.declared != here.declared:
        return None
    differing = (name for name, body in now.bodies.items() if body != before.bodies[name])
    return {name for name in differing if then.body(name) != here.body(name)}
