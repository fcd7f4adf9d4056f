"""`djcheck fix`: change the code so that findings go away, and prove that they did."""

from __future__ import annotations

import difflib
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from djcheck.cli import options as groups
from djcheck.cli.check import CLEAN, FINDINGS, cache, cores

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from djcheck.analysis import Analysed
    from djcheck.domain.finding import Finding
    from djcheck.fixes.editing.applying import Change
    from djcheck.fixes.mending import Mended, Outcome


class Options(groups.Caching):
    """What the command line says; None or empty where it says nothing."""

    paths: tuple[Path, ...]
    select: tuple[str, ...]
    fingerprint: tuple[str, ...]
    unsafe: bool
    diff: bool
    check: bool
    tests: bool
    allow_dirty: bool
    config: Path | None
    jobs: int | None


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path(exists=True, path_type=Path))
@groups.codes("--select", "Fix only what these rules find: codes, code prefixes (DJC1) or names, separated by commas.")
@click.option("--fingerprint", multiple=True, metavar="MARK", help="Fix only the finding with this fingerprint.")
@click.option("--unsafe", is_flag=True, help="Make changes too that may alter results; each says what may change.")
@click.option("--diff", is_flag=True, help="Print the changes as a patch, and write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where something could be fixed.")
@click.option(
    "--tests", is_flag=True, help="Also begin tests that hold the pages concerned to their number of queries."
)
@click.option("--allow-dirty", is_flag=True, help="Write although git has changes that are not committed.")
@groups.running
def fix(**options: Unpack[Options]) -> int:
    """Mend what djcheck finds in PATHs, or here.

    Each change is proven by another analysis: if the finding stays, or a new one comes, the change is taken back.
    """
    from djcheck.cli.output import failure, write
    from djcheck.fixes.editing.applying import Unwritable, changes_in, save
    from djcheck.sources.read import Illegible

    writes = not options["diff"] and not options["check"]
    if writes and not options["allow_dirty"]:
        refuse_dirty(options["paths"] or (Path(),))
    outcome, tests = mended(options)
    try:
        changes = changes_in(outcome.texts)
        if writes:
            save(changes)
    except (Unwritable, Illegible) as error:
        raise failure(str(error)) from error
    if options["diff"]:
        write(b"".join(map(patch, changes)), None)
    tell(outcome, done=writes)
    if options["tests"]:
        begin(tests, writes=writes)
    return FINDINGS if options["check"] and outcome.made else CLEAN


def mended(options: Options) -> tuple[Outcome, dict[str, str]]:
    """What fixing comes to, and texts of tests by their paths; nothing is written."""
    from djcheck import pipeline
    from djcheck.analysis import Memory
    from djcheck.cli.output import failure
    from djcheck.cli.progress import progress
    from djcheck.config import ConfigError, closeness, load
    from djcheck.fixes.mending import mend
    from djcheck.rulebook import rulebook
    from djcheck.triage.configuration import names_a_rule

    paths = options["paths"] or (Path(),)
    rules, marks, codes = rulebook(), set(options["fingerprint"]), options["select"]
    for code in codes:
        if not names_a_rule(code, rules):
            raise click.UsageError(f"--select: {code} is no rule; `djcheck rules` lists them")
    try:
        config = load(paths, options["config"])
    except ConfigError as error:
        raise failure(str(error)) from error

    def wants(finding: Finding) -> bool:
        return (not marks or finding.fingerprint in marks) and (
            not codes or closeness(codes, finding.rule, finding.name) > 0
        )

    with cache(options) as store, progress(quiet=False) as show:
        jobs = options["jobs"] or cores()
        first: list[Analysed] = []
        memory = Memory(lasting=True)  # each round of fixes is another analysis of nearly the same project

        def examine(texts: Mapping[str, str]) -> Analysed:
            found = pipeline.examine(paths, config, jobs=jobs, progress=show, store=store, unsaved=texts, memory=memory)
            if not first:
                first.append(found)
                must_be_found(marks, found.report.findings)
            return found

        outcome = mend(examine, wants, unsafe=options["unsafe"])
        for finding in first[0].report.findings if marks else ():
            if wants(finding) and finding not in outcome.findings:
                click.echo(f"{finding.path}:{finding.line}: {finding.rule} no fix is known", err=True)
        return outcome, first[0].fixer.tests(outcome.findings) if options["tests"] else {}


def must_be_found(marks: Iterable[str], findings: Iterable[Finding]) -> None:
    """Raise where no finding has a fingerprint that is asked for: the code may have changed since."""
    from djcheck.cli.output import failure

    gone = sorted(set(marks) - {finding.fingerprint for finding in findings})
    if gone:
        raise failure(f"--fingerprint: no finding has {', '.join(gone)}")


def begin(tests: dict[str, str], *, writes: bool) -> None:
    """Write new files of tests; what is there already is somebody's."""
    for path, text in sorted(tests.items()):
        there = Path(path).exists()
        if writes and not there:
            Path(path).write_text(text, encoding="utf-8")
        click.echo(
            f"{path}: {'is there already' if there else 'tests begun' if writes else 'tests to begin'}", err=True
        )


def refuse_dirty(paths: Sequence[Path]) -> None:
    """Raise where git could not give back what a fix is going to change."""
    from djcheck.cli.output import failure

    git = shutil.which("git")
    for path in paths if git is not None else ():
        folder = path if path.is_dir() else path.parent
        asked = subprocess.run(
            [str(git), "-C", str(folder), "status", "--porcelain", "--", str(path.resolve())],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode == 0 and asked.stdout.strip():
            raise failure(f"{path}: has changes that are not committed; commit them, or say --allow-dirty")


def patch(change: Change) -> bytes:
    """The change as `git apply` and `patch -p1` take it, in the file's own encoding."""
    old, new = lines_of(change.before), lines_of(change.after)
    name = change.path.as_posix()
    lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}")
    whole = (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return "".join(whole).encode(change.encoding.removesuffix("-sig"))


def lines_of(text: str) -> list[str]:
    """The lines as git sees them, with their ends."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def tell(outcome: Outcome, *, done: bool) -> None:
    """One line a fix, on standard error: what goes to standard output is a patch."""
    for each in outcome.made:
        click.echo(f"{place(each)} {'fixed' if done else 'can be fixed'}: {each.fix.title}", err=True)
    for each in outcome.taken_back:
        click.echo(f"{place(each)} not fixed, {each.reason}: {each.fix.title}", err=True)
    for each in outcome.unsafe:
        click.echo(f"{place(each)} only with --unsafe, {each.fix.caution}: {each.fix.title}", err=True)
    findings = sum(len(each.findings) for each in outcome.made)
    click.echo(
        f"djcheck: {count(findings, 'finding')} {'fixed' if done else 'can be fixed'} in "
        f"{count(len(outcome.texts), 'file')}; {count(len(outcome.taken_back), 'fix', 'fixes')} taken back, "
        f"{len(outcome.unsafe)} only with --unsafe",
        err=True,
    )


def place(each: Mended) -> str:
    first = each.findings[0]
    return f"{first.path}:{first.line}: {', '.join(dict.fromkeys(finding.rule for finding in each.findings))}"


def count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
