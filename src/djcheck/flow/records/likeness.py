"""Which code of a file is another than before, wherever it stands by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from djcheck.domain.facts import ImportFact
from djcheck.domain.ir import FunctionIR
from djcheck.domain.source import Span
from djcheck.facts.anchors import Anchors
from djcheck.flow.depth import deep
from djcheck.flow.records.writing import Plain
from djcheck.reading import TEMPLATE_BODY, decoded

if TYPE_CHECKING:
    from djcheck.cache.store import Store
    from djcheck.reading import Reading, Surveyed

# Of each file, how it stands among the modules, and what its survey is kept under.
Files = dict[str, tuple[str, bytes]]
# A function or template: the path of its file, and its name there.
Body = tuple[str, str]


def files_of(reading: Reading) -> Files:
    kept_under = reading.kept_under()
    return {
        file.name: (f"{file.kind}\0{file.root}\0{file.module}\0{file.alias}\0{file.is_test}", kept_under[file.name])
        for file in reading.files
    }


@deep
def changed_since(before: Files, now: Files, reading: Reading, store: Store) -> set[Body] | None:
    """The functions and templates that do something else than when the files were those; None where the files declare
    another project, or it is no longer known what they declared."""
    if before.keys() != now.keys():
        return None
    differing = {path: known for path, known in before.items() if known != now[path]}
    earlier = store.get([survey for _, survey in differing.values()])
    found: set[Body] = set()
    for path, (about, survey) in differing.items():
        if about != now[path][0] or survey not in earlier:
            return None
        names = changed_bodies(decoded(path, earlier[survey]), reading.surveyed(path))
        if names is None:
            return None
        found |= {(path, name) for name in names}
    return found


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
