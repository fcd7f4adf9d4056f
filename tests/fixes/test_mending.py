"""Is each of many fixes judged by what it does itself, where one analysis tells of all of them together?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import pytest

from djcheck.domain.finding import Edit, Finding, Fix, Report, Severity, Status
from djcheck.fixes.mending import Outcome, mend

FIXES = 21


def found(path: str, line: int) -> Finding:
    return Finding("DJC201", "", Severity.WARNING, Status.CERTAIN, "", "", path, line, 1, line, 4)


class Lines:
    """Each `bad` line of a text is a finding; fixing one of `harmful` brings a finding in another file."""

    def __init__(self, text: str, harmful: Iterable[int]) -> None:
        self.lines = text.splitlines()
        harm = [at for at in harmful if self.lines[at - 1] == "good"]
        faults = [found("work.py", at) for at, line in enumerate(self.lines, 1) if line == "bad"]
        self.report = Report(1, FIXES, 0, (*faults, *(found("elsewhere.py", at) for at in harm)))
        self.text_of: Callable[[str], str] = lambda path: text
        self.fixer = self

    def groups(self, findings: Iterable[Finding]) -> list[list[Finding]]:
        return [[each] for each in findings if each.path == "work.py"]

    def with_a_round_less(self, finding: Finding) -> list[str]:
        return []

    def fix(self, findings: Sequence[Finding]) -> Fix:
        line = findings[0].line
        return Fix("Do better", (Edit("work.py", line, 1, line, 4, "good"),), True, "")


class Tried(NamedTuple):
    outcome: Outcome
    analyses: int


def tried(harmful: Sequence[int]) -> Tried:
    """What comes of fixing lines that are all bad, of which some should stay so."""
    text = "bad\n" * FIXES
    analyses = []

    def examine(texts: Mapping[str, str]) -> Lines:
        analyses.append(1)
        return Lines(texts.get("work.py", text), harmful)

    return Tried(mend(examine, lambda finding: True, unsafe=False), len(analyses))  # type: ignore[arg-type]  # no Fixer


@pytest.mark.parametrize("harmful", [[], [7], [1, FIXES], [2, 3, 11]])
def test_only_what_does_harm_is_taken_back(harmful: list[int]) -> None:
    outcome, _ = tried(harmful)
    assert sorted(each.findings[0].line for each in outcome.taken_back) == harmful
    assert len(outcome.made) == FIXES - len(harmful)
    assert outcome.texts["work.py"][1].count("bad") == len(harmful)
    assert all("a new finding, DJC201 in elsewhere.py" in each.reason for each in outcome.taken_back)


def test_the_one_that_does_harm_is_sought_by_halves() -> None:
    _, analyses = tried([7])
    assert analyses < FIXES * 2 / 3
