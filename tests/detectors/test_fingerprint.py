"""Is a finding known again after its lines have moved, and not after its code has changed?"""

from __future__ import annotations

from typing import Any

import pytest

from djcheck.detectors.fingerprint import stamp
from djcheck.domain.finding import Finding
from tests.building import finding

CODE = "print(book.author.name)"


def mark(found: Finding, code: str = CODE) -> str:
    (stamped,) = stamp([found], lambda path, line: code)
    return stamped.fingerprint


def test_lines_and_spacing_and_words_do_not_matter() -> None:
    moved = finding(line=30, end_line=30, column=5, message="other words", help="other help")
    assert mark(finding()) == mark(moved) == mark(finding(), "    print(book.author.name)  \n")


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
    assert mark(finding()) != mark(finding(), "print(book.author.email)")


def test_neighbouring_facts_do_not_run_together() -> None:
    assert mark(finding(symbol="ab", relation="c")) != mark(finding(symbol="a", relation="bc"))


def test_twins_are_told_apart_in_order_of_place_whatever_the_order_given() -> None:
    twins = [finding(line=line, end_line=line) for line in (3, 7, 9)]
    stamped = stamp(twins, lambda path, line: CODE)
    assert len({each.fingerprint for each in stamped}) == 3
    assert stamp(reversed(twins), lambda path, line: CODE) == stamped
    assert stamped[0].fingerprint == mark(finding())


def test_a_file_name_that_is_no_text() -> None:
    assert len(mark(finding(path="shop/caf\udce9.py"))) == 16
