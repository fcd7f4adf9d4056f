from __future__ import annotations

import ast
import warnings

from hypothesis import given
from hypothesis import strategies as st

from djcheck.facts.string_values import opening, unescaped

ESCAPES = (
    "\\n",
    "\\'",
    '\\"',
    "\\x41",
    "\\u00e9",
    "\\U0001F600",
    "\\N{BULLET}",
    "\\7",
    "\\1234",
    "\\q",
    "\\a\\b\\f\\r\\t\\v",
)
PIECES = st.sampled_from([*ESCAPES, "\\0", "\\\n", "\\", "\\\\", *"Nuxn0é{}"])


@given(st.lists(PIECES).map("".join))
def test_escapes_mean_what_python_says(raw: str) -> None:
    literal = f"'''{raw}'''"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = ast.literal_eval(literal)
        except SyntaxError:
            return
    assert unescaped(raw) == expected


def test_unknown_characters_stay_as_they_are() -> None:
    assert unescaped("\\N{NO SUCH NAME} \\U99999999 \\ud800") == "\\N{NO SUCH NAME} \\U99999999 ?"


def test_prefix_and_quotes() -> None:
    literals = ["''", '"a"', "rB''", "'''x'''", '""', 'R"""x"""', "''''''"]
    assert [opening(literal) for literal in literals] == [
        ("", "'"),
        ("", '"'),
        ("rb", "'"),
        ("", "'''"),
        ("", '"'),
        ("r", '"""'),
        ("", "'''"),
    ]
