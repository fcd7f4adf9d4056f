"""Is every mark of the sample projects true in a running Django, and every clean twin clean?"""

import ast
import functools
import importlib
from collections import Counter
from dataclasses import dataclass

import pytest

from .evidence import PROJECTS, Evidence, Run, TwinRuns, run_project
from .markers import Mark, read_marks
from .pairs import TOKEN, Pair, Trap
from .proofs import QUOTED_PLACEHOLDER, enclosing_function, proves

NAMES = ("bookshop", "blog_api", "ledger")


@dataclass(frozen=True, slots=True)
class Project:
    name: str
    pairs: dict[str, Pair]
    traps: dict[str, Trap]
    marks: list[Mark]


@functools.cache
def load(name: str) -> Project:
    places = importlib.import_module(f".{name}_pairs", __package__)
    return Project(
        name,
        {pair.name: pair for pair in places.PAIRS},
        {trap.name: trap for trap in places.TRAPS},
        [mark for mark in read_marks(PROJECTS / name) if mark.kind in {"expect", "next"}],
    )


@functools.cache
def evidence_of(name: str) -> Evidence:
    return run_project(name)


PAIRS = [pytest.param(name, pair, id=f"{name}:{pair}") for name in NAMES for pair in load(name).pairs]
TRAPS = [pytest.param(name, trap, id=f"{name}:{trap}") for name in NAMES for trap in load(name).traps]
MARKS = [
    pytest.param(name, mark, id=f"{name}/{mark.path}:{mark.line}:{mark.code}:{mark.relation}")
    for name in NAMES
    for mark in load(name).marks
]


@pytest.mark.parametrize("name", NAMES)
def test_registry_names_each_place_once(name: str) -> None:
    places = importlib.import_module(f".{name}_pairs", __package__)
    for kind in (places.PAIRS, places.TRAPS):
        doubled = [place for place, times in Counter(entry.name for entry in kind).items() if times > 1]
        assert not doubled


@pytest.mark.parametrize(("name", "pair_name"), PAIRS)
def test_faulty_and_clean_twin_differ(name: str, pair_name: str) -> None:
    pair = load(name).pairs[pair_name]
    runs = evidence_of(name).pairs[pair_name]
    if pair.proof == "rows":
        assert_grows(runs.faulty, f"{pair.faulty} is said to be faulty")
        assert_steady(runs.clean, f"{pair.clean} is said to be clean")
    elif pair.proof == "bounded":
        for faulty, clean in zip(runs.faulty, runs.clean, strict=True):
            assert len(faulty.queries) > len(clean.queries), f"faulty:\n{faulty.listing()}\nclean:\n{clean.listing()}"
        assert_steady(runs.clean, f"{pair.clean} is said to be clean")
    elif pair.proof == "work":
        assert_steady(runs.clean, f"{pair.clean} is said to be clean")
    elif pair.proof == "sql":
        assert_only_faulty_text_changes(pair, runs)
    else:
        assert_only_faulty_quotes(pair, runs)
    if pair.same_result:
        assert_same_results(pair, runs)


@pytest.mark.parametrize(("name", "trap_name"), TRAPS)
def test_trap_is_clean(name: str, trap_name: str) -> None:
    few, many = evidence_of(name).traps[trap_name]
    assert_steady((few, many), f"{load(name).traps[trap_name].clean} is said to be clean")
    assert many.queries
    assert not any(TOKEN in query.sql for query in many.queries)


@pytest.mark.parametrize(("name", "mark"), MARKS)
def test_mark_is_proven(name: str, mark: Mark) -> None:
    """Some faulty place that is run must show, on this very line, what the mark says."""
    project, evidence = load(name), evidence_of(name)
    first, last = enclosing_function(PROJECTS / name / mark.path, mark.line)
    near = []
    for pair_name, pair in project.pairs.items():
        runs = evidence.pairs[pair_name]
        if proves(mark, pair, runs, evidence, PROJECTS / name):
            return
        sites = [site for query in runs.faulty[1].queries for site in query.sites]
        if any(site.path == mark.path and first <= site.line <= last for site in sites):
            near.append(f"{pair_name}\n{runs.faulty[1].listing()}")
    seen = "\n".join(near) or "  none: no faulty place that is run ever asks from there"
    pytest.fail(f"no faulty place proves {mark}. Places that ask from the same function:\n{seen}")


