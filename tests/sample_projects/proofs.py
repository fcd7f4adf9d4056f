"""Does what was seen while a faulty place and its clean twin ran prove what a mark says?"""

import ast
import functools
import re
from pathlib import Path

from .evidence import Evidence, Query, TwinRuns
from .markers import Mark
from .pairs import TOKEN, Pair

ORDERING = re.compile(r"ORDER BY (.+?)(?: LIMIT | OFFSET |$)")
QUOTED_PLACEHOLDER = re.compile(r"'%*%s")

EXISTS = re.compile(r'^SELECT %s AS "a" .* LIMIT 1$')
ASKED_OF_THE_DATABASE = {
    "DJC201": re.compile(r"\bCOUNT\("),
    "DJC202": re.compile(r"\b(?:SUM|MIN|MAX|AVG)\("),
    "DJC203": EXISTS,
    "DJC204": re.compile(r" WHERE "),
    "DJC206": EXISTS,
    "DJC207": EXISTS,
    "DJC208": re.compile(r"^SELECT (?!%s AS).* LIMIT 1$"),
    "DJC209": re.compile(r" GROUP BY "),
}
"""What the clean twin's SQL has, and the marked query has not."""

DOORS = {
    "DJC301": (".raw(",),
    "DJC302": (".extra(",),
    "DJC303": ("RawSQL(",),
    "DJC304": (".execute(",),
    "DJC305": (".execute(",),
    "DJC306": (".execute(",),
    "DJC307": ("template=", "function="),
}
"""What stands on the line of a mark where text becomes SQL."""

RELATION_KIND = {"DJC101": "one", "DJC102": "many", "DJC105": "many", "DJC107": "generic"}

READ = {"DJC101": "one", "DJC106": "deferred", "DJC107": "generic"}
"""Codes that speak of reading an attribute of a row."""


def proves(mark: Mark, pair: Pair, runs: TwinRuns, evidence: Evidence, root: Path) -> bool:
    if mark.code.startswith("DJC1"):
        return pair.proof in {"rows", "bounded"} and _repeats_per_row(mark, pair, runs, evidence)
    if mark.code.startswith("DJC2"):
        return pair.proof == "work" and _leaves_work_to_python(mark, runs)
    return _lets_text_in(mark, pair, runs, root)


def _repeats_per_row(mark: Mark, pair: Pair, runs: TwinRuns, evidence: Evidence) -> bool:
    few, many = (
        [query for query in run.at(mark.path, mark.line) if _fits(mark, query, run.queries, evidence)]
        for run in runs.faulty
    )
    if pair.proof == "bounded":
        clean = runs.clean[1].at(mark.path, mark.line)
        return len(few) > 1 and len(many) > 1 and len(clean) < len(many)
    return len(few) < len(many)


def _fits(mark: Mark, query: Query, others: tuple[Query, ...], evidence: Evidence) -> bool:
    """The query is of the kind the code names, and asks the table the relation leads to."""
    if (mark.code == "DJC104") != query.is_write or query.read != READ.get(mark.code, ""):
        return False
    if kind := RELATION_KIND.get(mark.code):
        relation = evidence.relations.get(mark.relation.rpartition("__")[2])
        if relation is None or kind not in relation.kinds:
            return False
        if kind != "generic" and not query.tables & relation.tables:
            return False
    elif mark.relation:
        return False
    prefetched = any(" IN (" in other.sql and other.tables & query.tables for other in others)
    if mark.code == "DJC105":
        return prefetched
    if mark.code == "DJC103":
        return not prefetched
    return True


def _leaves_work_to_python(mark: Mark, runs: TwinRuns) -> bool:
    faulty, clean = runs.faulty[1], runs.clean[1]
    here = faulty.at(mark.path, mark.line)
    if mark.code == "DJC205":
        wanted = _orderings(clean.queries)
        return bool(here) and bool(wanted) and not wanted & _orderings(tuple(here))
    asked = ASKED_OF_THE_DATABASE[mark.code]
    if any(asked.search(query.sql) for query in here) or not any(asked.search(query.sql) for query in clean.queries):
        return False
    if mark.code == "DJC206":
        return any("COUNT(" in query.sql for query in here)
    return sum(query.rows for query in here) > clean.rows


def _orderings(queries: tuple[Query, ...]) -> set[str]:
    return {found.group(1) for query in queries if (found := ORDERING.search(query.sql))}


def _lets_text_in(mark: Mark, pair: Pair, runs: TwinRuns, root: Path) -> bool:
    line = (root / mark.path).read_text(encoding="utf-8").splitlines()[mark.line - 1]
    if not any(door in line for door in DOORS[mark.code]):
        return False
    first, last = enclosing_function(root / mark.path, mark.line)
    inside = [
        query.sql
        for query in runs.faulty[1].queries
        if any(site.path == mark.path and first <= site.line <= last for site in query.sites)
    ]
    if mark.code == "DJC305":
        return pair.proof == "placeholder" and any(QUOTED_PLACEHOLDER.search(sql) for sql in inside)
    injected = [sql for sql in inside if TOKEN in sql]
    if pair.proof != "sql" or not injected:
        return False
    names_something = any(f"{word} {pair.injected}" in sql for sql in injected for word in ("FROM", "ORDER BY"))
    return names_something if mark.code == "DJC306" else mark.code != "DJC304" or not names_something


@functools.cache
def enclosing_function(path: Path, line: int) -> tuple[int, int]:
    """First and last line of the innermost function around a line; the line itself outside of any."""
    best = (line, line)
    if path.suffix != ".py":
        return best
    width = float("inf")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            if node.lineno <= line <= last and last - node.lineno < width:
                best, width = (node.lineno, last), last - node.lineno
    return best
