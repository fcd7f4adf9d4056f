"""`djcheck escalate`: what the agent would be asked; the questions out for others to answer, the answers back in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from djcheck.cli import options as groups

if TYPE_CHECKING:
    from djcheck.cli.deciding import Questions

PLAN = "plan"


class Options(groups.Caching):
    """What the command line says to every one of these commands."""

    paths: tuple[Path, ...]
    agent: str | None
    config: Path | None
    jobs: int | None


class _Commands(click.Group):
    """`djcheck escalate --plan PATH…` is how the plan is asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--plan" in args:
            args = [PLAN, *(arg for arg in args if arg != "--plan")]
        return super().parse_args(ctx, args)


@click.group(cls=_Commands)
@click.option("--plan", is_flag=True, help="Show what would be asked: routes, models, tokens. Sends nothing.")
def escalate(plan: bool) -> None:
    """Ambiguous findings as questions to the agent, or to anybody else. Nothing here is sent anywhere.

    \b
    djcheck escalate --plan .                     what `djcheck . --agent` would ask
    djcheck escalate export . -o questions.jsonl  each question with all that is needed to answer it
    djcheck escalate import answers.jsonl .       answers into .djcheck/verdicts.jsonl
    djcheck . --frozen                            a report that uses them, and asks nobody

    An answer is a line of JSON: {"key", "decision": "confirmed" | "dismissed" | "uncertain", "confidence": 0 to 1,
    "reason", "lines": [{"path", "line"}], "by"}. Each question tells it again. docs/agent.md has the rest.
    """


@escalate.command(PLAN, cls=groups.AgentCommand, hidden=True)
@groups.paths
@groups.questioning
@groups.running
def plan(**options: Unpack[Options]) -> None:
    """Show for each ambiguous finding which model would be asked, and why; the totals at the end. Sends nothing."""
    from djcheck.cli.output import encoded, write
    from djcheck.triage.agent import account

    with questions(options) as found:
        lines = account.plan(found.known, found.left)
        write(encoded("\n".join(lines) + "\n", None), None)


@escalate.command(cls=groups.AgentCommand)
@groups.paths
@groups.questioning
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the questions to FILE.",
)
@click.option("--all", "everything", is_flag=True, help="Export what is answered already, too.")
@groups.running
def export(output: Path | None, everything: bool, **options: Unpack[Options]) -> None:
    """Write the questions as JSON Lines, each with all that is needed to answer it. Secrets are redacted."""
    from djcheck.cli.deciding import need_extra, say
    from djcheck.cli.output import write
    from djcheck.triage.agent import exchange

    need_extra()
    with questions(options) as found:
        chosen = found.all if everything else found.left
        write(exchange.export(chosen), output)
        say(f"{len(chosen)} questions exported; {len(found.all) - len(chosen)} are answered already")


@escalate.command("import", cls=groups.AgentCommand)
@click.argument("answers", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@groups.paths
@groups.questioning
@groups.running
def import_(answers: Path, **options: Unpack[Options]) -> None:
    """Take answers to exported questions from FILE into .djcheck/verdicts.jsonl.

    The answers are checked against the code as it is now: one that rests on lines that its question did not show
    counts as uncertain, one whose question is no longer asked is left out.
    """
    from djcheck.cli.deciding import say
    from djcheck.triage.agent import exchange
    from djcheck.triage.agent.answer import weighed

    with questions(options) as found:
        by_key = {question.key: question for question in found.all}
        taken = 0
        for imported in exchange.answers(answers):
            question = by_key.get(imported.key)
            if question is None:
                say(f"left out, because no question has this key (the code has changed since): {imported.key}")
                continue
            answer = weighed(imported.answer, question.evidence.places)
            if answer.decision is not imported.decision:
                say(f"{imported.key}: {answer.reason}")
            found.ledger.add(question, answer, found.code, model=imported.by, latency_ms=0)
            taken += 1
        found.keep()
        say(f"{taken} verdicts imported into {found.ledger.file}")


@contextmanager
def questions(options: Options) -> Iterator[Questions]:
    """The questions that the code under the paths raises now."""
    from djcheck import pipeline
    from djcheck.cli import deciding
    from djcheck.cli.check import cache, cores
    from djcheck.cli.output import failure
    from djcheck.cli.progress import progress
    from djcheck.config import ConfigError, load

    try:
        config = load(options["paths"], options["config"])
        agent = groups.agent_named(options["agent"])
        jobs = options["jobs"] or cores()
        with cache(options) as store, deciding.mendable():
            with progress(quiet=False) as tell:
                report = pipeline.check(options["paths"], config, jobs=jobs, progress=tell, store=store)
                code = pipeline.code_of(options["paths"], config, jobs=jobs, progress=tell, store=store)
            yield deciding.Questions(report.findings, code, config, agent, store)
    except ConfigError as error:
        raise failure(str(error)) from error
