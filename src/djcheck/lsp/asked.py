"""Diagnostics for editors that ask for them."""

from __future__ import annotations

import hashlib

import msgspec
from lsprotocol import types

from djcheck.lsp.folder import Folder
from djcheck.lsp.server import Server
from djcheck.reporters.diagnostics import Diagnostic

OPTIONS = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="djcheck")


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, OPTIONS)(document_diagnostic)
    server.feature(types.WORKSPACE_DIAGNOSTIC)(workspace_diagnostic)


async def document_diagnostic(ls: Server, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """One document's diagnostics, once its text as it now stands is analysed."""
    place = ls.folder_of(params.text_document.uri)
    if place is None:
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    folder, path = place
    await folder.settled()
    found = folder.diagnostics.get(path, ())
    if params.previous_result_id == result_id(found):
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id(found))
    return types.RelatedFullDocumentDiagnosticReport(ls.converted(found), result_id=result_id(found))


async def workspace_diagnostic(ls: Server, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """The diagnostics of all files that have any, or had when the editor asked last."""
    known = {each.uri: each.value for each in params.previous_result_ids}
    reports: list[types.WorkspaceDocumentDiagnosticReport] = []
    for folder in list(ls.folders.values()):
        await folder.settled()
        documents = folder.open_documents()
        found = {folder.uri_of(path, documents): each for path, each in folder.diagnostics.items()}
        gone = [uri for uri in known if uri not in found and is_of(ls, uri, folder)]
        versions = {document.uri: document.version for document in documents.values()}
        for uri in [*found, *gone]:
            reports.append(report(ls, uri, found.get(uri, ()), versions.get(uri), known.get(uri)))
    return types.WorkspaceDiagnosticReport(reports)


def report(
    ls: Server, uri: str, found: tuple[Diagnostic, ...], version: int | None, known: str | None
) -> types.WorkspaceDocumentDiagnosticReport:
    if result_id(found) == known:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri, known, version)
    return types.WorkspaceFullDocumentDiagnosticReport(uri, ls.converted(found), version, result_id=result_id(found))


def is_of(ls: Server, uri: str, folder: Folder) -> bool:
    place = ls.folder_of(uri)
    return place is not None and place[0] is folder


def result_id(found: tuple[Diagnostic, ...]) -> str:
    """The same for the same diagnostics."""
    return hashlib.blake2b(msgspec.msgpack.encode(found), digest_size=12).hexdigest()
