"""Evaluation may nest deeper than Python lets programs nest by themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from djcheck.flow.depth import MOST_CALLS, deep


@pytest.fixture(autouse=True)
def pythons_own_limit() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


def test_calls_nest_as_deep_as_is_said() -> None:
    def below(calls: int) -> int:
        return 1 + below(calls - 1) if calls else 0

    with pytest.raises(RecursionError):
        below(MOST_CALLS - 500)
    assert deep(below)(MOST_CALLS - 500) == MOST_CALLS - 500


def test_a_deep_function_is_known_by_its_own_name() -> None:
    @deep
    def render(page: str, *, times: int) -> str:
        return page * times

    assert render("x", times=3) == "xxx"
    assert render.__name__ == "render"
