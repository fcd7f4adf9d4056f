"""Where the comment that silences a finding goes."""

from __future__ import annotations

import pytest

from djcheck.lsp.ignoring import silencing


def silenced(text: str, first: int, last: int, *, template: bool = False) -> str | None:
    place = silencing(text, first, last, "DJC101", template=template)
    if place is None:
        return None
    lines = text.split("\n")
    line, column, comment = place
    lines[line] = lines[line][:column] + comment + lines[line][column:]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = b", "a = b  # djcheck: ignore[DJC101] TODO: say why"),
        ("a = b  # why", "a = b  # why  # djcheck: ignore[DJC101] TODO: say why"),
        ("a  # djcheck: ignore[DJC2] few", "a  # djcheck: ignore[DJC2, DJC101] few"),
        ("a = '# djcheck: x'", "a = '# djcheck: x'  # djcheck: ignore[DJC101] TODO: say why"),
    ],
)
def test_the_comment_follows_the_code(text: str, expected: str) -> None:
    assert silenced(text, 0, 0) == expected


def test_a_line_that_goes_on_takes_no_comment_but_the_next_does() -> None:
    assert silenced("a = b \\\n  + c", 0, 1) == "a = b \\\n  + c  # djcheck: ignore[DJC101] TODO: say why"
    assert silenced('a = """\n{b}\n"""', 0, 2) == 'a = """\n{b}\n"""  # djcheck: ignore[DJC101] TODO: say why'


def test_where_no_line_has_room_none_is_offered() -> None:
    assert silenced('a = """\n{b}\n"""', 0, 1) is None
    assert silenced("a = b \\\n  + c", 0, 0) is None
    assert silenced("a", 3, 4) is None


def test_a_template() -> None:
    comment = "{# djcheck: ignore[DJC101] TODO: say why #}"
    assert silenced("{{ a }}\n", 0, 0, template=True) == f"{{{{ a }}}}{comment}\n"
