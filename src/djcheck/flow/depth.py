"""How deep evaluation may nest: pages that include templates whose tags call methods take more than most programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")
MOST_CALLS = 6000
STACK = 1 << 17


def deep(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """A function that may nest MOST_CALLS calls.

    CPython keeps the frames of calls in pieces of 16 KiB, which it takes from the system and gives back whenever calls
    pass the end of one. A frame that says that it needs more gets a larger piece, and its calls what it leaves of that.
    """

    def with_room(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        sys.setrecursionlimit(max(sys.getrecursionlimit(), MOST_CALLS))
        return work(*args, **kwargs)

    with_room.__code__ = with_room.__code__.replace(co_stacksize=STACK)
    return wraps(work)(with_room)
