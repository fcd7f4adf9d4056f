"""Is a finding known again after its lines have moved, and not after its code has changed?"""

from __future__ import annotations

from typing import Any

import pytest

from djcheck.domain.finding import Finding
from djcheck.domain.trace import Role
from djcheck.triage.fingerprint import stamp
from tests.building import finding, step

LINES = {
    "shop/views.py": ["books = Book.objects.all()", "for book in books:", "    print(book.author.name)"],
    "shop/api.py": ["    print(book.author.name)"] * 40,
}


def mark(found: Finding, lines: list[str] | None = None) -> str:
    (stamped,), marks = stamp([found], lambda path: LINES[path] if lines is None else lines)
    assert list(marks) == [stamped.fingerprint]
    return stamped.fingerprint


def test_lines_and_words_do_not_matter() -> None:
    moved = finding(line=4, end_line=4, column=3, end_column=14, message="other words", help="other help")
    assert mark(finding()) == mark(moved, lines=["", "", "", "- book.author"])


def test_what_stands_around_the_code_does_not_matter() -> None:
    assert mark(finding()) == mark(finding(), lines=["", "", "    save( book.author.email)"])


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "DJC102"},
        {"path": "shop/api.py"},
        {"symbol": "shop.views.other"},
        {"relation": "author__publisher"},
        {"model": "shop.Magazine"},
    ],
)
def test_what_the_finding_says_matters(change: dict[str, Any]) -> None:
    assert mark(finding()) != mark(finding(**change))


def test_the_code_it_speaks_of_matters() -> None:
    assert mark(finding()) != mark(finding(), lines=["", "", "    print(bock.author.name)"])


def test_where_the_rows_come_from_matters() -> None:
    here = finding(related=(step(1, Role.ORIGIN),))
    elsewhere = finding(related=(step(1, Role.ORIGIN, path="shop/api.py"),))
    loop = finding(related=(step(1, Role.LOOP),))
    assert len({mark(finding()), mark(here), mark(elsewhere)}) == 3
    assert mark(loop) == mark(finding())
    assert mark(here) != mark(here, lines=["Page.objects.all()", "", "    print(book.author.name)"])


def test_a_formatter_changes_nothing() -> None:
    long = finding(line=1, end_line=4, column=1, end_column=2)
    assert mark(long, lines=["total(", "    book.author,", "    1,", ")"]) == mark(
        finding(line=1, end_line=1, column=3, end_column=24), lines=["( total( book.author,1)", ""]
    )


def test_neighbouring_facts_do_not_run_together() -> None:
    assert mark(finding(symbol="ab", relation="c")) != mark(finding(symbol="a", relation="bc"))


def test_twins_are_told_apart_in_order_of_place_whatever_the_order_given() -> None:
    twins = [finding(path="shop/api.py", line=line, end_line=line) for line in (3, 7, 9)]
    stamped, marks = stamp(twins, LINES.__getitem__)
    assert len({each.fingerprint for each in stamped}) == 3
    assert stamp(reversed(twins), LINES.__getitem__) == (stamped, marks)
    assert stamped[0].fingerprint == mark(finding(path="shop/api.py"))


def test_a_file_name_that_is_no_text() -> None:
    assert len(mark(finding(path="shop/caf\udce9.py"), lines=[])) == 16
