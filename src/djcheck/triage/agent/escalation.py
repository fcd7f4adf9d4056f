"""Ambiguous findings to the agent and back: what is known already, who is asked, what was made of the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from djcheck.domain.finding import Finding, Status
from djcheck.triage.agent.answer import Answer, weighed
from djcheck.triage.agent.budget import Allowance, Budget
from djcheck.triage.agent.code import Code
from djcheck.triage.agent.definition import Definition
from djcheck.triage.agent.gathering import gather
from djcheck.triage.agent.question import Question, instructions
from djcheck.triage.agent.redaction import redacted
from djcheck.triage.agent.router import route
from djcheck.triage.agent.tiers import model_of
from djcheck.triage.agent.tools import Tools
from djcheck.triage.agent.verdicts import Ledger

if TYPE_CHECKING:
    from djcheck.triage.agent.asking import Asker, Reply

AT_ONCE = 4


class Outcome(Struct, frozen=True):
    """What became of one question; `trouble` says why it has no verdict, or is ""."""

    question: Question
    finding: Finding
    trouble: str = ""
    tokens: int = 0
    latency_ms: int = 0
    asked: bool = False


def questions(findings: Iterable[Finding], code: Code, agent: Definition, models: Mapping[str, str]) -> list[Question]:
    """A question for each ambiguous finding, and for no other. Raises EscalationError where a tier has no model."""
    made = []
    for finding in findings:
        if finding.status is Status.AMBIGUOUS and finding.ambiguity is not None:
            routed = route(finding.ambiguity.question, agent)
            made.append(Question(finding, gather(finding, code), routed, model_of(routed.tier, models), agent))
    return made


def recall(asked: Sequence[Question], code: Code, ledger: Ledger) -> tuple[list[Outcome], list[Question]]:
    """The outcomes that are known from earlier, and the questions that are still open."""
    known, left = [], []
    for question in asked:
        finding = ledger.find(question, code)
        if finding is None:
            left.append(question)
        else:
            known.append(Outcome(question, finding))
    return known, left


def settled(findings: Sequence[Finding], outcomes: Iterable[Outcome]) -> list[Finding]:
    """The findings with the verdicts on those that were asked about; all others as they are."""
    verdicts = {id(outcome.question.finding): outcome.finding for outcome in outcomes}
    return [verdicts.get(id(finding), finding) for finding in findings]


def ask(
    asked: Sequence[Question], code: Code, ledger: Ledger, allowed: Allowance, tell: Callable[[int, int], None]
) -> list[Outcome]:
    """Put questions to their models, a few at a time; each answer is kept as soon as it is there.

    `tell` hears how many are done, and of how many. Raises NoKey.
    """
    return asyncio.run(_Asking(code, ledger, allowed, tell).all(asked))


class _Asking:
    def __init__(self, code: Code, ledger: Ledger, allowed: Allowance, tell: Callable[[int, int], None]) -> None:
        self._code = code
        self._ledger = ledger
        self._allowed = allowed
        self._tell = tell
        self._gone: dict[str, str] = {}

    async def all(self, asked: Sequence[Question]) -> list[Outcome]:
        from djcheck.triage.agent.asking import Asker, Limits

        self._budget = Budget(self._allowed)
        agents = {question.model: question.agent for question in asked}
        askers = {model: Asker(model, instructions(agent), Limits()) for model, agent in agents.items()}
        room = asyncio.Semaphore(AT_ONCE)
        done = 0

        async def one(question: Question) -> Outcome:
            nonlocal done
            async with room:
                outcome = await self._one(question, askers[question.model])
            done += 1
            self._tell(done, len(asked))
            return outcome

        try:
            return list(await asyncio.gather(*map(one, asked)))
        finally:
            for asker in askers.values():
                await asker.close()

    async def _one(self, question: Question, asker: Asker) -> Outcome:
        if question.model in self._gone:
            return Outcome(question, question.finding, f"not asked: {self._gone[question.model]}")
        share = await self._budget.share(question.tokens)
        if share is None:
            return Outcome(question, question.finding, "not asked: the budget is used up")
        tools = Tools(self._code)
        reply = await asker.ask(redacted(question.prompt), tools.all(), share)
        await self._budget.settle(share, reply.tokens, reply.requests)
        if reply.gone:
            self._gone[question.model] = reply.trouble
        finding = question.finding if reply.answer is None else self._decided(question, reply.answer, tools, reply)
        return Outcome(question, finding, reply.trouble, reply.tokens, reply.latency_ms, asked=True)

    def _decided(self, question: Question, answer: Answer, tools: Tools, reply: Reply) -> Finding:
        answer = weighed(answer, question.evidence.places | tools.seen)
        return self._ledger.add(question, answer, self._code, model=question.model, latency_ms=reply.latency_ms)
