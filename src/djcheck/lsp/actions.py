"""What an editor offers to do about findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol import types

from djcheck.lsp.edits import for_editor, ignoring, joined, meet
from djcheck.lsp.explanation import rule_page
from djcheck.lsp.folder import Folder
from djcheck.lsp.hover import touches
from djcheck.lsp.server import Server
from djcheck.reporters.diagnostics import Diagnostic, WorkspaceEdit
from djcheck.rulebook import rulebook

EXPLAIN = "djcheck.explain"
QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.djcheck"


def register(server: Server) -> None:
    """Offer what this module does."""
    options = types.CodeActionOptions(code_action_kinds=[QUICK_FIX, FIX_ALL])
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(code_actions)
    server.command(EXPLAIN)(explain)


async def code_actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """For each finding in the range its fix, a comment that silences it, its rule; and all safe fixes of the file."""
    place = ls.folder_of(params.text_document.uri)
    if place is None:
        return []
    folder, path = place
    await folder.settled()
    found = folder.diagnostics.get(path, ())
    offered: list[types.CodeAction] = []
    if _wants(params.context.only, QUICK_FIX):
        here = (each for each in found if touches(each.range, params.range.start, params.range.end))
        offered += [action for each in here for action in _quick_fixes(ls, folder, path, each)]
    if _wants(params.context.only, FIX_ALL):
        offered += _fix_all(ls, folder, found)
    return offered


def _wants(only: Sequence[types.CodeActionKind | str] | None, kind: str) -> bool:
    """Whether the editor asks for actions of a kind: for all, or by the name of the kind or of one above it."""
    if only is None:
        return True
    names = [each.value if isinstance(each, types.CodeActionKind) else each for each in only]
    return any(name in ("", kind) or kind.startswith(f"{name}.") for name in names)


def _quick_fixes(ls: Server, folder: Folder, path: str, found: Diagnostic) -> Iterator[types.CodeAction]:
    rule = rulebook()[found.code]
    kind, diagnostics = types.CodeActionKind.QuickFix, ls.converted([found])
    fix = found.data.fix
    if fix is not None:
        title = fix.title if fix.safe else f"{fix.title} (unsafe: {fix.caution})"
        edit = for_editor(ls, folder, fix.edit)
        yield types.CodeAction(title, kind, diagnostics, is_preferred=fix.safe, edit=edit)
    comment = ignoring(ls, folder, path, found)
    if comment is not None:
        title = f"Ignore {rule.code} on this line"
        yield types.CodeAction(title, kind, diagnostics, edit=for_editor(ls, folder, comment))
    title = f"Explain {rule.code} {rule.name}"
    command = types.Command(title, EXPLAIN, arguments=[rule.code])
    yield types.CodeAction(title, kind, diagnostics, command=command)


def _fix_all(ls: Server, folder: Folder, found: Iterable[Diagnostic]) -> Iterator[types.CodeAction]:
    """Safe fixes; those that meet another one are left for the next time: by then it is known what the others did."""
    edits: list[WorkspaceEdit] = []
    for each in found:
        fix = each.data.fix
        if fix is not None and fix.safe and not any(meet(fix.edit, other) for other in edits):
            edits.append(fix.edit)
    if edits:
        title = "Fix all that djcheck can fix safely in this file"
        yield types.CodeAction(title, FIX_ALL, edit=for_editor(ls, folder, joined(edits)))


async def explain(ls: Server, code: str) -> None:
    """Show the page of a rule, as a document where the editor can open one."""
    rule = rulebook().get(code)
    if rule is None:
        ls.warn(f"djcheck: {code} is no rule")
        return
    if not ls.opens_documents:
        ls.inform(f"{rule.code} {rule.name}: {rule.summary}\n\n{rule.rationale.strip()}")
        return
    page = ls.pages / f"{rule.code}.md"
    page.write_text(rule_page(rule), encoding="utf-8")
    await ls.window_show_document_async(types.ShowDocumentParams(page.as_uri(), take_focus=True))
