"""What `--agent`, `--frozen` and `djcheck escalate` do with ambiguous findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from djcheck import pipeline
from djcheck.cli.output import failure
from djcheck.triage.agent import account, escalation
from djcheck.triage.agent.budget import Allowance
from djcheck.triage.agent.tiers import NoKey, provider_of
from djcheck.triage.agent.trouble import EscalationError
from djcheck.triage.agent.verdicts import FILE, Ledger

if TYPE_CHECKING:
    from djcheck.cache.store import Store
    from djcheck.cli.options import Options
    from djcheck.config import Config
    from djcheck.domain.finding import Finding, Report
    from djcheck.pipeline import Progress
    from djcheck.triage.agent.code import Code
    from djcheck.triage.agent.definition import Definition

EXTRA = ("detect_secrets", "pydantic_ai")


class Questions:
    """The ambiguous findings of a run as questions, those that are answered already apart."""

    def __init__(
        self, findings: Sequence[Finding], code: Code, config: Config, agent: Definition, store: Store | None
    ) -> None:
        self.code = code
        self.ledger = Ledger(config.root, store)
        self.all = escalation.questions(findings, code, agent, config.agent_models)
        self.known, self.left = escalation.recall(self.all, code, self.ledger)

    def keep(self) -> None:
        """Write the project's file of verdicts."""
        try:
            self.ledger.write(self.all)
        except OSError as error:
            say(f"{self.ledger.file}: cannot be written: {error.strerror or error}")


def decided(
    report: Report,
    agent: Definition,
    config: Config,
    options: Options,
    *,
    jobs: int,
    progress: Progress,
    store: Store | None,
) -> Report:
    """The report with verdicts on its ambiguous findings, as far as there are any: stored ones, or new ones too."""
    if not any(finding.ambiguity for finding in report.findings):
        return report
    code = pipeline.code_of(options["paths"], config, jobs=jobs, progress=progress, store=store)
    with mendable():
        if options["frozen"]:
            # What one machine has in its cache must not make its answer differ from another's.
            questions = Questions(report.findings, code, config, agent, None)
            outcomes = _recalled(questions)
        else:
            questions = Questions(report.findings, code, config, agent, store)
            outcomes = _asked(questions, options["agent_budget"] or Allowance(), progress)
    return replace(report, findings=tuple(escalation.settled(report.findings, outcomes)))


def _recalled(questions: Questions) -> list[escalation.Outcome]:
    if questions.left:
        say(f"{len(questions.left)} of {len(questions.all)} ambiguous findings have no verdict in {FILE.as_posix()}")
    return questions.known


def _asked(questions: Questions, allowed: Allowance, progress: Progress) -> list[escalation.Outcome]:
    outcomes = [*questions.known, *_answers(questions, allowed, progress)]
    if outcomes:
        questions.keep()
        for line in account.summary(outcomes):
            say(line)
    return outcomes


def _answers(questions: Questions, allowed: Allowance, progress: Progress) -> list[escalation.Outcome]:
    left, outcomes = [], []
    for question in questions.left:
        try:
            provider_of(question.model)
            left.append(question)
        except NoKey as error:
            outcomes.append(escalation.Outcome(question, question.finding, str(error)))
    if left:
        need_extra()
        say(account.notice(left))
        done = escalation.ask(left, questions.code, questions.ledger, allowed, lambda *at: progress("ask", *at))
        outcomes += done
    return outcomes


def need_extra() -> None:
    """Say what to install where the agent's libraries are missing."""
    for library in EXTRA:
        if find_spec(library) is None:
            raise failure(f"this needs {library}: pip install 'djcheck[agent]'")


@contextmanager
def mendable() -> Iterator[None]:
    """End with status 2 and a clear message where the agent cannot be put to work."""
    try:
        yield
    except EscalationError as error:
        raise failure(str(error)) from error


def say(words: str) -> None:
    click.echo(f"djcheck: {words}", err=True)
