"""Diagnostics for editors that ask for them, and then are not told unasked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.lsp.editor import Editor, editing, of_editor, plain
from tests.lsp.library import VIEWS, library

pytestmark = pytest.mark.asyncio

VIEWS_PY, MODELS_PY, TITLES = "library/views.py", "library/models.py", "library/templates/titles.html"
Asked = types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport


def asking() -> types.ClientCapabilities:
    capabilities = plain(diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True))
    capabilities.text_document = types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    return capabilities


async def asked(editor: Editor, path: str, known: str | None = None) -> Asked:
    document = types.TextDocumentIdentifier(editor.uri(path))
    params = types.DocumentDiagnosticParams(document, previous_result_id=known)
    report = await editor.client.text_document_diagnostic_async(params)
    assert isinstance(report, Asked)
    return report


async def asked_all(
    editor: Editor, *known: types.PreviousResultId
) -> dict[str, types.WorkspaceDocumentDiagnosticReport]:
    report = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(list(known)))
    return {each.uri: each for each in report.items}


async def test_one_document(tmp_path: Path) -> None:
    async with editing(library(tmp_path), asking()) as editor:
        provider = editor.result.capabilities.diagnostic_provider
        assert provider is not None
        assert (provider.inter_file_dependencies, provider.workspace_diagnostics) == (True, True)
        editor.open(VIEWS_PY)
        first = await asked(editor, VIEWS_PY)
        assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
        assert [each.code for each in first.items] == ["DJC101"]
        again = await asked(editor, VIEWS_PY, first.result_id)
        assert again.kind == "unchanged"
        editor.change(VIEWS_PY, VIEWS.replace("book.author.name", "book.title"))
        changed = await asked(editor, VIEWS_PY, first.result_id)
        assert isinstance(changed, types.RelatedFullDocumentDiagnosticReport)
        assert changed.items == ()
        elsewhere = await asked(editor, "../elsewhere.py")
        assert isinstance(elsewhere, types.RelatedFullDocumentDiagnosticReport)
    assert editor.published == {}


async def test_all_files(tmp_path: Path) -> None:
    async with editing(library(tmp_path), asking()) as editor:
        first = await asked_all(editor)
        assert set(first) == {editor.uri(VIEWS_PY), editor.uri(TITLES)}
        known = [types.PreviousResultId(uri, str(each.result_id)) for uri, each in first.items()]
        editor.open(VIEWS_PY, VIEWS.replace("book.author.name", "book.title"))
        changed = await asked_all(editor, *known)
    assert changed[editor.uri(TITLES)].kind == "unchanged"
    gone = changed[editor.uri(VIEWS_PY)]
    assert isinstance(gone, types.WorkspaceFullDocumentDiagnosticReport)
    assert gone.items == ()


async def test_the_editor_is_told_to_ask_again_where_another_file_changed(tmp_path: Path) -> None:
    async with editing(library(tmp_path), asking()) as editor:
        editor.open(TITLES)
        await asked(editor, TITLES)
        before = editor.client.diagnostic_refresh_count
        editor.open(VIEWS_PY, VIEWS.replace("objects.all()\n", "objects.select_related('author')\n"))
        async with asyncio.timeout(30):
            while editor.client.diagnostic_refresh_count == before:
                await asyncio.sleep(0.02)
        report = await asked(editor, TITLES)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert report.items == ()


async def test_a_question_can_be_taken_back(tmp_path: Path) -> None:
    async with editing(library(tmp_path), asking()) as editor:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(editor.uri(VIEWS_PY)))
        answer = editor.client.protocol.send_request(types.TEXT_DOCUMENT_DIAGNOSTIC, params, msg_id=4711)
        editor.client.cancel_request(types.CancelParams(4711))
        with pytest.raises(JsonRpcException, match="cancel"):
            await asyncio.wait_for(asyncio.wrap_future(answer), 30)
        assert [each.kind for each in (await asked_all(editor)).values()] == ["full", "full"]


@pytest.mark.parametrize("name", ["neovim@0.11", "emacs@29", "visual-studio-code@1.65"])
async def test_who_cannot_be_told_to_ask_again_is_told_everything(tmp_path: Path, name: str) -> None:
    async with editing(library(tmp_path), of_editor(name)) as editor:
        assert editor.result.capabilities.diagnostic_provider is None
        await editor.codes(VIEWS_PY, "DJC101")
