"""What makes a query in a loop doubtful: a loop of which nothing is known."""

from __future__ import annotations

from djcheck.domain.observation import LoopKind, Observation


def of_loops(seen: Observation) -> str:
    """ "unbounded-unknown" where no loop is known to run over rows or data, else ""."""
    known = any(loop.kind in (LoopKind.ROWS, LoopKind.DATA) for loop in seen.loops)
    return "" if known else "unbounded-unknown"
