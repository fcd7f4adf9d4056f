"""A finding in sentences, for formats that have room for plain text alone."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.domain.finding import Finding, Related


def sureness(finding: Finding) -> Iterator[str]:
    """How sure it is: the open question, the agent's verdict and the lines that it rests on; nothing if certain."""
    if finding.ambiguity and finding.status.is_open:
        yield f"Not certain ({finding.ambiguity.reason}): {finding.ambiguity.question}"
    if finding.verdict:
        yield f"Agent: {finding.verdict.decision}: {finding.verdict.reason}"
        if finding.verdict.lines:
            yield "Because of: " + ", ".join(f"{cited.path}:{cited.line}" for cited in finding.verdict.lines)


def step_words(step: Related) -> str:
    """What happens at a step of the trace: its role, and the message if it has one."""
    return f"{step.role}: {step.message}" if step.message else step.role.value


def trace(finding: Finding) -> Iterator[str]:
    """The steps of the trace, numbered, with their places."""
    for number, step in enumerate(finding.related, 1):
        yield f"{number}. {step.path}:{step.line} {step_words(step)}"
