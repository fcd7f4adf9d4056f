"""Contexts followed from views to templates: helpers, generic views, their names, pages and default templates."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from djcheck.domain.finding import Finding
from tests.analysing import analyse, told
from tests.sample_projects.markers import read_marks

Told = tuple[str, int, str, str]
PROJECTS = Path(__file__).parent / "projects"
RELATED = ("DJC101", "DJC102", "DJC105", "DJC106", "DJC107")


def differences(root: Path, findings: Iterable[Finding]) -> tuple[list[Told], list[Told]]:
    """What the marks promise and the findings lack, and the other way round."""
    marks = read_marks(root)
    wanted = {(mark.path, mark.line, mark.code, mark.relation if mark.code in RELATED else "") for mark in marks}
    found = {told(finding) for finding in findings}
    return sorted(wanted - found), sorted(found - wanted)


def test_every_way_from_a_view_to_its_template() -> None:
    root = PROJECTS / "views"
    assert differences(root, analyse(root).findings) == ([], [])
