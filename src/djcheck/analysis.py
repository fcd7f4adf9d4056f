"""What the files of a run amount to: survey, lower, index, evaluate, judge, triage, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from djcheck.cache.runs import project_key
from djcheck.cache.store import Store
from djcheck.config import Config
from djcheck.detectors import judging
from djcheck.detectors.catalogue import detectors
from djcheck.detectors.view import ProjectView
from djcheck.domain.finding import Finding, Report
from djcheck.domain.mark import Mark
from djcheck.domain.observation import Observation, SqlText
from djcheck.domain.outline import Outline
from djcheck.fixes.fixer import Fixer
from djcheck.fixes.remembering import Remembering
from djcheck.flow.evaluation import evaluate
from djcheck.flow.records.going_on import Recorded
from djcheck.flow.standing import Standing
from djcheck.index.libraries import Libraries
from djcheck.index.outline import outline
from djcheck.index.project import ProjectIndex
from djcheck.index.settings import settings_named_in
from djcheck.index.thirdparty import InstalledPackages
from djcheck.reading import Reading, read_all
from djcheck.rulebook import Rule, Rulebook, rulebook
from djcheck.sources.clock import Clock
from djcheck.sources.contents import Content
from djcheck.sources.discover import Found, SourceFile
from djcheck.sources.environment import search_paths
from djcheck.sources.requirements import requirement_texts
from djcheck.triage import configuration, ignores, own
from djcheck.triage.agent.code import Code
from djcheck.triage.exceptions import is_excepted
from djcheck.triage.fingerprint import stamp
from djcheck.triage.selection import Selection

Progress = Callable[[str, int, int], None]


class Memory:
    """What one analysis of a project leaves for the next of the same one, in the same process.

    `lasting`: more analyses will follow, so that it pays to know what each result rests on.
    """

    def __init__(self, *, lasting: bool = False) -> None:
        self._reading: Reading | None = None
        self._index: ProjectIndex | None = None
        self._indexed: tuple[object, ...] = ()
        self._standing = Standing() if lasting else None
        self._libraries = Libraries()
        self._packages: dict[Path, InstalledPackages] = {}

    def read(
        self,
        files: Sequence[SourceFile],
        contents: Mapping[str, Content],
        *,
        jobs: int,
        store: Store | None,
        progress: Progress,
    ) -> Reading:
        """The files, of which those that hold the same as before are not surveyed again."""
        self._reading = read_all(files, contents, jobs=jobs, store=store, progress=progress, earlier=self._reading)
        return self._reading

    def installed(self, root: Path) -> InstalledPackages:
        """The packages that a project below `root` can import."""
        if root not in self._packages:
            self._packages[root] = InstalledPackages(search_paths(root))
        return self._packages[root]

    def index(self, reading: Reading, config: Config) -> ProjectIndex:
        """The index of the files, which is the same as long as only the bodies of functions change."""
        modules, packages = list(reading.modules()), self.installed(config.root)
        settings = settings_modules(config, reading)
        if self._index is None or self._indexed != (modules, packages, settings):
            self._index = ProjectIndex.build(modules, self._libraries, packages, settings)
            self._indexed = modules, packages, settings
        return self._index

    def evaluate(
        self,
        index: ProjectIndex,
        reading: Reading,
        *,
        jobs: int,
        progress: Progress,
        recorded: Recorded | None = None,
    ) -> tuple[list[Observation], list[str]]:
        """What the code does, and djcheck's own failures. `recorded` is what is kept of it from run to run."""
        if self._standing is not None:
            return self._standing.evaluate(index, reading, progress=progress)
        if recorded is not None:
            return recorded.evaluate(index, reading, jobs=jobs, progress=progress)
        return evaluate(index, reading, jobs=jobs, progress=progress)

    @property
    def evaluated(self) -> int:
        """How many functions, templates and declarations a lasting memory's last analysis evaluated."""
        return self._standing.evaluated if self._standing is not None else 0


class Analysed(NamedTuple):
    """What a run found, and the files of installed packages that it rests on.

    `fixer` tells what mends the findings; `text_of(path)` is a file's text as it was analysed.
    """

    report: Report
    consulted: frozenset[str]
    fixer: Fixer
    text_of: Callable[[str], str]


