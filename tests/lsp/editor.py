"""An editor for tests: it starts the real server over stdio, and remembers what the server says."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Union

from cattrs import Converter
from lsprotocol import types
from lsprotocol.converters import get_converter
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, LanguageClient, client_capabilities, register_lsp_features

PATIENCE = 60.0
LSP_COMMAND = (sys.executable, "-m", "djcheck", "lsp")


def converter() -> Converter:
    """lsprotocol's, which takes a code action that has a command for a command: they differ in what `command` is."""
    made: Converter = get_converter()

    def action(found: dict[str, Any], _: object) -> types.Command | types.CodeAction:
        if isinstance(found.get("command"), str):
            return made.structure(found, types.Command)
        return made.structure(found, types.CodeAction)

    made.register_structure_hook(Union[types.Command, types.CodeAction], action)  # noqa: UP007  (lsprotocol's spelling)
    return made


class Editor:
    """What an editor does, in the words of a test. Lines and characters are 0-based."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.client = LanguageClient(converter_factory=converter)
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.registered: list[types.Registration] = []
        self._cache = tempfile.TemporaryDirectory()
        self._news = asyncio.Condition()
        self._versions: dict[str, int] = {}

    async def start(
        self,
        capabilities: types.ClientCapabilities,
        *,
        folders: Sequence[Path] | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        """Start the server and shake hands; what it answers is `result`."""

        async def published(client: LanguageClient, params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = params
            async with self._news:
                self._news.notify_all()

        def register(client: LanguageClient, params: types.RegistrationParams) -> None:
            self.registered.extend(params.registrations)

        register_lsp_features(
            self.client,
            {
                **DEFAULT_CLIENT_FEATURES,
                types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: published,
                types.CLIENT_REGISTER_CAPABILITY: register,
            },
        )
        await self.client.start_io(*LSP_COMMAND, env={**os.environ, "XDG_CACHE_HOME": self._cache.name})
        roots = [self.root] if folders is None else folders
        self.result = await self.client.initialize_session(
            types.InitializeParams(
                capabilities=capabilities,
                root_uri=self.root.as_uri(),
                workspace_folders=[types.WorkspaceFolder(root.as_uri(), root.name) for root in roots],
                initialization_options=options,
            )
        )

    async def leave(self) -> int:
        """Say good-bye as the protocol has it; the server's exit status."""
        await asyncio.wait_for(self.client.shutdown_session(), PATIENCE)
        await self.client.stop()  # type: ignore[no-untyped-call]
        self._cache.cleanup()
        assert self.process.returncode is not None
        return self.process.returncode

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self.client._server is not None
        return self.client._server

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def open(self, path: str, text: str | None = None) -> None:
        text = (self.root / path).read_text(encoding="utf-8") if text is None else text
        self._versions[path] = 1
        language = "python" if path.endswith(".py") else "html"
        document = types.TextDocumentItem(self.uri(path), language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def change(self, path: str, *changes: types.TextDocumentContentChangeEvent | str) -> int:
        """Change ranges, or everything where a change is a text; the document's new version."""
        self._versions[path] += 1
        events = [
            types.TextDocumentContentChangeWholeDocument(each) if isinstance(each, str) else each for each in changes
        ]
        document = types.VersionedTextDocumentIdentifier(self._versions[path], self.uri(path))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, events))
        return self._versions[path]

    def save(self, path: str) -> None:
        document = types.TextDocumentIdentifier(self.uri(path))
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    def close(self, path: str) -> None:
        document = types.TextDocumentIdentifier(self.uri(path))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def touched(self, *paths: str, kind: types.FileChangeType = types.FileChangeType.Changed) -> None:
        """Tell the server that files changed on the disk."""
        events = [types.FileEvent(self.uri(path), kind) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    async def shown(self, path: str, when: Callable[[types.PublishDiagnosticsParams], bool]) -> list[types.Diagnostic]:
        """Wait for the diagnostics of a file to be as wanted."""
        uri = self.uri(path)
        async with self._news:
            ready = self._news.wait_for(lambda: uri in self.published and when(self.published[uri]))
            try:
                await asyncio.wait_for(ready, PATIENCE)
            except TimeoutError:
                raise AssertionError(f"{path}: still {self.published.get(uri)}; {self.client.log_messages}") from None
        return list(self.published[uri].diagnostics)

    async def at_version(self, path: str, version: int) -> list[types.Diagnostic]:
        """The diagnostics of a version of an open document."""
        return await self.shown(path, lambda params: params.version == version)

    async def codes(self, path: str, *codes: str) -> list[types.Diagnostic]:
        """Wait for a file's findings to be of just these rules."""
        return await self.shown(path, lambda params: [each.code for each in params.diagnostics] == list(codes))

    async def actions(
        self, path: str, diagnostic: types.Diagnostic, only: Sequence[str] | None = None
    ) -> dict[str, types.CodeAction]:
        """The code actions offered at a finding, by title."""
        kinds = None if only is None else [types.CodeActionKind(each) for each in only]
        context = types.CodeActionContext([diagnostic], kinds)
        document = types.TextDocumentIdentifier(self.uri(path))
        params = types.CodeActionParams(document, diagnostic.range, context)
        found = await self.client.text_document_code_action_async(params)
        return {each.title: each for each in found or [] if isinstance(each, types.CodeAction)}

    async def logged(self, words: str) -> str:
        """Wait for a line of the server's log that holds these words."""
        return await self._eventually(
            lambda: next((each.message for each in self.client.log_messages if words in each.message), None), words
        )

    async def warned(self, words: str) -> str:
        """Wait for a message to the user that holds these words."""
        return await self._eventually(
            lambda: next((each.message for each in self.client.messages if words in each.message), None), words
        )

    async def _eventually(self, find: Callable[[], str | None], words: str) -> str:
        async with asyncio.timeout(PATIENCE):
            while (found := find()) is None:
                await asyncio.sleep(0.02)
        assert words in found
        return found


def edits_of(action: types.CodeAction) -> dict[str, list[types.TextEdit]]:
    """The edits that an action makes, by URI, in whichever of the two forms they come."""
    assert action.edit is not None
    if action.edit.changes:
        return {uri: list(edits) for uri, edits in action.edit.changes.items()}
    changes = [each for each in action.edit.document_changes or [] if isinstance(each, types.TextDocumentEdit)]
    assert len(changes) == len(action.edit.document_changes or [])
    return {
        change.text_document.uri: [each for each in change.edits if isinstance(each, types.TextEdit)]
        for change in changes
    }


def part(start: tuple[int, int], end: tuple[int, int], text: str) -> types.TextDocumentContentChangePartial:
    """A change of a range."""
    return types.TextDocumentContentChangePartial(types.Range(types.Position(*start), types.Position(*end)), text)


def of_editor(name: str) -> types.ClientCapabilities:
    """What a real editor says that it can do, as pytest-lsp recorded it: "neovim@0.11", "emacs", …"""
    return client_capabilities(name)


def plain(**changes: Any) -> types.ClientCapabilities:
    """An editor that is told everything unasked."""
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            configuration=True,
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            workspace_folders=True,
            **changes,
        ),
        window=types.WindowClientCapabilities(
            work_done_progress=True, show_document=types.ShowDocumentClientCapabilities(support=True)
        ),
    )


@asynccontextmanager
async def editing(
    root: Path, capabilities: types.ClientCapabilities | None = None, **start: Any
) -> AsyncIterator[Editor]:
    """An editor with a project open; at the end the server must leave in good order."""
    editor = Editor(root)
    await editor.start(capabilities or plain(), **start)
    yield editor
    assert await editor.leave() == 0
