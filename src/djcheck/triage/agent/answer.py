"""An answer to a question, and what it is worth: it must rest on lines that were shown."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from djcheck.domain.finding import CitedLine, Decision

LONGEST_REASON = 800


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """What the agent, or whoever answers in its place, says."""

    decision: Decision
    confidence: Annotated[float, Meta(ge=0, le=1)]
    reason: str
    lines: tuple[CitedLine, ...]


def weighed(answer: Answer, shown: Collection[tuple[str, int]]) -> Answer:
    """The answer, without the lines that were never shown; with nothing left to rest on it becomes uncertain.

    A decision that cites any unseen line is made up at least in part, and becomes uncertain too.
    """
    seen = tuple(dict.fromkeys(line for line in answer.lines if (line.path, line.line) in shown))
    unseen = [line for line in answer.lines if (line.path, line.line) not in shown]
    answer = replace(answer, reason=" ".join(answer.reason.split())[:LONGEST_REASON], lines=seen)
    if answer.decision is Decision.UNCERTAIN:
        return answer
    if unseen:
        why = "it rests on lines that were not shown: " + ", ".join(f"{line.path}:{line.line}" for line in unseen[:5])
    elif not seen:
        why = "it rests on no line of code"
    else:
        return answer
    return replace(
        answer, decision=Decision.UNCERTAIN, reason=f"Answered {answer.decision}, but {why}. {answer.reason}"
    )
