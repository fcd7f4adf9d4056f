"""What did a sample project do when it was run: queries, the rows they brought, the lines that asked?"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PROJECTS = TESTS.parent.parent / "sample_projects"

_SIZE = re.compile(r"\((?:%s, )*%s\)|(?<= LIMIT )\d+")

_TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE) "(\w+)"')


@dataclass(frozen=True, slots=True)
class Site:
    """A line of the project that stood on the stack while a query ran, innermost first."""

    path: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Query:
    sql: str
    rows: int
    read: str
    """`one`, `generic` or `deferred` when reading an attribute of a row asked, else empty."""
    sites: tuple[Site, ...]

    @property
    def shape(self) -> str:
        """The text without its `IN` list's length and its limit, which may grow with the rows and cost nothing."""
        return _SIZE.sub("…", self.sql)

    @property
    def is_write(self) -> bool:
        return self.sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "REPLACE"))

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(_TABLE.findall(self.sql))

    @property
    def place(self) -> tuple[str, int] | None:
        return (self.sites[0].path, self.sites[0].line) if self.sites else None


@dataclass(frozen=True, slots=True)
class Run:
    queries: tuple[Query, ...]
    result: object
    error: str

    @property
    def rows(self) -> int:
        return sum(query.rows for query in self.queries)

    def at(self, path: str, line: int) -> list[Query]:
        return [query for query in self.queries if query.place == (path, line)]

    def listing(self, limit: int = 6) -> str:
        lines = [f"  {query.place}  {query.sql[:110]}" for query in self.queries[:limit]]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class TwinRuns:
    """The two runs of each twin: with few rows and a benign value, then with many and an injected one."""

    faulty: tuple[Run, Run]
    clean: tuple[Run, Run]


@dataclass(frozen=True, slots=True)
class Relation:
    """What one name leads to, over all models of the project that have a relation of that name."""

    kinds: frozenset[str]
    """`one`, `many`, `generic`."""
    tables: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    pairs: dict[str, TwinRuns]
    traps: dict[str, tuple[Run, Run]]
    relations: dict[str, Relation]


def run_project(name: str, root: Path | None = None) -> Evidence:
    """Run every pair of one project (or of the copy of it at `root`) in a Django process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(TESTS.parent),
        "DJANGO_SETTINGS_MODULE": f"{name}.settings",
        f"{name.upper()}_DATABASE": ":memory:",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "sample_projects.run_project", name],
        cwd=root or PROJECTS / name,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{name} did not run:\n{done.stderr[-6000:]}")
    return _read(json.loads(done.stdout))


def _read(data: dict[str, dict[str, dict[str, list[dict[str, object]]]]]) -> Evidence:
    pairs = {
        name: TwinRuns(faulty=_two_runs(sides["faulty"]), clean=_two_runs(sides["clean"]))
        for name, sides in data["pairs"].items()
    }
    traps = {name: _two_runs(sides["clean"]) for name, sides in data["traps"].items()}
    relations = {
        name: Relation(frozenset(map(str, found["kinds"])), frozenset(map(str, found["tables"])))
        for name, found in data["relations"].items()
    }
    return Evidence(pairs, traps, relations)


def _two_runs(runs: list[dict[str, object]]) -> tuple[Run, Run]:
    first, second = (_run(run) for run in runs)
    return first, second


def _run(run: dict[str, object]) -> Run:
    queries = run["queries"]
    assert isinstance(queries, list)
    return Run(tuple(_query(query) for query in queries), run["result"], str(run["error"]))


def _query(query: dict[str, object]) -> Query:
    sites = query["sites"]
    rows = query["rows"]
    assert isinstance(sites, list)
    assert isinstance(rows, int)
    return Query(str(query["sql"]), rows, str(query["read"]), tuple(Site(str(p), int(n), str(f)) for p, n, f in sites))
