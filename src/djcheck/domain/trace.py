"""The parts that places play in a trace, the same in observations and in findings."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a place in a trace is."""

    ORIGIN = "origin"
    LOOP = "loop"
    ACCESS = "access"
    CALL = "call"
    TEMPLATE = "template"
    SOURCE = "source"
    SINK = "sink"