def analyse(
    found: Found,
    contents: Mapping[str, Content],
    config: Config,
    *,
    jobs: int,
    progress: Progress,
    store: Store | None,
    clock: Clock,
    memory: Memory | None = None,
    fixing: Callable[[str], bool] | None = None,
) -> Analysed:
    """The stages one after another.

    What `memory` holds of an earlier run is not done again. Fixes are sought for all findings, or for those in the
    files for which `fixing` is true.
    """
    memory = memory or Memory()
    reading = memory.read(found.files, contents, jobs=jobs, store=store, progress=progress)
    clock.lap("read")
    index = memory.index(reading, config)
    clock.lap("index")
    recorded = Recorded(store, project_key(found, config)) if store is not None else None
    observations, troubles = memory.evaluate(index, reading, jobs=jobs, progress=progress, recorded=recorded)
    clock.lap("evaluate")
    findings, marks, around = told_apart(observations, index, reading, found, config)
    clock.lap("judge")
    fixer = Fixer(index, reading, observations, requirement_texts(config.root))
    if fixing is not None:
        findings = [replace(each, fix=fixer.fix([each])) if fixing(each.path) else each for each in findings]
    else:
        remembering = None if store is None else Remembering(store, project_key(found, config), reading, fixer)
        fixes = (remembering or fixer).fix_each(findings, jobs=jobs, progress=progress)
        findings = [replace(each, fix=made.fix) for each, made in zip(findings, fixes, strict=True)]
    clock.lap("fixes")
    report = Report(
        len(found.files),
        reading.lines,
        len(reading.unreadable(found)),
        tuple(findings),
        troubles=tuple(troubles),
        marks=marks,
        outline=around,
        statistics={} if recorded is None or recorded.evaluated is None else {"evaluated": recorded.evaluated},
    )
    consulted = frozenset(memory.installed(config.root).consulted)
    return Analysed(report, consulted, fixer, reading.text_of)


def index_of(reading: Reading, packages: InstalledPackages, config: Config) -> ProjectIndex:
    return ProjectIndex.build(reading.modules(), Libraries(), packages, settings_modules(config, reading))


def readable(
    found: Found,
    contents: Mapping[str, Content],
    config: Config,
    roots: Sequence[Path],
    *,
    jobs: int,
    progress: Progress,
    store: Store | None,
) -> Code:
    """The files as the agent may read them: those below `roots`, with what the index knows of them."""
    reading = read_all(found.files, contents, jobs=jobs, store=store, progress=progress)
    return Code(index_of(reading, InstalledPackages(search_paths(config.root)), config), reading, roots)


def settings_modules(config: Config, reading: Reading) -> list[str]:
    """The settings modules to read: the configured one, else those that the `manage.py` scripts name."""
    if config.settings_module:
        return [config.settings_module]
    scripts = [file.name for file in reading.files if file.path.name == "manage.py"]
    return [name for script in scripts for name in settings_named_in(reading.text_of(script))]


def told_apart(
    observations: Iterable[Observation], index: ProjectIndex, reading: Reading, found: Found, config: Config
) -> tuple[list[Finding], dict[str, Mark], Outline]:
    """The findings that the configuration does not except, with what each is known by, and what stands around them."""
    found_all = judged(observations, index, reading, found, config)
    around = outline(found_all, index)
    findings, marks = stamp((each for each in found_all if not is_excepted(each, config, around)), reading.lines_of)
    return findings, marks, around


def judged(
    observations: Iterable[Observation], index: ProjectIndex, reading: Reading, found: Found, config: Config
) -> list[Finding]:
    rules = rulebook()
    selection = Selection(config)
    wants = active(config, selection, reading)
    findings = judging.judge(observations, rules, ProjectView(index, reading.lines_of), wants)
    findings += unreadable_files(reading, found, rules, selection.wants)
    own = configuration.findings(config, rules)
    findings += [finding for finding in own if selection.wants(finding.path, rules[finding.rule])]
    directives = reading.directives()
    unreasoned = ignores.unreasoned(directives, rules, wants) if config.require_reasons else ()
    return [*ignores.apply(findings, directives, rules, wants), *unreasoned]


def active(config: Config, selection: Selection, reading: Reading) -> Callable[[str, Rule], bool]:
    """Whether a rule runs on a file: in migrations, which run once, those about SQL alone unless they are included."""
    once = set() if config.include_migrations else {file.name for file in reading.files if file.is_migration}
    about_sql = {detector.code for detector in detectors() if detector.observes is SqlText}
    return lambda path, rule: selection.wants(path, rule) and (path not in once or rule.code in about_sql)


def unreadable_files(
    reading: Reading, found: Found, rules: Rulebook, wants: Callable[[str, Rule], bool]
) -> list[Finding]:
    rule = rules["DJC001"]
    return [
        own.finding(rule, {"reason": reason, "path": path}, path, line)
        for path, reason, line in reading.unreadable(found)
        if wants(path, rule)
    ]
