"""Which code decides a finding: its trace, what gives the names there their values, the callers, the model."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from djcheck.domain.finding import Finding
from djcheck.domain.trace import Role
from djcheck.triage.agent.code import Block, Code, Use
from djcheck.triage.agent.evidence import Evidence, Excerpt
from djcheck.triage.agent.models import describe

MOST_LINES = 500
WIDEST_LINE = 400
WHOLE_HOME = 160  # the function of the finding is shown in full up to so many lines
WHOLE = 90  # and others of the trace up to so many
AROUND = 16
CALLERS = 5
MORE_CALLERS = 10  # of which only the line is shown
NEAR_CALLERS = 2  # are shown in full, if they are not longer than WHOLE_CALLER
WHOLE_CALLER = 120
GAP = 4  # lines left out between others are shown after all, if they are so few
DEFINITIONS = 8  # named in the decisive lines; as many again in the rest of the functions
FIELDS = 20  # lines of a model's class
FILLINGS = 5
FILLING_DEFINITIONS = 2
# Methods of so many things that a like-named one of the project says nothing.
COMMON = {*dir(str), *dir(list), *dir(dict), *dir(set)} | {
    "all", "annotate", "bulk_create", "bulk_update", "create", "delete", "exclude", "exists", "filter", "first",
    "get_or_create", "last", "only", "order_by", "prefetch_related", "save", "select_related", "set",
    "update_or_create", "values_list",
    "call", "close", "commit", "cursor", "execute", "executemany", "fetchall", "fetchone", "json", "read", "run",
}  # fmt: skip
# Called by Django and its like, so that a like-named call says nothing.
HOOKS = {"clean", "form_valid", "handle", "head", "patch", "post", "put", "to_representation", "validate"}
NAMESAKES = 3  # more definitions of one name than this, and a use of that name says nothing
UNSEEN = "Django, a library or a name made at run time may still call it"
CHAINED = re.compile(r"(?<=\))\.\w+")  # what is asked of what a call gave
CONSTANT = re.compile(r"(?<![\w.'\"])_?[A-Z][A-Z0-9_]{2,}\b")
NAME = re.compile(r"(?<![\w.'\"])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


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
        self._told: set[Block] = set()
        self._filled: set[str] = set()

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
        self._relations(finding.model, finding.relation or "")
        for block in functions:
            self._class_around(block)
        key_lines = self._key_lines(functions)
        for block, line in key_lines:
            first, last = max(line - 3, block.line), min(line + 3, block.end_line)
            self._show(block.path, first, last, f"gives a value to a name in the trace, in {block.qualname}")
        self._definitions(key_lines, functions)
        self._fillings(key_lines)
        self._templates(places)
        self._callers(self._outermost(functions))
        for block in functions:
            self._callers(block)
        everything = [(block, line) for block in functions for line in range(block.line, block.end_line + 1)]
        self._definitions(everything, functions)
        self._fill_gaps()
        self._describe(finding.model)

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
        if not places:
            self._show(block.path, block.line, block.line + whole - 1, f"{why} (its first {whole} lines)")
        elif max(places) - min(places) + 2 * AROUND < whole:
            self._around(block, min(places), max(places), why)
        else:
            for line in places:
                self._around(block, line, line, why)

    def _around(self, block: Block, first: int, last: int, why: str) -> None:
        self._show(block.path, max(first - AROUND, block.line), min(last + AROUND, block.end_line), why)

    def _fill_gaps(self) -> None:
        for path, shown in self.shown.items():
            numbers = sorted(shown)
            for before, after in itertools.pairwise(numbers):
                if 1 < after - before <= GAP + 1:
                    self._show(path, before + 1, after - 1, "between these")

    def _place(self, path: str, line: int, why: str, places: Sequence[tuple[str, int]]) -> Block | None:
        block = self._code.enclosing(path, line)
        if block is None or block.kind == "class":
            self._show(path, line - AROUND, line + AROUND, why)
            return None
        inside = [at for file, at in places if file == path and block.holds(at)]
        whole = WHOLE if self.excerpts else WHOLE_HOME
        self._block(block, f"{block.kind} {block.qualname}, {why}", inside, whole)
        return block

    # ------------------------------------------------------------ what belongs to it

    def _model(self, label: str | None) -> None:
        model = self._code.model(label) if label else None
        block = self._code.block(model.key) if model else None
        if block is not None:
            self._show(block.path, block.line, min(block.end_line, block.line + 29), f"the model {label}")

    def _relations(self, label: str | None, path: str) -> None:
        """The fields that a path of relations follows, each from the first line of its declaration to the last."""
        model = self._code.model(label) if label else None
        for name in filter(None, path.split("__")):
            relation = model.relations.get(name) if model else None
            if relation is None:
                return
            place = relation.place
            if place is not None and self._code.lines(place.path):
                self._show(place.path, place.span.line, place.span.end_line, f"declares {name}")
            model = self._code.model(relation.target) if relation.target else None

    def _describe(self, label: str | None) -> None:
        model = self._code.model(label) if label else None
        if model is not None:
            said = "\n".join(text for lines in self.shown.values() for text in lines.values())
            words = {*re.findall(r"\w+", said), *(self._finding.relation or "").split("__")}
            self.facts.insert(0, describe(model, words.__contains__))

    def _class_around(self, block: Block) -> None:
        owner = self._code.owner(block)
        if owner is not None:
            self._show(owner.path, owner.line, min(owner.line + 24, block.line - 1), f"class {owner.qualname}")

    def _key_lines(self, functions: Sequence[Block]) -> list[tuple[Block, int]]:
        """The lines of the trace, and those that give the names in them their values."""
        steps = [step for step in self._finding.related if step.role is not Role.CALL]
        spans = [(step.path, step.line, step.end_line) for step in steps]
        spans.append((self._finding.path, self._finding.line, self._finding.end_line))
        found: list[tuple[Block, int]] = []
        for block in functions:
            direct = [
                line
                for path, first, last in spans
                if path == block.path and block.holds(first)
                for line in range(first, last + 1)
            ]
            found += [(block, line) for line in dict.fromkeys([*direct, *self._giving(block, direct)])]
        return found

    def _giving(self, block: Block, lines: Sequence[int]) -> list[int]:
        """The lines of a function that give names in some of its lines their values."""
        texts = self._code.lines(block.path)
        names = {name.partition(".")[0] for line in lines for name in NAME.findall(texts[line - 1])}
        giving = re.compile(
            rf"^\s*(?:for\s+|with\s.*\bas\s+)?(?:{'|'.join(map(re.escape, names)) or '(?!)'})\b.*(=|\bin\b|:)"
        )
        return [line for line in range(block.line, block.end_line + 1) if giving.match(texts[line - 1])]

    def _definitions(self, lines: Sequence[tuple[Block, int]], known: Sequence[Block], most: int = DEFINITIONS) -> None:
        left = most
        for block, line in lines:
            text = self._code.lines(block.path)[line - 1]
            for name in dict.fromkeys([*NAME.findall(text), *CHAINED.findall(text)]):
                meant = self._meant(block, name)
                if meant is None:
                    self._attribute(block, name)
                elif meant not in known and meant not in self._told and left:
                    self._told.add(meant)
                    left -= 1
                    self._definition(meant, line)

    def _meant(self, block: Block, name: str) -> Block | None:
        """What a name in a function stands for, or may only stand for; a class only if it is a model."""
        if "." not in name and name in self._code.local_names(block):
            return None
        meant = None if name.startswith(".") else self._code.meant(block.path, name, block.owner)
        receiver, dot, last = name.rpartition(".")
        if dot and last not in COMMON:
            model = self._code.model(self._finding.model or "")
            of_rows = self._code.member(model.key, last) if model is not None and receiver != "self" else None
            if meant is None or (meant.kind == "assignment" and meant.name != last):  # it is what `last` is asked of
                meant = of_rows or self._code.only(name) or meant
        return None if meant is not None and meant.kind == "class" and not self._code.is_model(meant) else meant

    def _definition(self, meant: Block, line: int) -> None:
        why = f"{meant.kind} {meant.qualname}, named in line {line}"
        if meant.kind == "class":
            self._show(meant.path, meant.line, min(meant.end_line, meant.line + FIELDS - 1), f"{why} (its beginning)")
            return
        self._block(meant, why, whole=60)
        for text in self._code.lines(meant.path)[meant.line - 1 : meant.end_line] if meant.kind != "assignment" else ():
            for name in CONSTANT.findall(text):
                constant = self._code.meant(meant.path, name)
                if constant is not None and constant.kind == "assignment":
                    self._block(constant, f"{constant.kind} {constant.qualname}", whole=12)

    def _templates(self, places: Sequence[tuple[str, int]]) -> None:
        """What gives the variables in a template's decisive lines their values, and who names the template."""
        lines = [(path, line) for path, line in places if not path.endswith(".py")]
        for path, line in lines:
            for name in NAME.findall(self._code.lines(path)[line - 1]):
                self._filling(name.partition(".")[0])
        for path in dict.fromkeys(path for path, _ in lines):
            for use in self._code.namings(path)[:CALLERS]:
                self._call(use, path)

    def _fillings(self, lines: Sequence[tuple[Block, int]]) -> None:
        """Where attributes that are read in these lines are given their values."""
        texts = (self._code.lines(block.path)[line - 1] for block, line in lines)
        dotted = (name for text in texts for name in NAME.findall(text))
        for name in dict.fromkeys(part for each in dotted for part in each.split(".")[1:]):
            if all(block.kind == "assignment" for block in self._code.definitions(name)):
                self._filling(name)

    def _filling(self, name: str) -> None:
        """Where something of that name is given its value, if that is in few places."""
        if name in COMMON or name in self._filled or name.isupper():
            return
        self._filled.add(name)
        places = list(itertools.islice(self._code.fillings(name), FILLINGS + 1))
        for path, line in places if len(places) <= FILLINGS else ():
            inside = self._code.enclosing(path, line)
            if inside is None or inside.kind == "class":
                self._show(path, line - 2, line + 2, f"gives {name} a value")
            else:
                self._block(inside, f"{inside.kind} {inside.qualname}, gives {name} a value", [line])
                given = [at for at in self._giving(inside, [line]) if at < line]
                self._definitions([(inside, at) for at in (line, *given)], [inside], most=FILLING_DEFINITIONS)

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
        if block.name in HOOKS or len(self._code.definitions(block.name)) > NAMESAKES:
            uses = [use for use in uses if use.sure]
        for at, use in enumerate(uses[:CALLERS]):
            inside = self._call(use, block.name, WHOLE_CALLER if at < NEAR_CALLERS else WHOLE // 2)
            if inside is not None and at < NEAR_CALLERS:
                call = self._call_lines(use, inside)
                given = [line for line in self._giving(inside, call) if line < use.line]
                self._fillings([(inside, line) for line in (*call, *given)])
            if inside is not None and depth > 1 and len(uses) <= 3 and inside != block:
                self._callers(inside, depth - 1)
        for use in uses[CALLERS : CALLERS + MORE_CALLERS]:
            self._show(use.path, use.line, use.line, _uses(use, block.name))
        if len(uses) > CALLERS + MORE_CALLERS:
            self.facts.append(f"{len(uses) - CALLERS - MORE_CALLERS} more places use {block.name}")

    def _call_lines(self, use: Use, inside: Block) -> list[int]:
        """The lines from the name that is called to the end of its arguments."""
        texts = self._code.lines(use.path)
        open_brackets = 0
        for line in range(use.line, inside.end_line + 1):
            open_brackets += texts[line - 1].count("(") - texts[line - 1].count(")")
            if open_brackets <= 0:
                return list(range(use.line, line + 1))
        return [use.line]

    def _call(self, use: Use, name: str, whole: int = WHOLE) -> Block | None:
        inside = self._code.enclosing(use.path, use.line)
        if inside is None or inside.kind == "class":
            self._show(use.path, use.line - 4, use.line + 4, _uses(use, name))
            return None
        self._block(inside, f"{inside.kind} {inside.qualname}, {_uses(use, name)}", [use.line], whole)
        return inside


def _uses(use: Use, name: str) -> str:
    return f"uses {name}" + ("" if use.sure else " (or something else of that name)")
