"""The lines of code around a place, cut into what stands before, in and after the span."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from djcheck.domain.finding import Finding, Related
from djcheck.reporters.harmless import CUT, harmless

CONTEXT = 1
SHOWN_LINES = 6
BEFORE, LONGEST = 120, 320  # characters of an absurdly long line that are shown before the span and in all


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One line of an excerpt; `marked` is empty in lines that only surround the span."""

    number: int
    before: str
    marked: str = ""
    after: str = ""


def excerpt(lines: Sequence[str], place: Finding | Related) -> Iterator[CodeLine]:
    """The span with a line around it; nothing where the file has no such line."""
    if not 1 <= place.line <= len(lines):
        return
    last = min(place.end_line, len(lines), place.line + SHOWN_LINES - 1)
    for number in range(max(place.line - CONTEXT, 1), min(last + CONTEXT, len(lines)) + 1):
        code = lines[number - 1].rstrip("\r\n")
        if not place.line <= number <= last:
            yield CodeLine(number, _shown(code[:LONGEST], cut=len(code) > LONGEST))
            continue
        start = place.column - 1 if number == place.line else len(code) - len(code.lstrip())
        stop = place.end_column - 1 if number == place.end_line else len(code)
        yield _marked(number, code, start, max(stop, start))


def _marked(number: int, code: str, start: int, stop: int) -> CodeLine:
    first = max(start - BEFORE, 0) if len(code) > LONGEST else 0
    end = first + LONGEST
    return CodeLine(
        number,
        (CUT if first else "") + _shown(code[first:start]),
        _shown(code[start : min(stop, end)], cut=stop > end),
        _shown(code[stop:end], cut=len(code) > end >= stop),
    )


def _shown(code: str, *, cut: bool = False) -> str:
    return harmless(code, whole_line=True) + (CUT if cut else "")
