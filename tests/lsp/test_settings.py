"""Settings from the editor, over those of the configuration file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor, editing, of_editor, plain
from tests.lsp.library import VIEWS, library

pytestmark = pytest.mark.asyncio

VIEWS_PY = "library/views.py"


@pytest.mark.parametrize("options", [{"ignore": ["DJC101"]}, {"djcheck": {"ignore": ["DJC101"]}}])
async def test_settings_of_the_start(tmp_path: Path, options: dict[str, Any]) -> None:
    async with editing(library(tmp_path), options=options) as editor:
        editor.open(VIEWS_PY)
        assert await editor.at_version(VIEWS_PY, 1) == []


async def test_settings_that_the_editor_is_asked_for(tmp_path: Path) -> None:
    editor = Editor(library(tmp_path))
    editor.client.set_configuration({"djcheck": {"ignore": ["DJC101"]}}, scope_uri=tmp_path.as_uri())
    await editor.start(plain(), options={"ignore": ["DJC2"]})
    editor.open(VIEWS_PY)
    assert await editor.at_version(VIEWS_PY, 1) == []
    editor.client.set_configuration({"djcheck": {}}, scope_uri=tmp_path.as_uri())
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.codes(VIEWS_PY, "DJC101")
    assert await editor.leave() == 0


async def test_settings_that_an_old_editor_sends(tmp_path: Path) -> None:
    async with editing(library(tmp_path), of_editor("neovim@0.6")) as editor:
        await editor.codes(VIEWS_PY, "DJC101")
        settings = {"djcheck": {"select": ["DJC2"]}}
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
        await editor.codes(VIEWS_PY)


@pytest.mark.parametrize("setting", ["ignroe", "extend_select"])
async def test_settings_that_do_not_exist_are_told_and_left_out(tmp_path: Path, setting: str) -> None:
    async with editing(library(tmp_path), options={setting: ["DJC101"], "ignore": None}) as editor:
        await editor.warned(f"the editor's settings: djcheck has no such setting: {setting}")
        await editor.codes(VIEWS_PY, "DJC101")


async def test_settings_that_make_no_sense_are_told(tmp_path: Path) -> None:
    async with editing(library(tmp_path), options={"ignore": "DJC101"}) as editor:
        await editor.warned("the editor's settings: ignore: Expected `array`")


async def test_the_configuration_file_counts_and_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "djcheck.toml").write_text('ignore = ["DJC101"]\n')
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY, VIEWS)
        assert await editor.at_version(VIEWS_PY, 1) == []
        (tmp_path / "djcheck.toml").write_text("ignore = [\n")
        editor.touched("djcheck.toml")
        await editor.warned("djcheck.toml: is not valid TOML")
        (tmp_path / "djcheck.toml").write_text('colour = "red"\n')
        editor.touched("djcheck.toml")
        await editor.codes(VIEWS_PY, "DJC101")
        (found,) = await editor.codes("djcheck.toml", "DJC003")
    assert "colour" in found.message
