"""Does the mark stand under the code, and can no source text do harm?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from djcheck.reporters.frame import Row, frame
from djcheck.reporters.harmless import harmless


def drawn(lines: list[str], line: int, column: int, end_line: int, end_column: int) -> list[str]:
    return [row.gutter + row.text for row in frame(lines, line, column, end_line, end_column, 80)]


class TestFrame:
    def test_one_line_with_the_one_before(self) -> None:
        assert drawn(["for book in books:\n", "    print(book.author)\n", "done\n"], 2, 11, 2, 22) == [
            "  1 | for book in books:",
            "  2 |     print(book.author)",
            "    |           ^^^^^^^^^^^",
        ]

    def test_several_lines_are_marked_at_both_ends(self) -> None:
        assert drawn(["x = (\n", "    a\n", "    .b\n", ")\n"], 1, 5, 3, 7) == [
            "  1 | x = (",
            "    |     ^",
            "  2 |     a",
            "  3 |     .b",
            "    |     ^^",
        ]

    def test_a_long_span_is_cut(self) -> None:
        rows = drawn([f"line {number}\n" for number in range(1, 40)], 5, 1, 30, 3)
        assert rows[0] == "   4 | line 4"
        assert rows[-1] == "  10 | line 10"

    def test_tabs_and_wide_characters_keep_the_mark_in_place(self) -> None:
        assert drawn(['\t"漢字", book.author\n'], 1, 8, 1, 19) == [
            '  1 |     "漢字", book.author',
            "    |             ^^^^^^^^^^^",
        ]

    def test_no_such_line(self) -> None:
        assert drawn([], 3, 1, 3, 2) == []
        assert drawn(["one\n"], 2, 1, 2, 2) == []

    def test_an_empty_span_is_marked_too(self) -> None:
        assert drawn(["abc\n"], 1, 4, 1, 4) == ["  1 | abc", "    |    ^"]

    def test_a_very_long_line_is_shown_around_the_mark(self) -> None:
        line = "a" * 100_000 + "book.author" + "b" * 100_000
        code, mark = drawn([line], 1, 100_001, 1, 100_012)
        assert cell_len(code) <= 80
        start = mark.index("^")
        assert code[start : start + 11] == "book.author"
        assert code.endswith("...")

    def test_a_hostile_line_is_drawn_as_plain_text(self) -> None:
        code, mark = drawn(["x = '\x1b[31m\u202e[bold]\x07' + y.z\n"], 1, 23, 1, 26)
        assert code == r"  1 | x = '\x1b[31m\u202e[bold]\x07' + y.z"
        assert code[mark.index("^") : mark.rindex("^") + 1] == "y.z"


WILD = st.text(alphabet=st.characters(codec=None), max_size=300)


@given(WILD, st.integers(1, 320), st.integers(1, 320), st.integers(20, 200))
def test_rows_always_fit_and_never_control_the_terminal(line: str, column: int, end: int, width: int) -> None:
    for row in frame([line], 1, column, 1, max(column, end), width):
        assert isinstance(row, Row)
        assert cell_len(row.gutter + row.text) <= max(width, 28)
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in row.text)
        assert row.text.encode() is not None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [bold]text[/bold] :smile:", "plain [bold]text[/bold] :smile:"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\nb\rc\td", r"a\nb\rc    d"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\u2028", r"\u2028"),
        ("\x9b31m", r"\x9b31m"),
        ("caf\udce9", r"caf\udce9"),
        ("Größe 漢字 😀", "Größe 漢字 😀"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_harmless_cuts_what_is_absurdly_long() -> None:
    assert len(harmless("a" * 1_000_000)) < 3_000
