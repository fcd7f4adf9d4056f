"""The lines of code around a place, drawn so that nothing in them can harm a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from djcheck.reporters.harmless import CUT, harmless

CONTEXT = 1
SHOWN_LINES = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a frame: the gutter with the line number, and the code or the mark below it."""

    gutter: str
    text: str
    is_mark: bool = False


def frame(lines: Sequence[str], line: int, column: int, end_line: int, end_column: int, width: int) -> Iterator[Row]:
    """The rows that show a span with one line before it; nothing where the file has no such line.

    Lines and columns are 1-based, columns count code points, the end is exclusive. A row is at most `width` cells wide.
    """
    if not 1 <= line <= len(lines):
        return
    last = min(end_line, len(lines), line + SHOWN_LINES - 1)
    digits = len(str(last))
    room = max(width - digits - 5, 20)
    for number in range(max(line - CONTEXT, 1), last + 1):
        code = lines[number - 1].rstrip("\r\n")
        if number < line:
            yield Row(f"  {number:>{digits}} | ", _window(code, 0, 0, room)[0])
            continue
        start = column - 1 if number == line else len(code) - len(code.lstrip())
        stop = end_column - 1 if number == end_line else len(code)
        text, before, marked = _window(code, start, stop, room)
        yield Row(f"  {number:>{digits}} | ", text)
        if number in (line, end_line):
            yield Row(f"  {'':>{digits}} | ", " " * before + "^" * marked, is_mark=True)


def _window(code: str, start: int, stop: int, room: int) -> tuple[str, int, int]:
    """The part of a line that shows its span: the text, and how many cells lie before and under the mark."""
    start = min(max(start, 0), len(code))
    stop = min(max(stop, start + 1), max(len(code), start + 1))
    fits = stop < room and cell_len(harmless(code[: stop + 1], whole_line=True)) <= room
    first = 0 if fits else max(start - room // 3, 0)
    lead = CUT if first else ""
    text = lead + harmless(code[first : first + room], whole_line=True)
    before = cell_len(lead + harmless(code[first:start], whole_line=True))
    marked = max(cell_len(harmless(code[start : min(stop, start + room)], whole_line=True)), 1)
    if cell_len(text) > room or len(code) > first + room:
        text = _cut(text, room - len(CUT)) + CUT
    before = min(before, room - 1)
    return text, before, max(min(marked, room - before), 1)


def _cut(text: str, cells: int) -> str:
    while cell_len(text) > cells:
        text = text[: -max((cell_len(text) - cells) // 2, 1)]
    return text
