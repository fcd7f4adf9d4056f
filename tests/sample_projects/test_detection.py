"""Does djcheck tell exactly the marked places of the sample projects, and all of them for certain?"""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.domain.finding import Status
from tests.analysing import RELATED, analyse, told
from tests.sample_projects.markers import Mark, read_marks

PROJECTS = Path(__file__).parent.parent.parent / "sample_projects"
# The kinds of mark that must be found by now; the others may be.
PROMISED = frozenset({"expect", "next"})


def as_told(mark: Mark) -> tuple[str, int, str, str]:
    return mark.path, mark.line, mark.code, mark.relation if mark.code in RELATED else ""


@pytest.mark.parametrize("project", ["bookshop", "blog_api", "ledger"])
def test_exactly_the_marked_places(project: str) -> None:
    marks = read_marks(PROJECTS / project)
    promised = {as_told(mark) for mark in marks if mark.kind in PROMISED}
    allowed = {as_told(mark) for mark in marks}
    findings = analyse(PROJECTS / project).findings
    found = {told(each) for each in findings}
    assert promised - found == set()
    assert found - allowed == set()
    assert [told(each) for each in findings if each.status is not Status.CERTAIN] == []
