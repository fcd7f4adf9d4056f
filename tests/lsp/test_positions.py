"""Positions in text that takes more than one code unit a character, out of the server and into it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import editing, edits_of, part, plain
from tests.lsp.library import TEMPLATE, VIEWS, library

pytestmark = pytest.mark.asyncio

VIEWS_PY, TITLES = "library/views.py", "library/templates/titles.html"
SMILING = VIEWS.replace("[book.author.name for", '["😀é", *[book.author.name for').replace("all()]", "all()]]")
# Before `book.author` stand 18 ASCII characters, one beyond the Basic Multilingual Plane and one of two bytes.
COLUMNS = {"utf-8": 24, "utf-16": 21, "utf-32": 20}
WIDTHS = {"utf-8": 4, "utf-16": 2, "utf-32": 1}


def agreeing_on(*encodings: str) -> types.ClientCapabilities:
    capabilities = plain()
    kinds = [types.PositionEncodingKind(each) for each in encodings]
    capabilities.general = types.GeneralClientCapabilities(position_encodings=kinds)
    return capabilities


@pytest.mark.parametrize("encoding", sorted(COLUMNS))
async def test_the_encoding_that_was_agreed_on_counts(tmp_path: Path, encoding: str) -> None:
    async with editing(library(tmp_path), agreeing_on(encoding)) as editor:
        assert editor.result.capabilities.position_encoding == encoding
        editor.open(VIEWS_PY, SMILING)
        (found,) = await editor.at_version(VIEWS_PY, 1)
        column = COLUMNS[encoding]
        assert (found.range.start.character, found.range.end.character) == (column, column + 11)
        # What the editor changes is counted in the same units.
        version = editor.change(VIEWS_PY, part((11, column), (11, column + 11), "('😀' and book.author)"))
        (found,) = await editor.at_version(VIEWS_PY, version)
    assert found.range.start.character == COLUMNS[encoding] + len("('' and ") + WIDTHS[encoding]


async def test_utf_16_counts_where_nothing_was_agreed_on(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        assert editor.result.capabilities.position_encoding == "utf-16"
        editor.open(VIEWS_PY, SMILING)
        (found,) = await editor.at_version(VIEWS_PY, 1)
    assert found.range.start.character == COLUMNS["utf-16"]


async def test_the_steps_of_a_trace_in_other_files(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY, VIEWS.replace("    books = Book", "    books = '😀' and Book"))
        editor.open(TITLES, TEMPLATE.replace("<li>{{", "<li>😀{{"))
        (found,) = await editor.at_version(TITLES, 1)
        steps = {step.message.partition(":")[0]: step.location for step in found.related_information or ()}
    assert found.range.start.character == 9
    assert steps["origin"].range.start.character == 21


async def test_the_comment_that_ignores_stands_at_the_end_of_the_line(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY, SMILING)
        (found,) = await editor.at_version(VIEWS_PY, 1)
        action = (await editor.actions(VIEWS_PY, found))["Ignore DJC101 on this line"]
    line = SMILING.splitlines()[11]
    ((_, (edit,)),) = edits_of(action).items()
    assert edit.range.start == types.Position(11, len(line) + 1)
    assert edit.range.start == edit.range.end


async def test_lines_end_where_the_protocol_says(tmp_path: Path) -> None:
    """A form feed ends no line, neither for editors nor for Python."""
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY, "# a\x0cb\u2028c\n" + VIEWS.replace("\n", "\r\n"))
        (found,) = await editor.at_version(VIEWS_PY, 1)
        assert found.range.start == types.Position(12, 12)
        version = editor.change(VIEWS_PY, part((12, 17), (12, 23), "title"))
        assert [each.code for each in await editor.at_version(VIEWS_PY, version)] == []
