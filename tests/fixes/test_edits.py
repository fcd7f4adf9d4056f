"""Do edits change just what they say, and are those that touch each other made in turn?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from djcheck.domain.finding import Edit, Fix
from djcheck.fixes.editing.edits import fitted, past_comment, spliced, together, trimmed

TEXT = st.text(alphabet="ab\n", max_size=30)


def edit(line: int, column: int, end_line: int, end_column: int, text: str) -> Edit:
    return Edit("shop/views.py", line, column, end_line, end_column, text)


def test_several_edits_of_one_text() -> None:
    made = spliced("one\ntwo\nthree", [edit(3, 1, 3, 6, "3"), edit(1, 4, 1, 4, "!"), edit(1, 4, 2, 1, " ")][:2])
    assert made == "one!\ntwo\n3"


def test_an_edit_that_two_fixes_share_is_made_once() -> None:
    shared = edit(1, 1, 1, 1, "import x\n")
    assert spliced("y", [shared, shared]) == "import x\ny"


def test_edits_at_one_place_keep_their_order() -> None:
    assert spliced("y", [edit(1, 1, 1, 1, each) for each in "hgfedcba"]) == "hgfedcbay"


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


@pytest.mark.parametrize(
    ("line", "text", "column"),
    [("rows  # all", "\n.last()", 12), ("rows  # all", ".last()", 5), ("rows)  # all", "\n.last()", 5)],
)
def test_a_comment_stays_with_its_line(line: str, text: str, column: int) -> None:
    assert past_comment(edit(1, 5, 1, 5, text), line) == edit(1, column, 1, column, text)


LONG = {
    "behind rows": (
        ("    rows = Book.objects.all()  # all", 30, '.select_related("author", "publisher")'),
        '.select_related(\n        "author",\n        "publisher",\n    )',
    ),
    "a line of its own": (
        ("    list_display = names", 25, '\n    list_select_related = ["author", "publisher"]'),
        '\n    list_select_related = [\n        "author",\n        "publisher",\n    ]',
    ),
    "one name": (("    rows = Book.objects.all()  # all", 30, '.select_related("author__publisher")'), None),
    "more than names": (
        ("    rows = Book.objects.all()  # all", 30, '.filter("author", pk=1, name="publisher")'),
        None,
    ),
    "short": (("rows = Book.objects.all()", 26, '.only("a", "b")'), None),
    "in an f-string": (("""s = f'{", ".join(names(rows))}'""", 28, '.only("author", "publisher")'), None),
}


@pytest.mark.parametrize("case", LONG)
def test_names_get_lines_of_their_own_where_one_gets_too_long(case: str) -> None:
    (line, column, text), expected = LONG[case]
    made = fitted(edit(1, column, 1, column, text), [line], 48)
    assert made == edit(1, column, 1, column, text if expected is None else expected)


def test_fixes_that_touch_the_same_code_wait_for_each_other() -> None:
    shared = edit(1, 1, 1, 1, "import x\n")
    first = Fix("first", (shared, edit(5, 1, 5, 9, "a")))
    second = Fix("second", (shared, edit(5, 9, 5, 9, "b")))
    third = Fix("third", (shared, edit(6, 1, 6, 2, "c")))
    chosen, waiting = together([first, second, third])
    assert chosen == [first, third]
    assert waiting == [second]
