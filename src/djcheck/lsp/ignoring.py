"""The comment that silences a finding, written where djcheck reads it and nothing else changes."""

from __future__ import annotations

import re

from djcheck.facts.comments import directives_in
from djcheck.sources.read import normalise

REASON = "TODO: say why"
EXISTING = re.compile(r"djcheck:\s*ignore\[([^\]]*)\]")


def silencing(text: str, first: int, last: int, code: str, *, template: bool) -> tuple[int, int, str] | None:
    """(line, column, what to insert there), 0-based, on the first of the lines `first` to `last` that has room for it.

    What looks like a comment inside a string is none: each line is tried by reading the text as djcheck will.
    """
    lines = normalise(text).split("\n")
    for index in range(first, min(last + 1, len(lines))):
        line = lines[index]
        if line.endswith("\\") and not template:
            continue
        column, comment = _comment(line, code, template=template)
        lines[index] = line[:column] + comment + line[column:]
        if any(
            each.line == index + 1 and code in each.codes for each in directives_in("\n".join(lines), template=template)
        ):
            return index, column, comment
        lines[index] = line
    return None


def _comment(line: str, code: str, *, template: bool) -> tuple[int, str]:
    """Where in the line to insert what: one more code where it has such a comment, else a comment at its end."""
    found = EXISTING.search(line)
    if found is not None:
        return found.end(1), f", {code}"
    comment = f"djcheck: ignore[{code}] {REASON}"
    return len(line), f"{{# {comment} #}}" if template else f"  # {comment}"
