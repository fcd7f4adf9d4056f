"""What the files of a run amount to: survey, lower, index, evaluate, judge, triage, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from djcheck.cache.store import Store
from djcheck.config import Config
from djcheck.detectors import judging
from djcheck.detectors.catalogue import detectors
from djcheck.detectors.view import ProjectView
from djcheck.domain.finding import Finding, Report, Status
from djcheck.domain.observation import Observation, SqlText
from djcheck.fixes.fixer import Fixer
from djcheck.flow.evaluation import evaluate
from djcheck.index.libraries import Libraries
from djcheck.index.outline import outline
from djcheck.index.project import ProjectIndex
from djcheck.index.settings import settings_named_in
from djcheck.index.thirdparty import InstalledPackages
from djcheck.reading import Reading, read_all
from djcheck.rulebook import Rule, Rulebook, rulebook
from djcheck.sources.clock import Clock
from djcheck.sources.contents import Content
from djcheck.sources.discover import Found
from djcheck.sources.environment import search_paths
from djcheck.triage import configuration, ignores
from djcheck.triage.exceptions import is_excepted
from djcheck.triage.fingerprint import stamp
from djcheck.triage.selection import Selection

Progress = Callable[[str, int, int], None]


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
) -> Analysed:
    """The stages one after another."""
    reading = read_all(found.files, contents, jobs=jobs, store=store, progress=progress)
    clock.lap("read")
    packages = InstalledPackages(search_paths(config.root))
    index = index_of(reading, packages, config)
    clock.lap("index")
    observations, troubles = evaluate(index, reading, jobs=jobs, progress=progress)
    clock.lap("evaluate")
    found_all = judged(observations, index, reading, found, config)
    around = outline(found_all, index)
    wanted = (finding for finding in found_all if not is_excepted(finding, config, around))
    findings, marks = stamp(wanted, reading.lines_of)
    clock.lap("judge")
    fixer = Fixer(index, reading.lines_of, observations)
    findings = [replace(finding, fix=fixer.fix([finding])) for finding in findings]
    clock.lap("fixes")
    unreadable = len(reading.unreadable(found))
    report = Report(
        len(found.files),
        reading.lines,
        unreadable,
        tuple(findings),
        troubles=tuple(troubles),
        marks=marks,
        outline=around,
    )
    return Analysed(report, frozenset(packages.consulted), fixer, lambda path: "\n".join(reading.lines_of(path)))


def index_of(reading: Reading, packages: InstalledPackages, config: Config) -> ProjectIndex:
    return ProjectIndex.build(reading.modules(), Libraries(), packages, settings_modules(config, reading))


def settings_modules(config: Config, reading: Reading) -> list[str]:
    """The settings modules to read: the configured one, else those that the `manage.py` scripts name."""
    if config.settings_module:
        return [config.settings_module]
    scripts = [file.name for file in reading.files if file.path.name == "manage.py"]
    return [name for script in scripts for name in settings_named_in("\n".join(reading.lines_of(script)))]


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
        Finding(
            rule.code,
            rule.name,
            rule.severity,
            Status.CERTAIN,
            rule.say({"reason": reason, "path": path}),
            rule.advise({"reason": reason, "path": path}),
            path,
            line,
            1,
            line,
            1,
        )
        for path, reason, line in reading.unreadable(found)
        if wants(path, rule)
    ]
