"""Which mark and which fingerprint each finding has."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import astuple, replace

from djcheck.domain.finding import Finding, Related
from djcheck.domain.mark import Mark
from djcheck.domain.trace import Role

LinesOf = Callable[[str], Sequence[str]]


def stamp(findings: Iterable[Finding], lines_of: LinesOf) -> tuple[list[Finding], dict[str, Mark]]:
    """The findings in order of place, each with its fingerprint, and the mark that each fingerprint is made of.

    `lines_of(path)` gives a file's lines. Twins, findings with the same mark, are told apart by counting.
    """
    twins: Counter[Mark] = Counter()
    stamped = []
    marks = {}
    for finding in sorted(findings, key=lambda finding: finding.order):
        mark = mark_of(finding, lines_of)
        twins[mark] += 1
        digest = hashlib.sha256("\0".join((*key(mark), str(twins[mark]))).encode(errors="surrogatepass"))
        fingerprint = digest.hexdigest()[:16]
        stamped.append(replace(finding, fingerprint=fingerprint))
        marks[fingerprint] = mark
    return stamped, marks


def mark_of(finding: Finding, lines_of: LinesOf) -> Mark:
    """By what the finding will be known again."""
    origin = next((step for step in finding.related if step.role is Role.ORIGIN), None)
    return Mark(
        path=finding.path,
        rule=finding.rule,
        symbol="" if finding.symbol in (None, finding.path) else finding.symbol,
        model=finding.model or "",
        relation=finding.relation or "",
        code=_code(finding, lines_of),
        origin_path=origin.path if origin is not None and origin.path != finding.path else "",
        origin=_code(origin, lines_of) if origin is not None else "",
    )


def key(mark: Mark) -> tuple[str, ...]:
    """The mark's fields, the code in them without what formatters change: spaces, line breaks, trailing commas."""
    return astuple(replace(mark, code=_squeezed(mark.code), origin=_squeezed(mark.origin)))


def _squeezed(text: str) -> str:
    text = "".join(text.split())
    for bracket in ")]}":
        text = text.replace(f",{bracket}", bracket)
    return text


def _code(place: Finding | Related, lines_of: LinesOf) -> str:
    """The code at a place, on one line."""
    lines = lines_of(place.path)[place.line - 1 : place.end_line]
    if not lines:
        return ""
    if place.line == place.end_line:
        text = lines[0][place.column - 1 : place.end_column - 1]
    else:
        text = "\n".join([lines[0][place.column - 1 :], *lines[1:-1], lines[-1][: place.end_column - 1]])
    return " ".join(text.split())
