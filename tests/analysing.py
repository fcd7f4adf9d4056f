"""Small projects for tests, analysed as a user's are: files in, report out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from textwrap import dedent

from djcheck import pipeline
from djcheck.cache.store import Store
from djcheck.config import load
from djcheck.domain.finding import Finding, Report
from djcheck.session import Session


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below `root`; texts may be indented as they stand in a test."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
    return root


def analyse(root: Path) -> Report:
    """The report on a project, paths relative to it."""
    with chdir(root):
        return analyse_here()


def analyse_here(store: Store | None = None) -> Report:
    """The report on the project in the working directory, with a cache or without."""
    report = pipeline.check([Path()], load([Path()]), jobs=1, progress=lambda *_: None, store=store)
    assert report.troubles == ()
    return report


def analyse_as_session(root: Path) -> Report:
    """What an editor's session reports of a project, which notes what each result rests on; without fixes."""
    with chdir(root):
        report = Session([Path()], jobs=1).check(load([Path()]), progress=lambda *_: None)
    assert report.troubles == ()
    return report


def told(finding: Finding) -> tuple[str, int, str, str]:
    """What a mark says of a finding: file, line, code and, where rows are missing a relation, its path."""
    return finding.path, finding.line, finding.rule, (finding.relation or "") if finding.rule in RELATED else ""


RELATED = frozenset({"DJC101", "DJC102", "DJC105", "DJC106", "DJC107"})
