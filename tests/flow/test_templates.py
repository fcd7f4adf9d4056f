"""Rows followed into templates: every marked read is told, where it stands, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.domain.finding import Finding
from djcheck.domain.trace import Role
from tests.analysing import analyse, told
from tests.flow.test_views import PROJECTS, differences

ROOT = PROJECTS / "templates"


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return list(analyse(ROOT).findings)


def test_reads_in_templates_are_told_where_they_stand(findings: list[Finding]) -> None:
    assert differences(ROOT, findings) == ([], [])


def test_what_a_cache_may_hold_is_not_certain(findings: list[Finding]) -> None:
    cached = [finding for finding in findings if finding.path.endswith("bad_cached.html")]
    assert [(finding.status.value, finding.ambiguity and finding.ambiguity.reason) for finding in cached] == [
        ("ambiguous", "maybe-cached")
    ]


def test_the_trace_goes_from_the_view_through_the_templates(findings: list[Finding]) -> None:
    (only,) = [finding for finding in findings if finding.path.endswith("_only.html")]
    assert told(only) == ("shop/templates/shop/_only.html", 1, "DJC101", "publisher")
    steps = [(step.role, Path(step.path).name) for step in only.related]
    assert steps[:6] == [
        (Role.ORIGIN, "views.py"),
        (Role.TEMPLATE, "views.py"),
        (Role.LOOP, "bad.html"),
        (Role.TEMPLATE, "bad.html"),
        (Role.TEMPLATE, "_row.html"),
        (Role.ACCESS, "_only.html"),
    ]
