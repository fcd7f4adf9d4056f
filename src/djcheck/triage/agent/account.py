"""What is to be asked, and what came of it, in lines for people."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from djcheck.domain.finding import Status
from djcheck.triage.agent.escalation import Outcome
from djcheck.triage.agent.question import Question
from djcheck.triage.agent.tiers import host_of


def plan(known: Sequence[Outcome], left: Sequence[Question]) -> Iterator[str]:
    """Each question with its route and size, and the totals by model."""
    for question in sorted([*left, *(outcome.question for outcome in known)], key=lambda each: each.finding.order):
        finding, route = question.finding, question.route
        pattern = (
            f"{route.query_class}, by the pattern {route.pattern}" if route.pattern else "no pattern, so the default"
        )
        answered = "answered already" if question not in left else f"about {question.tokens:,} tokens"
        reason = finding.ambiguity.reason if finding.ambiguity else ""
        yield f"{finding.path}:{finding.line}: {finding.rule} {finding.name} ({reason})"
        yield f"    {pattern}; tier {route.tier}, model {question.model}; {answered}"
    for model in sorted({question.model for question in left}):
        of_model = [question for question in left if question.model == model]
        tokens = sum(question.tokens for question in of_model)
        yield f"{model} at {host_of(model)}: {_plural(len(of_model), 'question')}, about {tokens:,} tokens"
    total = sum(question.tokens for question in left)
    yield (
        f"{_plural(len(known) + len(left), 'ambiguous finding')}: {len(known)} answered already, {len(left)} to ask,"
        f" about {total:,} tokens, look-ups aside. Nothing was sent."
    )


def notice(left: Sequence[Question]) -> str:
    """What is about to be sent, and where."""
    places = Counter(f"{question.model} at {host_of(question.model)}" for question in left)
    files = {path for question in left for path in question.evidence.shown}
    where = ", ".join(f"{place} ({_plural(count, 'question')})" for place, count in sorted(places.items()))
    return (
        f"sending excerpts of {_plural(len(files), 'file')} to {where},"
        f" about {sum(question.tokens for question in left):,} tokens; the agent may read more of the project's code."
        " Secrets are redacted. `djcheck escalate --plan` shows what is asked, `djcheck escalate export` all of it."
    )


def summary(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What was asked and how long it took by tier, what was decided, and what was not and why."""
    rows = [("tier", "asked", "cached", "p50", "p95", "target", "tokens")]
    for tier, target in sorted({(each.question.route.tier, _target(each)) for each in outcomes}):
        of_tier = [each for each in outcomes if (each.question.route.tier, _target(each)) == (tier, target)]
        times = sorted(each.latency_ms for each in of_tier if each.asked)
        cached = sum(1 for each in of_tier if each.finding.verdict is not None and not each.asked)
        tokens = sum(each.tokens for each in of_tier)
        aim = f"{target:,} ms" if target else "none"
        rows.append((tier, str(len(times)), str(cached), _share(times, 0.5), _share(times, 0.95), aim, f"{tokens:,}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    decided = Counter(each.finding.status for each in outcomes)
    counts = [f"{decided[status]} {status}" for status in (Status.CONFIRMED, Status.DISMISSED, Status.UNCERTAIN)]
    yield f"{', '.join(counts)}, {decided[Status.AMBIGUOUS]} without a verdict"
    for trouble, count in Counter(each.trouble for each in outcomes if each.trouble).most_common():
        yield f"  {count} of them: {trouble}"


def _target(outcome: Outcome) -> int:
    return outcome.question.route.latency_target_ms or 0


def _share(times: Sequence[int], share: float) -> str:
    """The least time within which that share of the answers came."""
    return f"{times[max(math.ceil(len(times) * share) - 1, 0)]:,} ms" if times else "-"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
