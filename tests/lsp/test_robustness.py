"""Whatever happens, the server goes on, or leaves in good order."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.lsp.editor import LSP_COMMAND, PATIENCE, Editor, editing, plain
from tests.lsp.library import VIEWS, library

pytestmark = pytest.mark.asyncio

VIEWS_PY = "library/views.py"


def many_files(root: Path) -> Path:
    """A project whose analysis takes its time."""
    library(root)
    for number in range(300):
        functions = "\n\n".join(
            f"def names_{at}(request):\n    return [book.author.name for book in Book.objects.filter(pk={at})]"
            for at in range(40)
        )
        (root / f"library/views_{number}.py").write_text(f"from library.models import Book\n\n\n{functions}\n")
    return root


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def gone(*pids: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while any(map(is_running, pids)):
            await asyncio.sleep(0.02)


async def worker_of(editor: Editor) -> int:
    async with asyncio.timeout(PATIENCE):
        while not children(editor.process.pid):
            await asyncio.sleep(0.02)
    return children(editor.process.pid)[0]


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


async def answers(process: asyncio.subprocess.Process) -> dict[str, object]:
    """The next message of the server that is an answer."""
    assert process.stdout is not None
    while True:
        length = 0
        while (line := (await process.stdout.readline()).strip()) != b"":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message = json.loads(await process.stdout.readexactly(length))
        if "id" in message and "method" not in message:
            assert isinstance(message, dict)
            return message


async def test_messages_that_make_no_sense() -> None:
    process = await asyncio.create_subprocess_exec(
        *LSP_COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdin is not None

    async def ask(message: dict[str, object]) -> dict[str, object]:
        assert process.stdin is not None
        process.stdin.write(framed(json.dumps({"jsonrpc": "2.0", **message}).encode()))
        async with asyncio.timeout(PATIENCE):
            return await answers(process)

    await ask({"id": 1, "method": "initialize", "params": {"capabilities": {}, "processId": None, "rootUri": None}})
    for nonsense in (b"{", b"[]", b"42", b"null", b'"\xff"', b'{"jsonrpc": "2.0"}', b"[" * 5000):
        process.stdin.write(framed(nonsense))
    process.stdin.write(b"Content-Length: many\r\n\r\n")
    for method in ("textDocument/didOpen", "textDocument/didChange", "workspace/didChangeWatchedFiles", "no/such"):
        process.stdin.write(framed(json.dumps({"jsonrpc": "2.0", "method": method, "params": {"a": 1}}).encode()))
    unknown = {"textDocument": {"uri": "file:///not/open.py", "version": 2}, "contentChanges": [{"text": ""}]}
    change = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": unknown}
    process.stdin.write(framed(json.dumps(change).encode()))
    refused = await ask({"id": 2, "method": "textDocument/hover", "params": {"position": "here"}})
    assert refused["id"] == 2
    assert "error" in refused
    assert "error" in await ask({"id": 3, "method": "no/such", "params": {}})
    assert (await ask({"id": 4, "method": "shutdown"}))["id"] == 4
    process.stdin.write(framed(b'{"jsonrpc": "2.0", "method": "exit"}'))
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0


async def test_shutdown_in_the_middle_of_an_analysis(tmp_path: Path) -> None:
    async with editing(many_files(tmp_path)) as editor:
        worker = await worker_of(editor)
        await asyncio.sleep(1.0)
        helpers = children(worker)
    await gone(worker, *helpers)


async def test_an_editor_that_dies_takes_all_processes_with_it(tmp_path: Path) -> None:
    editor = Editor(many_files(tmp_path))
    await editor.start(plain())
    worker = await worker_of(editor)
    await asyncio.sleep(1.0)
    helpers = children(worker)
    editor.process.kill()
    await gone(worker, *helpers)


async def test_a_worker_that_dies_is_a_line_in_the_log(tmp_path: Path) -> None:
    async with editing(library(tmp_path)) as editor:
        editor.open(VIEWS_PY)
        await editor.at_version(VIEWS_PY, 1)
        os.kill(await worker_of(editor), signal.SIGKILL)
        await editor.logged("the next change starts it again")
        version = editor.change(VIEWS_PY, VIEWS.replace("book.author.name", "book.title"))
        assert await editor.at_version(VIEWS_PY, version) == []


async def test_a_failure_of_the_analysis_is_a_line_in_the_log(tmp_path: Path) -> None:
    """Nothing of djcheck expects the whole project to vanish."""
    root = library(tmp_path / "one")
    async with editing(root) as editor:
        editor.open(VIEWS_PY)
        await editor.at_version(VIEWS_PY, 1)
        shutil.rmtree(root)
        editor.save(VIEWS_PY)
        await editor.logged("djcheck failed")
        hover = types.HoverParams(types.TextDocumentIdentifier(editor.uri(VIEWS_PY)), types.Position(11, 15))
        assert await editor.client.text_document_hover_async(hover) is not None


async def test_progress_is_shown_while_a_project_is_read_first(tmp_path: Path) -> None:
    async with editing(many_files(tmp_path)) as editor:
        await editor.codes(VIEWS_PY, "DJC101")
        reports: Any = editor.client.progress_reports  # which says it holds something else
        (steps,) = reports.values()
    assert isinstance(steps[0], types.WorkDoneProgressBegin)
    assert isinstance(steps[-1], types.WorkDoneProgressEnd)
    moved = [each.percentage or 0 for each in steps if isinstance(each, types.WorkDoneProgressReport)]
    assert moved
    assert moved == sorted(moved)


async def test_the_first_analysis_can_be_cancelled_and_is_taken_up_again(tmp_path: Path) -> None:
    async with editing(many_files(tmp_path)) as editor:
        worker = await worker_of(editor)
        async with asyncio.timeout(PATIENCE):
            while not any(editor.client.progress_reports.values()):
                await asyncio.sleep(0.02)
        (token,) = editor.client.progress_reports
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        await editor.logged("was cancelled")
        await gone(worker)
        assert editor.published == {}
        editor.open(VIEWS_PY)
        await editor.at_version(VIEWS_PY, 1)
