"""What is put before the agent about one finding: code with line numbers, and what the index knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from djcheck.domain.finding import Finding


class Excerpt(Struct, frozen=True):
    """A stretch of lines that is shown, and why."""

    path: str
    line: int
    end_line: int
    why: str


class Evidence(Struct, frozen=True):
    """The excerpts in order of weight, the text of every line shown by path and number, and what the index knows."""

    finding: Finding
    excerpts: tuple[Excerpt, ...]
    shown: dict[str, dict[int, str]]
    facts: tuple[str, ...]

    @property
    def mark(self) -> str:
        """By which the evidence is known again: the same while the code says the same, on whatever lines."""
        order = {(path, line): at for at, (path, line) in enumerate(self._lines())}
        places = [(self.finding.path, self.finding.line), *((step.path, step.line) for step in self.finding.related)]
        said = [
            self.finding.rule,
            self.finding.ambiguity.reason if self.finding.ambiguity else "",
            self.finding.symbol,
            self.finding.relation,
            self.finding.model,
            [order.get(place, -1) for place in places],
            [self.finding.column, self.finding.end_column],
            [self.shown[path][line] for path, line in self._lines()],
            self.facts,
        ]
        return hashlib.sha256(msgspec.json.encode(said)).hexdigest()

    @property
    def places(self) -> set[tuple[str, int]]:
        """Every line that is shown, by path and number."""
        return set(self._lines())

    def _lines(self) -> Iterable[tuple[str, int]]:
        return ((path, line) for path, lines in self.shown.items() for line in sorted(lines))

    def _table(self) -> Iterable[tuple[str, str]]:
        """The places that are shown for one reason, and the reason."""
        places: dict[tuple[str, str], list[str]] = {}
        for each in self.excerpts:
            places.setdefault((each.path, each.why), []).append(f"{each.line}-{each.end_line}")
        return ((f"{path}:{', '.join(lines)}", why) for (path, why), lines in places.items())

    def text(self) -> str:
        """The evidence as the agent reads it. Every line of code stands behind its number."""
        parts = ["Excerpts:"]
        parts += [f"  {place}: {why}" for place, why in self._table()]
        parts += ["", *self.facts] if self.facts else []
        steps = {(self.finding.path, self.finding.line), *((step.path, step.line) for step in self.finding.related)}
        for path, lines in self.shown.items():
            parts += ["", f"File {path}:"]
            parts += numbered({line: lines[line] for line in sorted(lines)}, {at for file, at in steps if file == path})
        return "\n".join(parts)


def numbered(lines: dict[int, str], marked: Iterable[int] = ()) -> list[str]:
    """Lines behind their numbers, those of the trace behind a `>`, gaps as dots."""
    marks = set(marked)
    width = len(str(max(lines, default=0)))
    rows = []
    last = None
    for number, text in lines.items():
        if last is not None and number != last + 1:
            rows.append("  ...")
        rows.append(f"{'>' if number in marks else ' '} {number:>{width}} | {text}".rstrip())
        last = number
    return rows
