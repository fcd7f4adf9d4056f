"""What is put before the agent about one finding: the code that decides it, with line numbers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from djcheck.domain.finding import Finding
from djcheck.domain.trace import Role
from djcheck.triage.agent.code import Block, Code, Use
from djcheck.triage.agent.models import describe

MOST_LINES = 420
WHOLE = 70  # a function of up to so many lines is shown in full
AROUND = 12
WIDEST_LINE = 400
CALLERS = 5
DEFINITIONS = 12
# Methods of so many things that a like-named one of the project says nothing.
COMMON = {*dir(str), *dir(list), *dir(dict), *dir(set)} | {
    "all", "annotate", "bulk_create", "bulk_update", "create", "delete", "exclude", "exists", "filter", "first",
    "get_or_create", "last", "only", "order_by", "prefetch_related", "save", "select_related", "set",
    "update_or_create", "values_list",
}  # fmt: skip
NAMESAKES = 3  # more definitions of one name than this, and a use of that name says nothing
UNSEEN = "Django, a library or a name made at run time may still call it"
NAME = re.compile(r"(?<![\w.'\"])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


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

    def text(self) -> str:
        """The evidence as the agent reads it. Every line of code stands behind its number."""
        parts = ["Excerpts:"]
        parts += [f"  {each.path}:{each.line}-{each.end_line}: {each.why}" for each in self.excerpts]
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


def gather(finding: Finding, code: Code) -> Evidence:
    """The evidence on one finding, the weightiest first, up to a size that any model can read."""
    gathering = _Gathering(finding, code)
    gathering.run()
    return Evidence(finding, tuple(gathering.excerpts), gathering.shown, tuple(gathering.facts))


class _Gathering:
    def __init__(self, finding: Finding, code: Code) -> None:
        self._finding = finding
        self._code = code
        self._room = MOST_LINES
        self.excerpts: list[Excerpt] = []
        self.shown: dict[str, dict[int, str]] = {}
        self.facts: list[str] = []
        self._asked: set[Block] = set()

    def run(self) -> None:
        finding = self._finding
        places = [(finding.path, finding.line), *((step.path, step.line) for step in finding.related)]
        home = self._place(finding.path, finding.line, "where the finding is", places)
        functions = [home] if home else []
        for step in finding.related:
            block = self._place(step.path, step.line, f"{step.role} of the trace", places)
            if block and block not in functions:
                functions.append(block)
        self._model(finding.model)
        for block in functions:
            self._class_around(block)
        key_lines = self._key_lines(functions)
        for block, line in key_lines:
            first, last = max(line - 3, block.line), min(line + 3, block.end_line)
            self._show(block.path, first, last, f"gives a value to a name in the trace, in {block.qualname}")
        self._definitions(key_lines, functions)
        self._callers(self._outermost(functions))
        for block in functions:
            self._callers(block)
        everything = [(block, line) for block in functions for line in range(block.line, block.end_line + 1)]
        self._definitions(everything, functions)

    # ------------------------------------------------------------ showing

    def _show(self, path: str, first: int, last: int, why: str) -> None:
        lines = self._code.lines(path)
        first, last = max(first, 1), min(last, len(lines))
        known = self.shown.get(path, {})
        fresh = [line for line in range(first, last + 1) if line not in known][: self._room]
        if not fresh:
            return
        self._room -= len(fresh)
        self.shown.setdefault(path, {}).update({line: lines[line - 1].rstrip()[:WIDEST_LINE] for line in fresh})
        self.excerpts.append(Excerpt(path, fresh[0], fresh[-1], why))

    def _block(self, block: Block, why: str, places: Sequence[int] = (), whole: int = WHOLE) -> None:
        if block.height <= whole:
            self._show(block.path, block.line, block.end_line, why)
            return
        self._show(block.path, block.line, block.line + 4, f"{why} (its beginning)")
        for line in places:
            first, last = max(line - AROUND, block.line), min(line + AROUND, block.end_line)
            self._show(block.path, first, last, f"{why} (around line {line})")
        if not places:
            self._show(block.path, block.line, block.line + whole - 1, f"{why} (its first {whole} lines)")

    def _place(self, path: str, line: int, why: str, places: Sequence[tuple[str, int]]) -> Block | None:
        block = self._code.enclosing(path, line)
        if block is None or block.kind == "class":
            self._show(path, line - AROUND, line + AROUND, why)
            return None
        inside = [at for file, at in places if file == path and block.holds(at)]
        self._block(block, f"{block.kind} {block.qualname}, {why}", inside)
        return block

    # ------------------------------------------------------------ what belongs to it

    def _model(self, label: str | None) -> None:
        model = self._code.model(label) if label else None
        if model is None:
            return
        self.facts.append(describe(model))
        block = self._code.block(model.key)
        if block is not None:
            self._show(block.path, block.line, min(block.end_line, block.line + 29), f"the model {model.label}")

    def _class_around(self, block: Block) -> None:
        owner = self._code.owner(block)
        if owner is not None:
            self._show(owner.path, owner.line, min(owner.line + 24, block.line - 1), f"class {owner.qualname}")

    def _key_lines(self, functions: Sequence[Block]) -> list[tuple[Block, int]]:
        """The lines of the trace, and those that give the names in them their values."""
        found: list[tuple[Block, int]] = []
        steps = [step for step in self._finding.related if step.role is not Role.CALL]
        spans = [(step.path, step.line, step.end_line) for step in steps]
        spans.append((self._finding.path, self._finding.line, self._finding.end_line))
        for block in functions:
            lines = self._code.lines(block.path)
            direct = [
                line
                for path, first, last in spans
                if path == block.path and block.holds(first)
                for line in range(first, last + 1)
            ]
            names = {name.partition(".")[0] for line in direct for name in NAME.findall(lines[line - 1])}
            giving = re.compile(
                rf"^\s*(?:for\s+|with\s.*\bas\s+)?(?:{'|'.join(map(re.escape, names)) or '(?!)'})\b.*(=|\bin\b|:)"
            )
            bound = [line for line in range(block.line, block.end_line + 1) if giving.match(lines[line - 1])]
            found += [(block, line) for line in dict.fromkeys([*direct, *bound])]
        return found

    def _definitions(self, lines: Sequence[tuple[Block, int]], known: Sequence[Block]) -> None:
        told = set(known)
        left = DEFINITIONS
        for block, line in lines:
            for name in dict.fromkeys(NAME.findall(self._code.lines(block.path)[line - 1])):
                meant = self._code.meant(block.path, name, block.owner) or self._only(name)
                if meant is None:
                    self._attribute(block, name)
                elif meant not in told and meant.kind != "class" and left:
                    told.add(meant)
                    left -= 1
                    self._block(meant, f"{meant.kind} {meant.qualname}, named in line {line}", whole=40)

    def _only(self, name: str) -> Block | None:
        """The method that the last part of a chain can only mean, since nothing else is called so."""
        receiver, _, last = name.rpartition(".")
        if not receiver or last in COMMON:
            return None
        found = [block for block in self._code.definitions(last) if block.kind == "method"]
        return found[0] if len(found) == 1 else None

    def _attribute(self, block: Block, name: str) -> None:
        """Where the class gives `self.name` its value."""
        owner = self._code.owner(block)
        if owner is None or not name.startswith("self."):
            return
        given = re.compile(rf"\s*self\.{re.escape(name.split('.')[1])}\s*(:[^=]+)?=[^=]")
        lines = self._code.lines(owner.path)
        for line in range(owner.line, owner.end_line + 1):
            if given.match(lines[line - 1]):
                self._show(owner.path, line - 2, line + 2, f"gives {name} its value")

    # ------------------------------------------------------------ callers

    def _outermost(self, functions: Sequence[Block]) -> Block | None:
        calls = [step for step in self._finding.related if step.role is Role.CALL]
        outer = self._code.enclosing(calls[0].path, calls[0].line) if calls else None
        return outer if outer in functions else (functions[0] if functions else None)

    def _callers(self, block: Block | None, depth: int = 2) -> None:
        if block is None or block in self._asked:
            return
        self._asked.add(block)
        uses = self._code.uses(block)
        if not uses:
            self.facts.append(f"no use of {block.qualname} was found in the project; {UNSEEN}")
        if len(self._code.definitions(block.name)) > NAMESAKES:
            uses = [use for use in uses if use.sure]
        shown = uses[:CALLERS]
        for use in shown:
            inside = self._call(use, block)
            if inside is not None and depth > 1 and len(uses) <= 3 and inside != block:
                self._callers(inside, depth - 1)
        if len(uses) > len(shown):
            where = self.excerpts[-1]
            more = f"{where.why}; {len(uses) - len(shown)} more places use that name"
            self.excerpts[-1] = Excerpt(where.path, where.line, where.end_line, more)

    def _call(self, use: Use, of: Block) -> Block | None:
        inside = self._code.enclosing(use.path, use.line)
        why = f"uses {of.name}" + ("" if use.sure else " (or something else of that name)")
        if inside is None or inside.kind == "class":
            self._show(use.path, use.line - 4, use.line + 4, why)
            return None
        self._block(inside, f"{inside.kind} {inside.qualname}, {why}", [use.line], whole=30)
        return inside
