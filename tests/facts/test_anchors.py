"""Are places told the same wherever the statement they stand in has moved to?"""

from __future__ import annotations

import pytest

from djcheck.domain.source import Span
from djcheck.facts.anchors import AT_END, Anchors
from djcheck.facts.survey import survey

BEFORE = (
    "import os\n\nclass A:\n    x = 1\n\n    def f(self):\n        y = 2\n        return y\n\ndef g():\n    return 3\n"
)


def moved(text: str, before: str, more: str) -> Anchors:
    return Anchors(survey("shop.py", text.replace(before, more + before)))


@pytest.mark.parametrize("before", ["import os", "class A", "    x = 1", "    def f", "def g"])
def test_lines_that_moved(before: str) -> None:
    here, there = Anchors(survey("shop.py", BEFORE)), moved(BEFORE, before, "\n\n")
    for line in ("    x = 1", "        return y", "    return 3"):
        at = BEFORE.split("\n").index(line) + 1
        span = Span(at, 5, at, len(line) + 1)
        after = BEFORE.replace(before, "\n\n" + before).split("\n").index(line) + 1
        assert there.placed(here.anchored(span)) == Span(after, 5, after, len(line) + 1)


def test_end_of_a_function() -> None:
    facts = survey("shop.py", BEFORE)
    longer = survey("shop.py", BEFORE.replace("        y = 2\n", "        y = 2\n        z = 3\n"))
    here, there = facts.classes[0].methods[0].span, longer.classes[0].methods[0].span
    assert here != there
    assert Anchors(facts).anchored(here) == Anchors(longer).anchored(there)
    assert Anchors(facts).anchored(here)[4] == AT_END


def test_template() -> None:
    span = Span(7, 2, 9, 4)
    anchors = Anchors(None)
    assert anchors.placed(anchors.anchored(span)) == span
