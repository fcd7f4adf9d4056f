"""DJC305: a placeholder stands between quotes, so the driver cannot quote the value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.sql.pieces import SINKS
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import PieceKind, SqlText

# A literal, or a comment, which may hold an apostrophe.
LITERAL_OR_COMMENT = re.compile(r"'((?:[^']|'')*)(?:'|\Z)|--[^\n]*|/\*.*?\*/", re.DOTALL)


class QuotedPlaceholder(Detector[SqlText]):
    code = "DJC305"
    observes = SqlText

    def judge(self, seen: SqlText, project: ProjectView) -> Iterator[Verdict]:
        if not seen.has_parameters:
            return
        for piece in seen.pieces:
            if piece.kind is not PieceKind.CONSTANT:
                continue
            found = next(filter(has_placeholder, quoted(piece.text)), None)
            if found is not None:
                sink = SINKS.get(seen.sink, seen.sink)
                yield Verdict(seen.place, {"piece": f"'{found}'", "sink": sink}, sink=f"{sink} quotes a placeholder")
                return


def quoted(text: str) -> list[str]:
    """What stands between single quotes; a doubled quote inside them is a quote, one in a comment is none."""
    return [match[1] for match in LITERAL_OR_COMMENT.finditer(text) if match[1] is not None]


def has_placeholder(text: str) -> bool:
    bare = text.replace("%%", "")
    return "%s" in bare or "%(" in bare
