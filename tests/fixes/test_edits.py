"""Do edits change just what they say, and are those that touch each other made in turn?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from djcheck.domain.finding import Edit, Fix
from djcheck.fixes.edits import spliced, together, trimmed

TEXT = st.text(alphabet="ab\n", max_size=30)


def edit(line: int, column: int, end_line: int, end_column: int, text: str) -> Edit:
    return Edit("shop/views.py", line, column, end_line, end_column, text)


def test_several_edits_of_one_text() -> None:
    made = spliced("one\ntwo\nthree", [edit(3, 1, 3, 6, "3"), edit(1, 4, 1, 4, "!"), edit(1, 4, 2, 1, " ")][:2])
    assert made == "one!\ntwo\n3"


def test_an_edit_that_two_fixes_share_is_made_once() -> None:
    shared = edit(1, 1, 1, 1, "import x\n")
    assert spliced("y", [shared, shared]) == "import x\ny"


@pytest.mark.parametrize("wrong", [edit(3, 1, 3, 2, ""), edit(0, 1, 1, 1, ""), edit(2, 9, 2, 10, "")])
def test_an_edit_outside_of_the_text_is_refused(wrong: Edit) -> None:
    with pytest.raises(ValueError, match="line"):
        spliced("one\ntwo", [wrong])


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        spliced("one\ntwo", [edit(1, 1, 1, 3, "a"), edit(1, 2, 1, 4, "b")])


@given(TEXT, TEXT)
def test_a_trimmed_edit_does_the_same(old: str, new: str) -> None:
    end = old.count("\n") + 1, len(old) - (old.rfind("\n") + 1) + 1
    whole = edit(1, 1, *end, new)
    small = trimmed(whole, old)
    assert spliced(old, [small]) == new
    assert len(small.text) <= len(new)


def test_fixes_that_touch_the_same_code_wait_for_each_other() -> None:
    shared = edit(1, 1, 1, 1, "import x\n")
    first = Fix("first", (shared, edit(5, 1, 5, 9, "a")))
    second = Fix("second", (shared, edit(5, 9, 5, 9, "b")))
    third = Fix("third", (shared, edit(6, 1, 6, 2, "c")))
    chosen, waiting = together([first, second, third])
    assert chosen == [first, third]
    assert waiting == [second]
