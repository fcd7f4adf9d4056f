"""Every expression that the libcst pass lowers is what the stdlib's parser sees, in the same place."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import djcheck
from tests.facts.reference import disagreements

# Real code that is there wherever the tests run, of many hands and with much syntax.
MODULES = [
    "argparse",
    "asyncio.base_events",
    "ast",
    "collections",
    "contextlib",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "doctest",
    "enum",
    "functools",
    "heapq",
    "http.cookies",
    "inspect",
    "json.encoder",
    "logging",
    "mailbox",
    "optparse",
    "pathlib",
    "pickle",
    "statistics",
    "tarfile",
    "textwrap",
    "tokenize",
    "traceback",
    "turtle",
    "typing",
    "unittest.mock",
    "xml.dom.minidom",
    "zipfile",
    "django.contrib.admin.options",
    "django.db.models.base",
    "django.db.models.query",
    "django.db.models.sql.query",
    "django.db.models.sql.compiler",
    "django.forms.models",
    "django.template.defaultfilters",
    "django.utils.html",
    "msgspec.inspect",
    "libcst._nodes.expression",
]


@pytest.mark.parametrize("name", MODULES)
def test_in_code_of_others(name: str) -> None:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        pytest.skip("not written in Python here")
    assert list(disagreements(Path(spec.origin).read_text(encoding="utf-8"))) == []


def test_in_our_own_code() -> None:
    assert djcheck.__file__ is not None
    for file in sorted(Path(djcheck.__file__).parent.rglob("*.py")):
        assert list(disagreements(file.read_text(encoding="utf-8"))) == [], file


BLANK = st.sampled_from(["", " ", "  ", "\t", " \\\n ", "\n  ", "  # it's (a comment]\n ", "\n\n# é\n", "\f"])
NAME = st.sampled_from(["a", "book", "été", "_", "x1", "notable"])
ATOM = st.one_of(
    NAME,
    st.sampled_from(["1", "0x_ff", "1.5e3", "2j", "None", "True", "...", "''", '"é"', "r'\\d'", "b'x'", "'a' 'b'"]),
    st.sampled_from(['"""a\n# no comment\n"""', "'it\\'s'", 'f"é{a}"', 'f"{a!r:>{book}} {{}}"', "''\"b\"f'{a.b}'"]),
)


@st.composite
def compound(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    def blank() -> str:
        return draw(BLANK)

    def part() -> str:
        return f"{blank()}({blank()}{draw(inner)}{blank()})" if draw(st.booleans()) else f"{blank()}{draw(ATOM)}"

    shape = draw(st.sampled_from(SHAPES))
    pieces = [part() + blank() if piece == "E" else NAMES if piece == "N" else piece for piece in shape.split("~")]
    text = "".join(draw(NAME) if piece is NAMES else piece for piece in pieces)
    return f"({blank()}{text}{blank()})" if draw(st.booleans()) else f"({text})"


NAMES = "<a name>"
SHAPES = (
    "E~. ~N ~(~E~,~N~=~E~)",
    "E~(~E~,*~E~,~N~=~E~,**~E~,)",
    "~N~(~E~ for ~N~ in ~E~)",
    "E~[~E~:~E~]",
    "E~[::~E~]",
    "E~[~E~,~E~]",
    "E~[~E~:,]",
    "E~+~E~-~E",
    "E~**~E~%~E",
    "not ~E~and ~E~and ~E~or ~E",
    "-~E~<~E~!=~E~not in ~E~is not ~E",
    "E~if ~E~else ~E",
    "E~,~E~,",
    "E~,*~E",
    "[~E~,~E~,]",
    "{~E~}",
    "{~E~:~E~,**~E~}",
    "[~E~for ~N~,~N~ in ~E~if ~E~if ~E~for ~N ~ in ~E~]",
    "{~E~:~E~for ~N~ in ~E~}",
    "lambda ~N~=~E~,*~N~x,**~N~y:~E",
    "~N~y:=~E",
    "await ~E",
    "yield ~E~,~E",
    "yield from ~E",
)
EXPRESSION = st.recursive(ATOM, compound, max_leaves=12)


@given(st.lists(EXPRESSION, min_size=1, max_size=3), st.sampled_from(["", "    ", "\t"]))
def test_whatever_stands_between_the_tokens(expressions: list[str], indentation: str) -> None:
    lines = "".join(f"{indentation}    ({expression}) # x\n" for expression in expressions)
    text = f"{indentation and 'class A:'}\n{indentation}async def f():\n{lines}"
    try:
        ast.parse(text)
        cst.parse_module(text)
    except (SyntaxError, cst.CSTValidationError):
        # `yield` in a comprehension; or libcst, which refuses `a if ((b if c else d))else e` for want of a space.
        reject()
    assert list(disagreements(text)) == []
