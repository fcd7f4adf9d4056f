"""How a report is to look, as far as its format leaves that open."""

from __future__ import annotations

from dataclasses import dataclass

PIPE_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Style:
    """What the user and the receiver want.

    `width` is in cells. `verbosity` below 0 asks for one line a finding, above 0 for everything. `statistics` asks for
    times and cache figures. `encoding` is what a terminal or pipe takes; formats for programs are always UTF-8.
    """

    width: int = PIPE_WIDTH
    colour: bool = False
    verbosity: int = 0
    statistics: bool = False
    encoding: str = "utf-8"
