"""Does `djcheck fix` mend real N+1 faults, and as their projects mended them?

    python -m tests.benchmarks.fix_history --cases CASES.jsonl --trees DIR [--ids ID,ID] [--cache DIR] [--out FILE]

Each line of the cases is a commit that mended a per-row query; DIR holds the files before it, at
`owner+name@` and the first twelve characters of the commit's hash. Looked at are the certain findings of DJC101 and
DJC102 that lie on the case's lines, name one of its relations, and whose rows come from Python code. All of a case's
are fixed together, unsafe ones too. Told is for each case

  hits      how many there are;
  patched   for how many there is a patch that applies (`git apply --check`) and leaves Python that can be parsed;
  mended    for how many the finding is gone afterwards and no new one has come (one round further down code that
            calls itself is none: it was there, and not seen);
  same      whether a relation that the project's own fix loads is loaded, at least that far.

Nothing is written into DIR.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from djcheck import pipeline
from djcheck.analysis import Analysed, Memory
from djcheck.cache.store import Store
from djcheck.cli.fix import patch
from djcheck.config import load
from djcheck.domain.finding import Finding, Status
from djcheck.fixes.editing.applying import changes_in
from djcheck.fixes.mending import DEEPER, Outcome, mend
from djcheck.fixes.project.evidence import origin_of

NEAR = 2


class Scored(NamedTuple):
    id: str
    kind: str
    hits: int
    patched: int
    safe: int
    mended: int
    same: bool
    loads: list[str]
    wanted: list[str]
    seconds: float
    trouble: str


def is_hit(finding: Finding, case: dict[str, Any]) -> bool:
    origin = origin_of(finding)
    certain = finding.rule in ("DJC101", "DJC102") and finding.status is Status.CERTAIN
    if not certain or origin is None or not origin.path.endswith(".py"):
        return False
    wanted = {part for relation in case["relations"] for part in relation.split("__")}
    if not wanted & set((finding.relation or "").split("__")):
        return False
    span = case["origin"]
    lines = [(span["file"], span["line"] - NEAR, span["end_line"] + NEAR)]
    lines += [(each["file"], each["line"] - 1, each["line"] + 1) for each in case["access"]]
    places = [(finding.path, finding.line, finding.end_line)]
    places += [(step.path, step.line, step.end_line) for step in finding.related]
    return any(
        path == file and first <= end and start <= last for path, start, end in places for file, first, last in lines
    )


def scored(case: dict[str, Any], root: Path, store: Store | None) -> Scored:
    started = time.perf_counter()
    hits: list[int] = []
    with chdir(root):
        config, memory = load([Path()]), Memory(lasting=True)

        def examine(texts: Mapping[str, str]) -> Analysed:
            found = pipeline.examine(
                [Path()], config, jobs=1, progress=lambda *_: None, store=store, unsaved=texts, memory=memory
            )
            hits.append(sum(is_hit(finding, case) for finding in found.report.findings))
            return found

        outcome = mend(examine, lambda finding: is_hit(finding, case), unsafe=True)
        trouble = applies(outcome)
    mended = [finding for each in outcome.made for finding in each.findings]
    vain = [finding for each in outcome.taken_back if each.reason != DEEPER for finding in each.findings]
    tried = len(mended) + len(vain)
    loads = sorted({finding.relation or "" for finding in mended})
    return Scored(
        case["id"],
        case["kind"],
        max(hits[0], tried),
        0 if trouble else tried,
        sum(len(each.findings) for each in outcome.made if each.fix.safe),
        len(mended),
        any(covers(load, wanted) for load in loads for wanted in case["relations"]),
        loads,
        case["relations"],
        round(time.perf_counter() - started, 1),
        trouble or "; ".join(f"{each.reason}: {each.fix.title}" for each in outcome.taken_back),
    )


def covers(loaded: str, wanted: str) -> bool:
    return loaded == wanted or loaded.startswith(f"{wanted}__")


def applies(outcome: Outcome) -> str:
    """What git says against the patch, if anything. (That it can be parsed, `changes_in` sees to.)"""
    data = b"".join(map(patch, changes_in(outcome.texts)))
    if not data:
        return ""
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(Path.cwd().parent)}
    said = subprocess.run(
        ["git", "apply", "--check", "-"], input=data, capture_output=True, check=False, env=environment
    )
    return said.stderr.decode(errors="replace").strip()


def table(rows: Iterable[Scored]) -> Iterator[str]:
    """By kind of case, then all."""
    with_hits = [row for row in rows if row.hits]
    yield "| kind | cases with hits | hits | patched | mended | safe | cases mended | same relation |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for kind in [*sorted({row.kind for row in with_hits}), "all"]:
        some = [row for row in with_hits if kind in (row.kind, "all")]
        sums = [sum(getattr(row, name) for row in some) for name in ("hits", "patched", "mended", "safe")]
        mended = [row for row in some if row.mended]
        cells = [kind, len(some), *sums, len(mended), sum(row.same for row in mended)]
        yield f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--ids", help="only these cases, separated by commas")
    parser.add_argument("--cache", type=Path, help="keep here what is pure per file")
    parser.add_argument("--out", type=Path, help="write each case's figures as JSON Lines")
    options = parser.parse_args()
    cases = [json.loads(line) for line in options.cases.read_text(encoding="utf-8").splitlines() if line.strip()]
    ids = set(options.ids.split(",")) if options.ids else None
    store = Store(options.cache, lambda words: print(words, file=sys.stderr)) if options.cache else None
    rows = []
    for case in cases:
        root = options.trees / f"{case['repo'].replace('/', '+')}@{case['before'][:12]}"
        if not case["relations"] or (ids is not None and case["id"] not in ids) or not root.is_dir():
            continue
        row = scored(case, root, store)
        rows.append(row)
        print(row, file=sys.stderr, flush=True)
        if options.out is not None:
            with options.out.open("ab") as out:
                out.write(msgspec.json.encode(row._asdict()) + b"\n")
    print("\n".join(table(rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
