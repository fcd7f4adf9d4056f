"""The sample projects, fixed by `djcheck fix`, in real Django: the same answers, with fewer queries, and no more of
them when there are more rows."""

from __future__ import annotations

import functools
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from djcheck.cli.main import main
from djcheck.domain.trace import Role
from tests.analysing import analyse
from tests.sample_projects.evidence import PROJECTS, Evidence, Run, TwinRuns, run_project
from tests.sample_projects.pairs import TOKEN
from tests.sample_projects.proofs import QUOTED_PLACEHOLDER
from tests.sample_projects.test_query_counts import NAMES, evidence_of, load

UNSAFE = ("--unsafe",)


def fix(root: Path, *options: str) -> int:
    before = Path.cwd()
    os.chdir(root)
    try:
        return main(["fix", "--allow-dirty", "--no-cache", "--jobs", "1", *options])
    finally:
        os.chdir(before)


Make = Callable[..., Path]
Prove = Callable[..., Evidence]
Told = Callable[..., frozenset[tuple[str, int]]]


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """`fixed(name, *options)`: a copy of a sample project after `djcheck fix`, made once."""
    folder = tmp_path_factory.mktemp("fixed")

    @functools.cache
    def make(name: str, *options: str) -> Path:
        root = folder.joinpath(*options, name)
        shutil.copytree(PROJECTS / name, root, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
        assert fix(root, *options) == 0
        return root

    yield make
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def evidence_after(fixed: Make) -> Prove:
    """`evidence_after(name, *options)`: what the fixed project does in real Django."""
    return functools.cache(lambda name, *options: run_project(name, fixed(name, *options)))


@pytest.fixture(scope="module")
def told_after(fixed: Make) -> Told:
    """`told_after(name, *options)`: the lines at which the fixed project still asks per row, as djcheck tells."""

    @functools.cache
    def told(name: str, *options: str) -> frozenset[tuple[str, int]]:
        findings = analyse(fixed(name, *options)).findings
        places = {(finding.path, finding.line) for finding in findings}
        steps = (step for finding in findings for step in finding.related)
        return frozenset(places | {(step.path, step.line) for step in steps if step.role is Role.ACCESS})

    return told


def counts(runs: tuple[Run, Run]) -> tuple[int, int]:
    return len(runs[0].queries), len(runs[1].queries)


CASES = [
    pytest.param(name, pair, options, id=f"{name}:{pair}{' '.join(options)}")
    for name in NAMES
    for pair in load(name).pairs
    for options in ((), UNSAFE)
]


@pytest.mark.parametrize(("name", "pair_name", "options"), CASES)
def test_fixed_places_answer_as_their_twins(
    name: str, pair_name: str, options: tuple[str, ...], evidence_after: Prove, told_after: Told
) -> None:
    """What still grows with the rows is still told: nothing is fixed in name only."""
    pair, before = load(name).pairs[pair_name], evidence_of(name).pairs[pair_name]
    after = evidence_after(name, *options).pairs[pair_name]
    assert counts(after.clean) == counts(before.clean)
    if pair.proof in ("sql", "placeholder"):
        assert_text_is_closed(after)
        return
    if pair.same_result:
        assert [run.result for run in after.faulty] == [run.result for run in after.clean]
    few, many = after.faulty
    assert counts(after.faulty) <= counts(before.faulty)
    if counts(after.faulty)[0] < counts(after.faulty)[1]:
        asked, asked_more = (Counter(query.shape for query in run.queries) for run in (few, many))
        grown = [query for query in many.queries if asked_more[query.shape] > asked[query.shape]]
        assert any(query.place in told_after(name, *options) for query in grown), many.listing(30)


# Pairs that `--unsafe` mends in full: what they ask no longer grows with the rows.
MENDED = {
    "bookshop": ["authors.reports.pupil_counts", "catalog.reports.category_sizes", "/admin/catalog/publisher/"],
    "blog_api": [
        *("posts.digests.activity", "posts.digests.recent_words", "posts.digests.voices", "shelf", "articles/1"),
    ],
    "ledger": [
        *(f"reports.writing.{name}" for name in ("add_interest", "round_balances", "remind", "drop_open")),
        "/async/close/",
        "close_month",
        "reports.per_row.all_names",
        "reports.per_row.waiting_accounts",
        "reports.per_row.category_sizes",
    ],
}


@pytest.mark.parametrize(("name", "pair_name"), [(name, pair) for name, pairs in MENDED.items() for pair in pairs])
def test_fixed_places_ask_no_more_often_for_more_rows(name: str, pair_name: str, evidence_after: Prove) -> None:
    few, many = evidence_after(name, *UNSAFE).pairs[pair_name].faulty
    assert len(few.queries) == len(many.queries), many.listing(30)


def assert_text_is_closed(runs: TwinRuns) -> None:
    """Where no value becomes SQL's text any more, the answers are the twin's, whatever the value."""
    if not any(TOKEN in query.sql or QUOTED_PLACEHOLDER.search(query.sql) for query in runs.faulty[1].queries):
        assert [run.result for run in runs.faulty] == [run.result for run in runs.clean]


def test_values_in_sql_become_parameters(evidence_after: Prove) -> None:
    """Of the places that let a value into SQL's text, so many do no longer."""
    pairs = {name: pair for name, pair in load("ledger").pairs.items() if pair.proof in ("sql", "placeholder")}
    runs = {name: evidence_after("ledger", *UNSAFE).pairs[name].faulty for name in pairs}
    closed = {
        name
        for name, both in runs.items()
        if not any(TOKEN in query.sql or QUOTED_PLACEHOLDER.search(query.sql) for query in both[1].queries)
    }
    assert len(closed) >= 12, sorted(set(pairs) - closed)


@pytest.mark.parametrize("options", [(), UNSAFE])
@pytest.mark.parametrize("name", NAMES)
def test_a_second_run_changes_nothing(name: str, options: tuple[str, ...], fixed: Make) -> None:
    root = fixed(name, *options)
    texts = {path: path.read_bytes() for path in root.rglob("*.py")}
    assert fix(root, "--check", *options) == 0
    assert fix(root, *options) == 0
    assert {path: path.read_bytes() for path in root.rglob("*.py")} == texts


@pytest.mark.parametrize("name", NAMES)
def test_missing_eager_loads_are_mended(name: str, fixed: Make) -> None:
    """Most have a safe fix; that none of these is left, the second run shows."""
    before = [finding for finding in analyse(PROJECTS / name).findings if finding.rule in ("DJC101", "DJC102")]
    after = [finding for finding in analyse(fixed(name)).findings if finding.rule in ("DJC101", "DJC102")]
    assert len(after) <= len(before) / 3
