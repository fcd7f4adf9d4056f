"""What edits do to a text, and which of them can be made together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from djcheck.domain.finding import Edit, Fix
from djcheck.domain.source import Place

# `.select_related("author", "publisher")`, `["author", "publisher"]`.
NAME = r"""(?:["']\w+["']|[\w.]*Prefetch\((?:[^()]|\([^()]*\))*\))"""
NAMES = re.compile(rf"[(\[](?P<names>{NAME}(?:, {NAME})+)[)\]]$")
F_STRING = re.compile(r"""\b(?:[fF][rR]?|[rR][fF])('{3}|"{3}|'|")""")


def replacing(place: Place, text: str) -> Edit:
    """An edit that puts `text` in the place of what stands at `place`."""
    span = place.span
    return Edit(place.path, span.line, span.column, span.end_line, span.end_column, text)


def inserting(path: str, line: int, column: int, text: str) -> Edit:
    return Edit(path, line, column, line, column, text)


def trimmed(edit: Edit, old: str) -> Edit:
    """The same edit of the text `old`, without what it would replace by itself at its beginning and end.

    Brackets that it opens it closes, so that what is shown of it can be read.
    """
    new = edit.text
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    most -= start
    end = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    while end and new[start : len(new) - end].count("(") != new[start : len(new) - end].count(")"):
        end -= 1
    line, column = moved(edit.line, edit.column, old[:start])
    end_line, end_column = moved(edit.line, edit.column, old[: len(old) - end])
    return Edit(edit.path, line, column, end_line, end_column, new[start : len(new) - end])


def past_comment(edit: Edit, line: str) -> Edit:
    """The same, where it adds lines to code that a comment follows on its line: behind the comment, which says
    something about that code. `line` is the one that the edit ends on."""
    adds_lines = edit.text.startswith("\n") and (edit.line, edit.column) == (edit.end_line, edit.end_column)
    if not adds_lines or not line[edit.end_column - 1 :].lstrip().startswith("#"):
        return edit
    return inserting(edit.path, edit.line, len(line) + 1, edit.text)


def fitted(edit: Edit, lines: Sequence[str], most: int) -> Edit:
    """The same, with one name a line where it lists names on a line that would get longer than `most`."""
    before, after = lines[edit.line - 1][: edit.column - 1], lines[edit.end_line - 1][edit.end_column - 1 :]
    texts = edit.text.split("\n")
    whole = [*texts[:-1], texts[-1] + after]
    whole[0] = before + whole[0]
    made = [spread(text, line) if len(line) > most else text for text, line in zip(texts, whole, strict=True)]
    return Edit(edit.path, edit.line, edit.column, edit.end_line, edit.end_column, "\n".join(made))


def spread(text: str, line: str) -> str:
    found = NAMES.search(text)
    if found is None or F_STRING.search(line):
        return text
    indent = line[: len(line) - len(line.lstrip())]
    names = "".join(f"\n{indent}    {name}," for name in re.findall(NAME, found["names"]))
    return f"{text[: found.start('names')]}{names}\n{indent}{text[found.end('names') :]}"


def moved(line: int, column: int, over: str) -> tuple[int, int]:
    """The position behind `over`, which begins at a position."""
    breaks = over.count("\n")
    return (line + breaks, len(over) - over.rindex("\n")) if breaks else (line, column + len(over))


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made, which must not overlap; those at one place in the order in which they are given.

    Raises ValueError where one lies outside of the text.
    """
    starts = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]
    pieces: list[str] = []
    done = 0
    for edit in sorted(dict.fromkeys(edits), key=position):
        start, end = offset(text, starts, edit.line, edit.column), offset(text, starts, edit.end_line, edit.end_column)
        if start < done or end < start:
            raise ValueError(f"edits overlap at line {edit.line}")
        pieces += [text[done:start], edit.text]
        done = end
    return "".join([*pieces, text[done:]])


def offset(text: str, starts: Sequence[int], line: int, column: int) -> int:
    if not 1 <= line <= len(starts) or starts[line - 1] + column - 1 > len(text):
        raise ValueError(f"there is no line {line}, column {column}")
    return starts[line - 1] + column - 1


def position(edit: Edit) -> tuple[int, int, int, int]:
    return edit.line, edit.column, edit.end_line, edit.end_column


def together(fixes: Iterable[Fix]) -> tuple[list[Fix], list[Fix]]:
    """(fixes that can be made in one go, those that must wait because they touch what one of the first changes).

    An edit that several fixes share (an import) is made once.
    """
    taken: dict[str, list[Edit]] = {}
    chosen, waiting = [], []
    for fix in fixes:
        if any(touches(edit, other) for edit in fix.edits for other in taken.get(edit.path, ())):
            waiting.append(fix)
            continue
        chosen.append(fix)
        for edit in fix.edits:
            taken.setdefault(edit.path, []).append(edit)
    return chosen, waiting


def touches(one: Edit, other: Edit) -> bool:
    """Do two edits of a file change the same text? The same edit twice does not."""
    if one == other:
        return False
    first, second = sorted((one, other), key=position)
    return (second.line, second.column) <= (first.end_line, first.end_column)
