"""From a finding to the change that mends it: which kind of fix a rule has, and which findings are mended in one go."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import combinations
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from djcheck.domain.finding import Edit, Finding, Fix
from djcheck.domain.observation import Observation
from djcheck.fixes.editing.edits import fitted
from djcheck.fixes.project.project import Project
from djcheck.index.project import ProjectIndex
from djcheck.reading import Reading
from djcheck.sources.workers import Progress, in_processes

# Fewer findings than this are fixed sooner than a second process starts.
FEW = 48

# The module that fixes what a rule finds, loaded when it is needed: libcst takes a tenth of a second to import.
KINDS = {
    "DJC101": "eager_loads.eager_loading",
    "DJC102": "eager_loads.eager_loading",
    "DJC103": "loops.lookups",
    "DJC104": "loops.bulk_writes",
    "DJC106": "eager_loads.deferred_columns",
    "DJC107": "eager_loads.eager_loading",
    "DJC201": "python_work.python_work",
    "DJC202": "python_work.python_work",
    "DJC203": "python_work.python_work",
    "DJC204": "python_work.python_work",
    "DJC205": "python_work.python_work",
    "DJC206": "python_work.python_work",
    "DJC207": "python_work.python_work",
    "DJC208": "python_work.python_work",
    "DJC301": "sql.sql_parameters",
    "DJC302": "sql.sql_parameters",
    "DJC303": "sql.sql_parameters",
    "DJC304": "sql.sql_parameters",
    "DJC305": "sql.sql_parameters",
    "DJC306": "sql.sql_parameters",
}


class Kind(Protocol):
    """What the module of a kind of fix offers: `group` says which findings are mended in one go, `fix` how."""

    def group(self, finding: Finding, project: Project) -> object: ...

    def fix(self, findings: Sequence[Finding], project: Project) -> Fix | None: ...


class Made(Struct, frozen=True, array_like=True):
    """What mends a finding, if anything does, and the paths and words that this rests on (see `Project.asking`)."""

    fix: Fix | None
    paths: list[str]
    words: list[str]


class Fixer:
    """Fixes for the findings of one run, from its index, files and observations; computed when asked for.

    `requirements` are the texts of the project's files that say which packages it needs.
    """

    def __init__(
        self,
        index: ProjectIndex,
        reading: Reading,
        observations: Iterable[Observation],
        requirements: Mapping[str, str],
    ) -> None:
        self._given = index, reading, observations, requirements

    @cached_property
    def project(self) -> Project:
        return Project(*self._given)

    def fix(self, findings: Sequence[Finding]) -> Fix | None:
        """The change that mends findings of one group (see `groups`), or None where none is known."""
        found = kind(findings[0])
        fix = None if found is None else found.fix(findings, self.project)
        return None if fix is None else replace(fix, edits=tuple(map(self._fitted, fix.edits)))

    def fix_each(self, findings: Sequence[Finding], *, jobs: int, progress: Progress) -> list[Made]:
        """What mends each finding by itself; many are mended by two processes, half of them each."""
        for finding in findings:
            kind(finding)  # so that what it takes is loaded once, for both
        middle = len(findings) // 2 if len(findings) > FEW else 0
        halves = [findings[middle:], findings[:middle]] if middle else [findings]
        done = in_processes([partial(self._fix_some, half) for half in halves], jobs=jobs, progress=progress)
        for _, words, consulted in done:
            self.project.found_before(words)
            self.project.index.rests_on(consulted)
        return [made for some, *_ in reversed(done) for made in some]

    def _fix_some(
        self, findings: Sequence[Finding], progress: Progress
    ) -> tuple[list[Made], dict[str, list[str]], frozenset[str]]:
        """The fixes, where words stand that were looked for, and the files outside the project that they rest on."""
        made = []
        for at, finding in enumerate(findings):
            progress("fixes", at, len(findings))
            with self.project.asking() as asked:
                fix = self.fix([finding])
            made.append(Made(fix, sorted(asked.paths), sorted(asked.words)))
        progress("fixes", len(findings), len(findings))
        words = {word: self.project.paths_with(word) for each in made for word in each.words}
        return made, words, self.project.index.consulted()

    def _fitted(self, edit: Edit) -> Edit:
        return fitted(edit, self.project.lines_of(edit.path), self.project.line_length(edit.path))

    def tests(self, findings: Iterable[Finding]) -> dict[str, str]:
        """Skeletons of tests for the pages that show the findings' rows: texts of new files, by their paths."""
        from djcheck.fixes.regression_tests import skeletons

        return skeletons(findings, self.project)

    def with_a_round_less(self, finding: Finding) -> Iterator[str]:
        """The finding's path without a part that leads back to the model which it starts from: `parent__parent__name`
        as `parent__name`, `recipe__steps__food` of steps as `food`."""
        path = (finding.relation or "").split("__")
        model = self.project.labelled(finding.model)
        relations = self.project.relations(model.key, tuple(path)) if model is not None else []
        models = [model.key if model is not None else None, *(relation.target for relation in relations)]
        for start, end in combinations(range(len(models)), 2):
            if models[start] is not None and models[start] == models[end] and end < len(path):
                yield "__".join([*path[:start], *path[end:]])

    def groups(self, findings: Iterable[Finding]) -> list[list[Finding]]:
        """Findings that share what has to be changed, in order of place; those that nothing mends are left out."""
        grouped: dict[object, list[Finding]] = {}
        for finding in findings:
            found = kind(finding)
            if found is not None:
                grouped.setdefault(found.group(finding, self.project), []).append(finding)
        return list(grouped.values())


def kind(finding: Finding) -> Kind | None:
    name = KINDS.get(finding.rule)
    return None if name is None else importlib.import_module(f"djcheck.fixes.{name}")
