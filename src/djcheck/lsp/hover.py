"""What an editor shows where the pointer rests on a finding."""

from __future__ import annotations

from lsprotocol import types

from djcheck.lsp.explanation import finding_page
from djcheck.lsp.server import Server
from djcheck.reporters.diagnostics import Range
from djcheck.rulebook import rulebook


def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    """The findings at a place, the innermost first."""
    place = ls.folder_of(params.text_document.uri)
    if place is None:
        return None
    folder, path = place
    here = [each for each in folder.diagnostics.get(path, ()) if touches(each.range, params.position, params.position)]
    if not here:
        return None
    rules = rulebook()
    here.sort(key=lambda each: (each.range.end.line - each.range.start.line, each.code))
    pages = [finding_page(each, rules[each.code]) for each in here]
    shown = ls.converted(here[:1])[0].range if len(here) == 1 else None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(pages)), shown)


def touches(ours: Range, start: types.Position, end: types.Position) -> bool:
    """Whether a finding's range and the editor's have a place in common, their ends included."""
    first = (ours.start.line, ours.start.character)
    last = (ours.end.line, ours.end.character)
    return first <= (end.line, end.character) and (start.line, start.character) <= last
