"""What the server does when an editor says or asks something: one function for each method of the protocol."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from djcheck.lsp import actions, asked
from djcheck.lsp.hover import hover
from djcheck.lsp.server import SECTION, Server
from djcheck.sources.naming import TEMPLATE_SUFFIXES

WATCHED = ("**/*.py", f"**/*{{{','.join(TEMPLATE_SUFFIXES)}}}", "**/pyproject.toml", "**/djcheck.toml")


def register(server: Server) -> None:
    """Tell pygls of all that the server does."""
    server.feature(types.INITIALIZE)(initialize)
    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.SHUTDOWN)(shutdown)
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(text_changed)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(text_changed)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(text_changed)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(saved)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(files_changed)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(configuration_changed)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(folders_changed)
    server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)(progress_cancelled)
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)
    actions.register(server)


def initialize(ls: Server, params: types.InitializeParams) -> None:
    """Only editors that ask for diagnostics are told that they can: others would show what is published twice."""
    options = params.initialization_options
    if isinstance(options, dict):
        ls.said_settings = options.get(SECTION) or options
    if ls.pulls:
        asked.register(ls)


async def initialized(ls: Server, params: types.InitializedParams) -> None:
    """Begin to analyse the folders that are open."""
    workspace = ls.workspace
    uris = [folder.uri for folder in workspace.folders.values()] or [workspace.root_uri]
    await asyncio.gather(watch(ls), *(add_folder(ls, uri) for uri in uris if uri))


async def add_folder(ls: Server, uri: str) -> None:
    folder = ls.add_folder(uri)
    if folder is not None:
        await ls.ask_settings(uri, folder)


async def watch(ls: Server) -> None:
    """Ask to be told of changes on the disk, and of changed settings."""
    workspace = ls.client_capabilities.workspace
    wishes = []
    if workspace and (files := workspace.did_change_watched_files) and files.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(each) for each in WATCHED])
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        wishes.append(types.Registration("djcheck-files", method, options))
    if workspace and (settings := workspace.did_change_configuration) and settings.dynamic_registration:
        method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
        wishes.append(types.Registration("djcheck-settings", method, {"section": SECTION}))
    if wishes:
        await ls.client_register_capability_async(types.RegistrationParams(wishes))


def shutdown(ls: Server, params: None) -> None:
    for uri in list(ls.folders):
        ls.remove_folder(uri)


def text_changed(
    ls: Server,
    params: types.DidOpenTextDocumentParams | types.DidChangeTextDocumentParams | types.DidCloseTextDocumentParams,
) -> None:
    """The editor's text counts, saved or not, until the document is closed."""
    place = ls.folder_of(params.text_document.uri)
    if place is not None:
        folder, path = place
        folder.touch(path)


def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    place = ls.folder_of(params.text_document.uri)
    if place is not None:
        place[0].refresh()


def files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    places = [ls.folder_of(change.uri) for change in params.changes]
    for folder in {place[0] for place in places if place is not None}:
        folder.refresh()


async def configuration_changed(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    """Editors that cannot be asked send their settings along."""
    if isinstance(params.settings, dict) and isinstance(params.settings.get(SECTION), dict):
        ls.said_settings = params.settings[SECTION]
    await asyncio.gather(*(ls.ask_settings(uri, folder) for uri, folder in ls.folders.items()))


async def folders_changed(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    for folder in params.event.removed:
        ls.remove_folder(folder.uri)
    await asyncio.gather(*(add_folder(ls, folder.uri) for folder in params.event.added))


def progress_cancelled(ls: Server, params: types.WorkDoneProgressCancelParams) -> None:
    for folder in ls.folders.values():
        if folder.bar.token == params.token:
            folder.interrupt()
