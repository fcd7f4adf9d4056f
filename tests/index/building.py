"""Builds a ProjectIndex from sources in a test."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from djcheck.facts.survey import survey
from djcheck.index.project import ProjectIndex


def index_of(sources: Mapping[str, str], root: str = "") -> ProjectIndex:
    """The index of files (path → text) whose module names follow from their paths below `root`."""
    return ProjectIndex.build((survey(path, dedent(text)), module_name(path), root) for path, text in sources.items())


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
