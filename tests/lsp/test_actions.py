"""What editors offer to do about a finding, and what they show of it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor, editing, edits_of, of_editor
from tests.lsp.library import TEMPLATE, VIEWS, library

pytestmark = pytest.mark.asyncio

VIEWS_PY, TITLES = "library/views.py", "library/templates/titles.html"
IGNORE = "Ignore DJC101 on this line"


def applied(text: str, action: types.CodeAction) -> str:
    """A text of ASCII with the action's edits made, all of which are its own."""
    ((_, edits),) = edits_of(action).items()
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    for edit in sorted(edits, key=lambda each: (each.range.start.line, each.range.start.character), reverse=True):
        start, end = (starts[at.line] + at.character for at in (edit.range.start, edit.range.end))
        text = text[:start] + edit.new_text + text[end:]
    return text


async def test_a_line_of_python_is_ignored(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        (found,) = await editor.at_version(VIEWS_PY, 1)
        text = applied(VIEWS, (await editor.actions(VIEWS_PY, found))[IGNORE])
        assert "Book.objects.all()]  # djcheck: ignore[DJC101] TODO: say why\n" in text
        version = editor.change(VIEWS_PY, text)
        assert await editor.at_version(VIEWS_PY, version) == []


async def test_a_line_of_a_template_is_ignored(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(TITLES)
        (found,) = await editor.at_version(TITLES, 1)
        text = applied(TEMPLATE, (await editor.actions(TITLES, found))[IGNORE])
        assert "</li>{# djcheck: ignore[DJC101] TODO: say why #}\n" in text
        version = editor.change(TITLES, text)
        assert await editor.at_version(TITLES, version) == []


async def test_a_rule_is_explained_in_a_document(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        (found,) = await editor.at_version(VIEWS_PY, 1)
        command = (await editor.actions(VIEWS_PY, found))["Explain DJC101 missing-select-related"].command
        assert command is not None
        await editor.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, command.arguments)
        )
        (shown,) = editor.client.shown_documents
        page = Path(url2pathname(urlparse(shown.uri).path)).read_text()
    assert page.startswith("# DJC101 missing-select-related\n")
    assert "```python" in page


async def test_a_rule_is_explained_in_a_message_where_documents_cannot_be_shown(tmp_path: Path) -> None:
    async with editing(library(tmp_path), of_editor("neovim@0.7")) as editor:
        params = types.ExecuteCommandParams("djcheck.explain", ["DJC101"])
        await editor.client.workspace_execute_command_async(params)
        assert "select_related" in await editor.warned("DJC101 missing-select-related")
        params = types.ExecuteCommandParams("djcheck.explain", ["DJC999"])
        await editor.client.workspace_execute_command_async(params)
        await editor.warned("DJC999 is no rule")


async def test_only_what_is_asked_for_is_offered(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        (found,) = await editor.at_version(VIEWS_PY, 1)
        assert IGNORE in await editor.actions(VIEWS_PY, found, ["quickfix"])
        assert IGNORE in await editor.actions(VIEWS_PY, found, [""])
        assert IGNORE not in await editor.actions(VIEWS_PY, found, ["source"])
        assert await editor.actions(VIEWS_PY, found, ["refactor"]) == {}


async def test_nothing_is_offered_where_nothing_was_found(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        (found,) = await editor.at_version(VIEWS_PY, 1)
        found.range = types.Range(types.Position(0, 0), types.Position(1, 0))
        assert IGNORE not in await editor.actions(VIEWS_PY, found)


async def hovered(editor: Editor, path: str, line: int, character: int) -> str | None:
    document = types.TextDocumentIdentifier(editor.uri(path))
    found = await editor.client.text_document_hover_async(types.HoverParams(document, types.Position(line, character)))
    if found is None:
        return None
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value


async def test_a_hover_tells_the_rule_and_the_trace(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        await editor.codes(TITLES, "DJC101")
        page = await hovered(editor, TITLES, 2, 15)
        assert page is not None
        assert page.startswith("**DJC101 missing-select-related** (warning, certain)")
        assert f"[views.py:7]({editor.uri(VIEWS_PY)}#L7) origin" in page
        assert "https://docs.djangoproject.com" in page
        assert await hovered(editor, TITLES, 0, 0) is None
        assert await hovered(editor, "../elsewhere.py", 0, 0) is None


async def test_a_finding_is_fixed(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        (found,) = await editor.at_version(VIEWS_PY, 1)
        (action,) = [each for each in (await editor.actions(VIEWS_PY, found)).values() if each.is_preferred]
        assert action.kind == types.CodeActionKind.QuickFix
        text = applied(VIEWS, action)
        line = "    return [book.author.name for book in Book.objects.all()]"
        assert text == VIEWS.replace(line, line.replace("all()", 'select_related("author")'))
        version = editor.change(VIEWS_PY, text)
        assert await editor.at_version(VIEWS_PY, version) == []


async def test_a_finding_in_a_template_is_fixed_in_the_view(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(TITLES)
        (found,) = await editor.at_version(TITLES, 1)
        (action,) = [each for each in (await editor.actions(TITLES, found)).values() if each.is_preferred]
        assert set(edits_of(action)) == {editor.uri(VIEWS_PY)}
        editor.open(VIEWS_PY, applied(VIEWS, action))
        await editor.codes(TITLES)


async def test_all_that_is_safe_is_fixed_at_once(tmp_path: Path) -> None:
    more = VIEWS + "\n\ndef more(request):\n    return [book.author.name for book in Book.objects.order_by('title')]\n"
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY, more)
        found = await editor.at_version(VIEWS_PY, 1)
        assert len(found) == 2
        (action,) = (await editor.actions(VIEWS_PY, found[0], ["source.fixAll"])).values()
        assert action.kind == "source.fixAll.djcheck"
        version = editor.change(VIEWS_PY, applied(more, action))
        assert await editor.at_version(VIEWS_PY, version) == []
