"""What editors are shown, and when."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import editing, part
from tests.lsp.library import MODELS, TEMPLATE, VIEWS, library

pytestmark = pytest.mark.asyncio

VIEWS_PY, MODELS_PY, TITLES = "library/views.py", "library/models.py", "library/templates/titles.html"
WITHOUT = "Book.objects.all()\n    return render"
JOINED = 'Book.objects.select_related("author")\n    return render'


async def test_a_project_is_shown_as_soon_as_it_is_open(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        (found,) = await editor.codes(VIEWS_PY, "DJC101")
        await editor.codes(TITLES, "DJC101")
    assert found.range == types.Range(types.Position(11, 12), types.Position(11, 23))
    assert (found.severity, found.source) == (types.DiagnosticSeverity.Warning, "djcheck")
    assert "author" in found.message
    assert found.code_description is not None
    assert found.code_description.href.startswith("https://")


async def test_the_trace_leads_to_the_origin_and_the_loop(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        (found,) = await editor.codes(TITLES, "DJC101")
        related = found.related_information or []
    steps = {
        each.message.partition(":")[0]: (Path(each.location.uri).name, each.location.range.start) for each in related
    }
    assert steps["origin"] == ("views.py", types.Position(6, 12))
    assert steps["loop"][0] == "titles.html"
    assert steps["loop"][1].line == 1


async def test_unsaved_text_counts(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        assert len(await editor.at_version(VIEWS_PY, 1)) == 1
        version = editor.change(
            VIEWS_PY, VIEWS.replace("Book.objects.all()]", 'Book.objects.select_related("author")]')
        )
        assert await editor.at_version(VIEWS_PY, version) == []
    assert (tmp_path / VIEWS_PY).read_text() == VIEWS


async def test_a_template_typed_in_part_by_part(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(TITLES)
        await editor.at_version(TITLES, 1)
        version = editor.change(TITLES, part((2, 12), (2, 23), "title"), part((0, 4), (0, 4), "\n<li>Books</li>"))
        assert await editor.at_version(TITLES, version) == []
        version = editor.change(TITLES, part((3, 12), (3, 17), "author"))
        (found,) = await editor.at_version(TITLES, version)
    assert found.range.start.line == 3


async def test_a_view_changes_what_is_found_in_a_template(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        await editor.codes(TITLES, "DJC101")
        editor.open(VIEWS_PY, VIEWS.replace(WITHOUT, JOINED))
        await editor.codes(TITLES)


async def test_a_model_changes_what_is_found_in_an_open_view(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        editor.open(MODELS_PY)
        await editor.codes(VIEWS_PY, "DJC101")
        editor.change(
            MODELS_PY, MODELS.replace("models.ForeignKey(Author, on_delete=models.CASCADE)", "models.TextField()")
        )
        await editor.codes(VIEWS_PY)
        editor.change(MODELS_PY, MODELS)
        await editor.codes(VIEWS_PY, "DJC101")


async def test_closing_without_saving_brings_the_disk_back(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY, "")
        assert await editor.at_version(VIEWS_PY, 1) == []
        editor.close(VIEWS_PY)
        await editor.codes(VIEWS_PY, "DJC101")


async def test_saving_asks_again(tmp_path: Path) -> None:
    """An editor that cannot watch files still hears what happened on the disk."""
    async with editing(library(tmp_path)) as editor:
        await editor.codes(TITLES, "DJC101")
        editor.open(VIEWS_PY)
        (tmp_path / TITLES).write_text(TEMPLATE.replace("author.name", "title"))
        editor.save(VIEWS_PY)
        await editor.codes(TITLES)


async def test_files_that_change_come_and_go_on_the_disk(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        await editor.codes(TITLES, "DJC101")
        (tmp_path / TITLES).write_text(TEMPLATE.replace("author.name", "title"))
        editor.touched(TITLES)
        await editor.codes(TITLES)
        (tmp_path / "library/more.py").write_text(VIEWS)
        editor.touched("library/more.py", kind=types.FileChangeType.Created)
        await editor.codes("library/more.py", "DJC101")
        (tmp_path / "library/more.py").unlink()
        editor.touched("library/more.py", kind=types.FileChangeType.Deleted)
        await editor.codes("library/more.py")


async def test_the_server_asks_to_be_told_of_changed_files(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        await editor.codes(VIEWS_PY, "DJC101")
        (wish,) = editor.registered
    assert wish.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES


async def test_a_file_deleted_under_an_open_document(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        await editor.at_version(VIEWS_PY, 1)
        (tmp_path / VIEWS_PY).unlink()
        editor.touched(VIEWS_PY, kind=types.FileChangeType.Deleted)
        await editor.codes(VIEWS_PY)
        await editor.codes(TITLES)


async def test_broken_syntax_is_told_and_mended(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        await editor.at_version(VIEWS_PY, 1)
        version = editor.change(VIEWS_PY, VIEWS + "\ndef broken(:\n")
        (found,) = await editor.at_version(VIEWS_PY, version)
        assert (found.code, found.range.start.line) == ("DJC001", 13)
        version = editor.change(VIEWS_PY, VIEWS)
        assert [each.code for each in await editor.at_version(VIEWS_PY, version)] == ["DJC101"]


async def test_of_rapid_edits_the_last_counts(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        version = 1
        for at in range(120):
            version = editor.change(VIEWS_PY, part((0, 0), (0, 0), f"# line {at}\n"))
        (found,) = await editor.at_version(VIEWS_PY, version)
    assert found.range.start.line == 131


async def test_several_folders_each_for_itself(tmp_path: Path) -> None:
    one, two = library(tmp_path / "one"), library(tmp_path / "two")
    async with editing(tmp_path, folders=[one]) as editor:
        await editor.codes("one/library/views.py", "DJC101")
        folders = [types.WorkspaceFolder(two.as_uri(), "two")], [types.WorkspaceFolder(one.as_uri(), "one")]
        editor.client.workspace_did_change_workspace_folders(
            types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent(*folders))
        )
        await editor.codes("two/library/views.py", "DJC101")
        await editor.codes("one/library/views.py")


async def test_documents_outside_all_folders_are_left_alone(tmp_path: Path) -> None:
    async with editing(library(tmp_path / "one")) as editor:
        (tmp_path / "alone.py").write_text(VIEWS)
        editor.open("../alone.py")
        editor.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem("untitled:Untitled-1", "python", 1, VIEWS))
        )
        await editor.codes(VIEWS_PY, "DJC101")
    assert [uri for uri in editor.published if "alone" in uri or "ntitled" in uri] == []
