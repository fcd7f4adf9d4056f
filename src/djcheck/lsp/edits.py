"""Changes to files, as an editor makes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from lsprotocol import types

from djcheck.lsp.folder import Folder
from djcheck.lsp.ignoring import silencing
from djcheck.lsp.server import Server
from djcheck.reporters.diagnostics import UNITS, Diagnostic, Position, Range, TextEdit, WorkspaceEdit
from djcheck.sources.naming import is_python


def joined(edits: Iterable[WorkspaceEdit]) -> WorkspaceEdit:
    """One edit of several that do not meet; what they have in common, say an import, is done once."""
    changes: dict[str, dict[TextEdit, None]] = {}
    for edit in edits:
        for uri, texts in edit.changes.items():
            changes.setdefault(uri, {}).update(dict.fromkeys(texts))
    return WorkspaceEdit({uri: tuple(texts) for uri, texts in changes.items()})


def meet(one: WorkspaceEdit, other: WorkspaceEdit) -> bool:
    """Whether two edits change the same place in different ways."""
    return any(
        mine != theirs and _overlap(mine.range, theirs.range)
        for uri in one.changes.keys() & other.changes.keys()
        for mine in one.changes[uri]
        for theirs in other.changes[uri]
    )


def _overlap(one: Range, other: Range) -> bool:
    """Ends count: of two insertions at the same place, it matters which comes first."""
    return _order(one.start) <= _order(other.end) and _order(other.start) <= _order(one.end)


def _order(position: Position) -> tuple[int, int]:
    return position.line, position.character


def ignoring(ls: Server, folder: Folder, path: str, diagnostic: Diagnostic) -> WorkspaceEdit | None:
    """The comment that silences a finding, on one of its lines; None where there is no room for it."""
    document = folder.open_documents().get(path)
    if document is None:
        return None
    first, last = diagnostic.range.start.line, diagnostic.range.end.line
    place = silencing(document.source, first, last, diagnostic.code, template=not is_python(path))
    if place is None:
        return None
    line, column, text = place
    at = Position(line, UNITS[ls.encoding](document.lines[line][:column]))
    return WorkspaceEdit({(folder.root / path).as_uri(): (TextEdit(Range(at, at), text),)})


def for_editor(ls: Server, folder: Folder, edit: WorkspaceEdit) -> types.WorkspaceEdit:
    """An edit as lsprotocol has it; tied to the versions of the open documents where the editor understands that."""
    paths = {(folder.root / path).as_uri(): document for path, document in folder.open_documents().items()}
    changes: list[dict[str, Any]] = [
        {
            "textDocument": {
                "uri": paths[uri].uri if uri in paths else uri,
                "version": paths[uri].version if uri in paths else None,
            },
            "edits": msgspec.to_builtins(texts),
        }
        for uri, texts in edit.changes.items()
    ]
    if ls.takes_versioned_edits:
        return ls.protocol.structured({"documentChanges": changes}, types.WorkspaceEdit)
    plain = {change["textDocument"]["uri"]: change["edits"] for change in changes}
    return ls.protocol.structured({"changes": plain}, types.WorkspaceEdit)
