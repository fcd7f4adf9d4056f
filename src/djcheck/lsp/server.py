"""The server: the folders of the workspace, and what editors are told of them unasked."""

from __future__ import annotations

import asyncio
import atexit
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from djcheck import __version__
from djcheck.config import KEYS
from djcheck.lsp.analyst import Means
from djcheck.lsp.documents import Protocol, encoding_name
from djcheck.lsp.folder import Folder
from djcheck.reporters.diagnostics import Diagnostic

SECTION = "djcheck"
# Seconds after which an editor that was asked for its settings is taken to have none.
UNANSWERED = 5.0


class Server(LanguageServer):
    """djcheck as a language server."""

    protocol: Protocol

    def __init__(self, means: Means) -> None:
        super().__init__("djcheck", __version__, protocol_cls=Protocol)
        self.means = means
        self.folders: dict[str, Folder] = {}
        # The settings that the editor sent unasked.
        self.said_settings: Mapping[str, Any] = {}

    # What the editor can do

    @property
    def pulls(self) -> bool:
        """Whether the editor asks for diagnostics itself, and can be told to ask again: then none are published."""
        text, workspace = self.client_capabilities.text_document, self.client_capabilities.workspace
        return bool(
            text and text.diagnostic and workspace and (again := workspace.diagnostics) and again.refresh_support
        )

    @property
    def encoding(self) -> str:
        """In whose code units positions are counted, as UNITS calls it."""
        return encoding_name(self.workspace.position_encoding)

    @property
    def shows_progress(self) -> bool:
        window = self.client_capabilities.window
        return bool(window and window.work_done_progress)

    @property
    def takes_versioned_edits(self) -> bool:
        workspace = self.client_capabilities.workspace
        return bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)

    @property
    def opens_documents(self) -> bool:
        window = self.client_capabilities.window
        return bool(window and window.show_document and window.show_document.support)

    @cached_property
    def pages(self) -> Path:
        """A directory for documents to show, which goes with the server."""
        directory = tempfile.TemporaryDirectory(prefix="djcheck-")
        atexit.register(directory.cleanup)
        return Path(directory.name)

    # Folders and their documents

    def add_folder(self, uri: str) -> Folder | None:
        """Begin to analyse a folder; None where it is not on this machine."""
        path = local_path(uri)
        if path is None or not path.is_dir():
            self.log(f"{uri} is no directory here; djcheck leaves it alone")
            return None
        folder = self.folders[uri] = Folder(self, path)
        return folder

    def remove_folder(self, uri: str) -> None:
        """Stop analysing a folder, and take back what was published of it."""
        folder = self.folders.pop(uri, None)
        if folder is not None:
            folder.close()

    def folder_of(self, uri: str) -> tuple[Folder, str] | None:
        """The innermost folder that holds a file, and the file's path in it."""
        path = local_path(uri)
        holders = [each for each in self.folders.values() if path is not None and path.is_relative_to(each.root)]
        if path is None or not holders:
            return None
        folder = max(holders, key=lambda each: len(each.root.parts))
        return folder, path.relative_to(folder.root).as_posix()

    def documents_of(self, folder: Folder) -> Iterator[tuple[str, TextDocument]]:
        """(path, document) of what is open in a folder."""
        for document in self.workspace.text_documents.values():
            place = self.folder_of(document.uri)
            if place is not None and place[0] is folder:
                yield place[1], document

    async def ask_settings(self, uri: str, folder: Folder) -> None:
        """Let a folder have the editor's settings, and analyse it with them."""
        workspace = self.client_capabilities.workspace
        settings = dict(self.said_settings)
        if workspace and workspace.configuration:
            asked = types.ConfigurationParams([types.ConfigurationItem(scope_uri=uri, section=SECTION)])
            try:
                answers = await asyncio.wait_for(self.workspace_configuration_async(asked), UNANSWERED)
            except TimeoutError:
                answers = []
            settings |= next((answer for answer in answers if isinstance(answer, dict)), {})
        unknown = sorted(settings.keys() - KEYS)
        if unknown:
            self.warn(f"djcheck: the editor's settings: djcheck has no such setting: {', '.join(unknown)}")
        folder.settings = {key: value for key, value in settings.items() if key in KEYS and value is not None}
        folder.refresh()

    # What the editor is told

    def log(self, words: str, *, error: bool = False) -> None:
        """A line for the editor's log."""
        kind = types.MessageType.Error if error else types.MessageType.Info
        self.window_log_message(types.LogMessageParams(kind, words))

    def warn(self, words: str) -> None:
        """Something that the user can mend."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, words))

    def inform(self, words: str) -> None:
        """Something that the user asked for."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Info, words))

    def report_server_error(self, error: Exception, source: object) -> None:
        """pygls calls this when a message could not be handled: no reason to interrupt the user."""
        self.log(f"djcheck could not handle a message: {type(error).__name__}: {error}", error=True)

    def publish(self, uri: str, version: int | None, diagnostics: Sequence[Diagnostic]) -> None:
        """Show these diagnostics for a file, and no others."""
        shown = self.converted(diagnostics)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, shown, version))

    def converted(self, diagnostics: Sequence[Diagnostic]) -> list[types.Diagnostic]:
        """Diagnostics as lsprotocol has them."""
        return [self.protocol.structured(msgspec.to_builtins(each), types.Diagnostic) for each in diagnostics]


def local_path(uri: str) -> Path | None:
    """The path of a `file:` URI."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(os.path.normpath(path)) if path else None


def serve(cache: Path, jobs: int) -> None:
    """Serve an editor on standard input and output until it leaves."""
    from djcheck.lsp.features import register

    server = Server(Means(cache, jobs))
    register(server)
    server.start_io()
