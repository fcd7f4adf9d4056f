"""`djcheck check`: analyse, report, and decide the exit status."""

from __future__ import annotations

import os
import time
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from djcheck.cli import options as groups

if TYPE_CHECKING:
    from djcheck.analysis import Memory
    from djcheck.cache.store import Store
    from djcheck.cli.options import Options

CLEAN, FINDINGS = 0, 1


@click.command(cls=groups.AgentCommand)
@groups.paths
@groups.selecting
@groups.gating
@groups.comparing
@groups.deciding
@groups.reporting
@groups.watching
@groups.running
def check(**options: Unpack[Options]) -> int:
    """Analyse Django projects, directories or files."""
    return watched(options) if options["watch"] else once(options)


def watched(options: Options) -> int:
    from djcheck.cli.output import failure

    if options["write_baseline"] or options["shrink_baseline"]:
        raise click.UsageError("--watch leaves the baseline as it is")
    try:
        from djcheck.cli.watching import rounds
    except ModuleNotFoundError as error:
        if error.name != "watchfiles":
            raise
        raise failure("--watch needs watchfiles: pip install 'djcheck[watch]'") from error
    from djcheck.analysis import Memory

    memory = Memory(lasting=True)
    return rounds(options["paths"], options["output"], lambda: once(options, memory))


def once(options: Options, memory: Memory | None = None) -> int:
    """Analyse, write the report, and give the exit status; `memory` holds what an earlier call found out."""
    from djcheck import pipeline
    from djcheck.cli.output import failure, write
    from djcheck.cli.progress import progress
    from djcheck.cli.rendering import rendered
    from djcheck.config import ConfigError
    from djcheck.triage import gate

    config = groups.configuration(options)
    keeping = groups.keeping(options, config)
    wanted = (options["agent"] is not None or options["frozen"]) and not options["no_agent"]
    agent = groups.agent_named(options["agent"]) if wanted else None
    verbosity = options["verbose"] - options["quiet"]
    jobs = options["jobs"] or cores()
    if verbosity > 0:
        click.echo(f"djcheck: configuration: {config.file or 'none found'}; jobs: {jobs}", err=True)
    started = time.perf_counter()
    try:
        with cache(options) as store, progress(quiet=verbosity < 0) as tell:
            report = pipeline.check(
                options["paths"],
                config,
                jobs=jobs,
                progress=tell,
                store=store,
                keeping=keeping,
                diff_base=options["diff_base"],
                memory=memory,
            )
            if agent is not None:
                from djcheck.cli.deciding import decided

                report = decided(report, agent, config, options, jobs=jobs, progress=tell, store=store)
    except ConfigError as error:
        raise failure(str(error)) from error
    for trouble in report.troubles:
        click.echo(f"djcheck: left out because djcheck failed there (please report it): {trouble}", err=True)
    if keeping != "read" and verbosity >= 0:
        click.echo(f"djcheck: {config.baseline_file}: {len(report.known)} accepted, {report.gone} taken out", err=True)
    if verbosity > 0:
        click.echo(f"djcheck: analysed in {time.perf_counter() - started:.1f} s", err=True)
    write(rendered(report, config, options), options["output"])
    failed = gate.fails(report.findings, config.fail_on, config.ambiguous)
    return FINDINGS if failed and not options["exit_zero"] else CLEAN


def cache(options: groups.Caching) -> AbstractContextManager[Store | None]:
    """What earlier runs found out, unless the user wants none of it."""
    if options["no_cache"]:
        return nullcontext()
    from djcheck.cache.store import Store

    return closing(Store(options["cache_dir"] or user_cache(), lambda words: click.echo(f"djcheck: {words}", err=True)))


def user_cache() -> Path:
    """Where the platform wants programs to keep what they can do without."""
    from platformdirs import user_cache_path

    return user_cache_path("djcheck", appauthor=False)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
