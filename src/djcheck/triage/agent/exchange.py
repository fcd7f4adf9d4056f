"""Questions out as JSON Lines, for whoever else can answer them, and answers back in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from djcheck.domain.finding import CitedLine, Decision
from djcheck.triage.agent.answer import Answer
from djcheck.triage.agent.question import Question, instructions
from djcheck.triage.agent.redaction import redacted
from djcheck.triage.agent.trouble import EscalationError

VERSION = 1
HOW_TO_ANSWER = (
    'One JSON object on one line: {"key": the key of this question, "decision": "confirmed", "dismissed" or'
    ' "uncertain", "confidence": a number between 0 and 1, "reason": a text, "lines": [{"path": a file of the evidence,'
    ' "line": a number before the |}], "by": who answers}. Then `djcheck escalate import FILE PATH`.'
)


class Exported(Struct, frozen=True):
    """A question that can be answered by itself; docs/schema/question.schema.json describes it."""

    version: int
    key: str
    rule: str
    name: str
    path: str
    line: int
    reason: str
    question: str
    tier: str
    model: str
    instructions: str
    prompt: str
    how_to_answer: str


class Imported(Struct, frozen=True, forbid_unknown_fields=True):
    """An answer as it comes back; docs/schema/answer.schema.json describes it."""

    key: str
    decision: Decision
    confidence: Annotated[float, Meta(ge=0, le=1)]
    reason: Annotated[str, Meta(min_length=1)]
    lines: tuple[CitedLine, ...]
    by: Annotated[str, Meta(min_length=1)]

    @property
    def answer(self) -> Answer:
        return Answer(self.decision, self.confidence, self.reason, self.lines)


def export(questions: Iterable[Question]) -> bytes:
    """One question a line, redacted."""
    return b"".join(msgspec.json.encode(_exported(question)) + b"\n" for question in questions)


def _exported(question: Question) -> Exported:
    finding = question.finding
    assert finding.ambiguity is not None, "only ambiguous findings are asked about"
    return Exported(
        version=VERSION,
        key=question.key,
        rule=finding.rule,
        name=finding.name,
        path=finding.path,
        line=finding.line,
        reason=finding.ambiguity.reason,
        question=redacted(finding.ambiguity.question),
        tier=question.route.tier,
        model=question.model,
        instructions=instructions(question.agent),
        prompt=redacted(question.prompt),
        how_to_answer=HOW_TO_ANSWER,
    )


def answers(file: Path) -> list[Imported]:
    """The answers of a file. Raises EscalationError, which names every line that is none."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise EscalationError(f"{file}: cannot be read: {error.strerror or error}") from error
    decoder = msgspec.json.Decoder(Imported)
    found, problems = [], []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(decoder.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                problems.append(f"{file}:{number}: {error}")
    if problems:
        raise EscalationError("nothing was imported\n" + "\n".join(problems))
    return found
