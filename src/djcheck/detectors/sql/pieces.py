"""Which piece of an SQL text is the dangerous one, and what stands around it."""

from __future__ import annotations

from djcheck.detectors.detector import Verdict
from djcheck.domain.observation import Piece, PieceKind, SqlText, Step
from djcheck.domain.trace import Role

SINKS = {
    "raw": "raw()",
    "extra": "extra()",
    "RawSQL": "RawSQL()",
    "cursor": "the cursor",
    "RunSQL": "RunSQL",
    "expression": "the expression",
}
# Words of SQL behind which a name stands, never a value.
BEFORE_NAMES = (
    "from", "join", "into", "update", "table", "order by", "group by", "index", "column", "sequence", "schema", "as",
    "set", "truncate", "view", "call", "constraint", "on", "exists", "select", "distinct", "by", "drop", "trigger",
)  # fmt: skip
NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
AFTER_ORDERING = frozenset({"limit", "offset", "having", "where", "and", "or", "like", "in", "fetch", "for"})
QUOTES = ('"', "`", "[")


def dangerous(seen: SqlText) -> Piece | None:
    """The worst piece: tainted before unknown; a name before a value where both are the same."""
    worst: Piece | None = None
    for piece in seen.pieces:
        if (piece.kind is PieceKind.TAINTED and (worst is None or worst.kind is not PieceKind.TAINTED)) or (
            piece.kind in (PieceKind.UNKNOWN, PieceKind.PARAMETER) and worst is None
        ):
            worst = piece
    if worst is None or worst.kind is PieceKind.TAINTED:
        return worst
    # Text that is nothing but one unknown value was interpolated nowhere; migrations run without anybody's input.
    return None if len(seen.pieces) == 1 or "/migrations/" in f"/{seen.place.path}" else worst


def at_identifier(seen: SqlText, piece: Piece) -> bool:
    """Does the piece stand where SQL wants the name of a table or column, or a direction?"""
    at = seen.pieces.index(piece)
    before = "".join(other.text if other.kind is PieceKind.CONSTANT else "x" for other in seen.pieces[:at])
    # In `FROM shop_{name}` the name began before the piece.
    before = before.rstrip(NAME_CHARACTERS)
    stripped = before.rstrip()
    if before.endswith(QUOTES) or stripped.endswith("."):
        return True
    words = stripped.lower().replace(",", " , ").split()
    if not words:
        return False
    if words[-1] in BEFORE_NAMES or " ".join(words[-2:]) in BEFORE_NAMES:
        return stripped[-1:] not in "=<>('"
    return in_ordering(words) or (words[-1] == "," and in_name_list(words))


def in_ordering(words: list[str]) -> bool:
    """In `ORDER BY a {b}`: columns and directions, until another clause begins."""
    for at, word in reversed(list(enumerate(words))):
        if word == "by" and at and words[at - 1] in ("order", "group"):
            return True
        if word in AFTER_ORDERING or not word.isidentifier():
            return word in (",", "asc", "desc") and in_ordering(words[:at])
    return False


def in_name_list(words: list[str]) -> bool:
    """In `SELECT a, {b}`."""
    for word in reversed(words):
        if word in ("by", "select", "from"):
            return True
        if word in ("where", "values", "in", "and", "or", "set") or "(" in word:
            return False
    return False


def verdict(seen: SqlText, piece: Piece) -> Verdict:
    """The piece and its way from the source to the sink."""
    tainted = piece.kind is PieceKind.TAINTED
    source = piece.source
    steps: tuple[Step, ...] = ()
    if source is not None:
        steps = (Step(Role.SOURCE, source.place, f"comes from outside: {source.message}"),)
        steps += tuple(Step(Role.CALL, step.place, f"calls `{step.message}`") for step in piece.calls)
    where = "" if source is None else f"{source.message} ({source.place.path}:{source.place.span.line})"
    sink = SINKS.get(seen.sink, seen.sink)
    return Verdict(
        seen.place,
        {"piece": piece.text, "sink": sink, "source": where},
        doubt="" if tainted else seen.doubt or "unknown-taint",
        sources=steps,
        sink=f"becomes part of the SQL of {sink}",
    )
