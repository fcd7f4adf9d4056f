"""Is everything noted that evaluation tells?"""

from __future__ import annotations

from djcheck.flow.gathering import Gathering
from djcheck.flow.noting import NotingGathering

# What takes apart what is told, and tells it further; and what is done with the whole.
OTHERS = {"add", "complete", "finish"}


def test_everything_told_is_noted() -> None:
    told = {name for name, member in vars(Gathering).items() if callable(member) and not name.startswith("_")}
    assert told - OTHERS <= vars(NotingGathering).keys()
