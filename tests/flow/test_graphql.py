"""GraphQL: resolvers that run once for each object of a list."""

from __future__ import annotations

from pathlib import Path

from tests.analysing import analyse
from tests.flow.test_views import differences

PROJECTS = Path(__file__).parent / "projects" / "graphql"


def test_what_a_resolver_reads_of_each_parent() -> None:
    root = PROJECTS / "bad"
    assert differences(root, analyse(root).findings) == ([], [])


def test_what_is_loaded_or_no_list() -> None:
    assert [(item.path, item.line, item.rule, item.relation) for item in analyse(PROJECTS / "good").findings] == []
