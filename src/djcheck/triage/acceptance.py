"""Which findings of a run are accepted already: by the baseline, or because an earlier revision has them too."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Container, Iterable, Sequence
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from djcheck.config import Config
from djcheck.domain.finding import Finding, Report
from djcheck.domain.mark import Mark
from djcheck.rulebook import Rulebook, rulebook
from djcheck.triage import baseline
from djcheck.triage.baseline import Baseline
from djcheck.triage.comparison import compare
from djcheck.triage.fingerprint import stamp
from djcheck.triage.selection import Selection

# What becomes of the baseline: it is only read, what is gone is taken out, or it takes all findings of this run.
Keeping = Literal["read", "shrink", "write"]


def by_baseline(report: Report, paths: Sequence[Path], config: Config, keeping: Keeping) -> Report:
    """The report with what the baseline accepts among the known, and a DJC004 for each entry that is outdated.

    Raises BaselineError where the baseline cannot be used.
    """
    file = config.baseline_file
    if file is None:
        return report
    rules = rulebook()
    asked = tuple(map(str, paths))
    before = baseline.read(file) if keeping != "write" or file.exists() else Baseline(asked, {})
    known, missing = compare(report.marks, before.entries)
    judged = outdatable(before, paths, Selection(config), rules)
    gone = [line for line in missing if judged(before.entries[line])]
    if keeping == "read":
        outdated = [baseline.outdated(file, line, before.entries[line], rules) for line in gone]
        return told(without(report, known, len(gone)), outdated, config, rules)
    if keeping == "write":
        accepted: Collection[str] = report.marks
        scope = asked if covers(paths, before.paths) else (*before.paths, *asked)
    else:
        accepted, scope = known, before.paths
    staying = [before.entries[line] for line in missing if line not in gone]
    baseline.write(file, scope, [*(report.marks[fingerprint] for fingerprint in accepted), *staying])
    return without(report, accepted, len(gone))


def told(report: Report, findings: Iterable[Finding], config: Config, rules: Rulebook) -> Report:
    """The report with djcheck's own `findings` beside it, as far as they are wanted."""
    selection = Selection(config)
    stamped, marks = stamp((each for each in findings if selection.wants(each.path, rules[each.rule])), lambda path: ())
    return replace(report, findings=(*report.findings, *stamped), marks=report.marks | marks)


def outdatable(
    before: Baseline, paths: Sequence[Path], selection: Selection, rules: Rulebook
) -> Callable[[Mark], bool]:
    """Whether a run over `paths` says anything of an entry that it does not find.

    It does not where it saw only a part of what the baseline is about: the rows may have come from another part. Nor
    does it where the rule is not in force.
    """
    whole = covers(paths, before.paths)
    return lambda mark: whole and (mark.rule not in rules or selection.wants(mark.path, rules[mark.rule]))


def covers(paths: Sequence[Path], others: Iterable[str]) -> bool:
    """Whether each of `others` is one of `paths` or lies below one."""
    tops = [os.path.abspath(path) for path in paths]
    return all(any(Path(os.path.abspath(other)).is_relative_to(top) for top in tops) for other in others)


def by_revision(report: Report, earlier: Report) -> Report:
    """The report with what that on an earlier revision has too among the known."""
    known, gone = compare(report.marks, earlier.marks)
    troubles = (f"{trouble} (in the earlier revision)" for trouble in earlier.troubles)
    return replace(without(report, known, len(gone)), troubles=(*report.troubles, *troubles))


def without(report: Report, known: Container[str], gone: int) -> Report:
    """The report with the findings whose fingerprints are in `known` set apart."""
    parts: tuple[list[Finding], list[Finding]] = [], []
    for finding in report.findings:
        parts[finding.fingerprint in known].append(finding)
    new, old = parts
    return replace(report, findings=tuple(new), known=(*report.known, *old), gone=report.gone + gone)
