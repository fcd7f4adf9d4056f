"""Are marks of before and of now paired as people would, each once?"""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from djcheck.domain.mark import Mark
from djcheck.triage.comparison import compare

VIEWS = Mark(
    "shop/views.py", "DJC101", "shop.views.names", "shop.Book", "author", "book.author", "", "Book.objects.all()"
)
LABEL = replace(VIEWS, path="shop/models.py", symbol="shop.models.Book.label", origin_path="shop/views.py")
FILES = {"shop/views.py", "shop/models.py", "shop/pages.py", "blog/views.py"}


def told(now: list[Mark], before: list[Mark], *, gone: frozenset[str] = frozenset()) -> tuple[list[int], list[int]]:
    """The positions of what is new, and of what is gone."""
    marks = {str(position): mark for position, mark in enumerate(now)}
    known, missing = compare(marks, dict(enumerate(before)), lambda path: path in FILES - gone)
    return [int(each) for each in marks if each not in known], missing


def test_equal_marks_are_a_pair_however_often_they_occur() -> None:
    assert told([VIEWS, VIEWS], [VIEWS, VIEWS]) == ([], [])
    assert told([VIEWS, VIEWS, VIEWS], [VIEWS]) == ([1, 2], [])
    assert told([VIEWS], [VIEWS, VIEWS]) == ([], [1])


def test_another_file_is_a_rename_only_where_the_old_one_is_gone() -> None:
    renamed = replace(VIEWS, path="shop/pages.py", symbol="shop.pages.names")
    assert told([renamed], [VIEWS]) == ([0], [0])
    assert told([renamed], [VIEWS], gone=frozenset({"shop/views.py"})) == ([], [])


def test_a_file_in_which_the_rows_begin_may_be_renamed_too() -> None:
    moved = replace(LABEL, origin_path="shop/pages.py")
    assert told([moved], [LABEL]) == ([0], [0])
    assert told([moved], [LABEL], gone=frozenset({"shop/views.py"})) == ([], [])


def test_a_renamed_app_takes_its_models_along() -> None:
    renamed = replace(VIEWS, path="blog/views.py", symbol="blog.views.names", model="blog.Book")
    assert told([renamed], [VIEWS], gone=frozenset({"shop/views.py"})) == ([], [])


def test_a_renamed_file_does_not_excuse_another_function_or_relation() -> None:
    gone = frozenset({"shop/views.py"})
    for change in (
        {"symbol": "shop.pages.others"},
        {"relation": "publisher"},
        {"code": "b.author"},
        {"rule": "DJC102"},
    ):
        renamed = replace(VIEWS, **{"path": "shop/pages.py", "symbol": "shop.pages.names", **change})
        assert told([renamed], [VIEWS], gone=gone) == ([0], [0])


def test_what_is_equal_is_paired_before_what_is_renamed() -> None:
    other = replace(VIEWS, path="shop/pages.py", symbol="shop.pages.names")
    assert told([other, other], [VIEWS, other], gone=frozenset({"shop/views.py"})) == ([], [])


def test_packages_and_templates() -> None:
    package = replace(VIEWS, path="shop/views/__init__.py")
    assert told([package], [VIEWS], gone=frozenset({"shop/views.py"})) == ([], [])
    page = Mark("templates/a.html", "DJC101", model="shop.Book", relation="author", code="book.author")
    assert told([replace(page, path="templates/b.html")], [page]) == ([], [])


MARKS = st.builds(
    Mark,
    path=st.sampled_from(["shop/views.py", "shop/pages.py", "old/views.py", "old/pages.py"]),
    rule=st.sampled_from(["DJC101", "DJC102"]),
    code=st.sampled_from(["a", "b", " a"]),
)


@given(st.lists(MARKS, max_size=8), st.lists(MARKS, max_size=8))
def test_nothing_is_used_twice_and_nothing_is_lost(now: list[Mark], before: list[Mark]) -> None:
    marks = {str(position): mark for position, mark in enumerate(now)}
    known, gone = compare(marks, dict(enumerate(before)), lambda path: not path.startswith("old/"))
    assert Counter([*known.values(), *gone]) == Counter(range(len(before)))
    assert set(known) <= set(marks)
    assert all(now[int(each)].rule == before[earlier].rule for each, earlier in known.items())
    again, missing = compare(marks, marks)
    assert (set(again), missing) == (set(marks), [])