@pytest.mark.parametrize(("name", "pair_name"), PAIRS)
def test_nothing_grows_without_a_mark(name: str, pair_name: str) -> None:
    """A query that a faulty place repeats per row has a mark, there or where the same query first runs."""
    project = load(name)
    marked = {(mark.path, mark.line) for mark in project.marks}
    few, many = evidence_of(name).pairs[pair_name].faulty
    if project.pairs[pair_name].proof in {"sql", "placeholder"}:
        return
    before, after = (Counter(query.shape for query in run.queries) for run in (few, many))
    explained = {query.shape for query in many.queries if query.place in marked}
    unmarked = [
        query for query in many.queries if after[query.shape] > before[query.shape] and query.shape not in explained
    ]
    assert not unmarked, f"asked per row, but unmarked:\n{Run(tuple(unmarked), None, '').listing()}"


@pytest.mark.parametrize("name", NAMES)
def test_every_function_called_slow_is_run(name: str) -> None:
    """A faulty function without proof would be a claim; each one must have run and been seen asking."""
    root = PROJECTS / name
    seen = {
        (site.path, line)
        for runs in evidence_of(name).pairs.values()
        for run in runs.faulty
        for query in run.queries
        for site in query.sites
        for line in [enclosing_function(root / site.path, site.line)]
    }
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.endswith("_slow"):
                place = (path.relative_to(root).as_posix(), (node.lineno, node.end_lineno))
                assert place in seen or asks_outside(node), (
                    f"{place[0]}:{node.lineno} {node.name} was never seen asking"
                )


def asks_outside(node: ast.AST) -> bool:
    """A view that hands its rows to a template asks after it has ended; its marks are in the template."""
    return any(isinstance(inner, ast.Call) and "render" in ast.unparse(inner.func) for inner in ast.walk(node))


def assert_grows(runs: tuple[Run, Run], claim: str) -> None:
    few, many = runs
    assert len(many.queries) > len(few.queries), f"{claim}, but asks as often with many rows:\n{many.listing()}"


def assert_steady(runs: tuple[Run, Run], claim: str) -> None:
    few, many = runs
    assert len(many.queries) == len(few.queries), f"{claim}, but asks more often with many rows:\n{many.listing(30)}"


def assert_same_results(pair: Pair, runs: TwinRuns) -> None:
    alike = [faulty.result == clean.result for faulty, clean in zip(runs.faulty, runs.clean, strict=True)]
    if pair.proof == "sql":
        assert alike[0], f"{pair.name}: the twins do not answer alike to an ordinary value"
    elif pair.proof != "placeholder":
        assert all(alike), f"{pair.name}: the twins do not answer alike"


def assert_only_faulty_text_changes(pair: Pair, runs: TwinRuns) -> None:
    assert any(TOKEN in query.sql for query in runs.faulty[1].queries), f"not in the text:\n{runs.faulty[1].listing()}"
    for run in (runs.faulty[0], runs.clean[0]):
        assert not run.error, f"{pair.name} fails on an ordinary value: {run.error}"
        assert run.queries
    before = {query.sql for query in runs.clean[0].queries}
    changed = [query.sql for query in runs.clean[1].queries if query.sql not in before]
    assert not changed, f"{pair.clean} is said to be clean, but the value changes its text: {changed}"
    assert runs.clean[1].queries or runs.clean[1].error, f"{pair.clean} neither asked nor refused"


def assert_only_faulty_quotes(pair: Pair, runs: TwinRuns) -> None:
    for faulty, clean in zip(runs.faulty, runs.clean, strict=True):
        assert any(QUOTED_PLACEHOLDER.search(query.sql) for query in faulty.queries)
        assert faulty.error, f"{pair.faulty}: SQLite took the quoted placeholder for one"
        assert not clean.error, clean.error
        assert not any(QUOTED_PLACEHOLDER.search(query.sql) for query in clean.queries)
