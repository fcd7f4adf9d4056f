"""Fixes made one round after another, each proven by another analysis: what does not help is taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from djcheck.domain.finding import Edit, Finding, Fix, Report
from djcheck.fixes.editing.applying import is_sound
from djcheck.fixes.editing.edits import spliced, together
from djcheck.fixes.fixer import Fixer
from djcheck.fixes.project.evidence import origin_of

MOST_ROUNDS = 40
STAYS = "the finding stays"
NEW = "it would bring a new finding"
# Findings about a query that runs per row, wherever the rows come from.
QUERIES = ("DJC103", "DJC105")
DEEPER = "each level that is loaded shows the next one missing"
UNSOUND = "the file would not be Python any more"


class Examined(Protocol):
    """A project's analysis, what can mend its findings, and `text_of(path)`: the texts that they speak of."""

    @property
    def report(self) -> Report: ...
    @property
    def fixer(self) -> Fixer: ...
    @property
    def text_of(self) -> Callable[[str], str]: ...


class Mended(Struct, frozen=True):
    """A fix and the findings that it mends (or would mend)."""

    fix: Fix
    findings: tuple[Finding, ...]
    reason: str = ""


class Outcome(Struct, frozen=True):
    """What came of it: `texts` before and after by path, fixes made, fixes taken back (with the reason), and those
    that were not made because they are not safe."""

    texts: dict[str, tuple[str, str]]
    made: tuple[Mended, ...]
    taken_back: tuple[Mended, ...]
    unsafe: tuple[Mended, ...]

    @property
    def findings(self) -> list[Finding]:
        """All findings that it is about."""
        return [finding for each in (*self.made, *self.taken_back, *self.unsafe) for finding in each.findings]


def mend(
    examine: Callable[[Mapping[str, str]], Examined], wants: Callable[[Finding], bool], *, unsafe: bool
) -> Outcome:
    """Fix what can be fixed, up to the point where nothing is left to do.

    `examine(texts)` analyses the project with these texts in the place of the files' own; `wants` chooses findings.
    """
    return Mending(examine, wants, unsafe).run()


class Mending:
    """`taken_back` are the fixes that were tried in vain, by the marks that their findings have at present; `halves`
    tells which findings are to be mended apart from others of their group, since mending all together was in vain.
    `waiting` are fixes that come after the others of a round, one of which did harm."""

    def __init__(
        self, examine: Callable[[Mapping[str, str]], Examined], wants: Callable[[Finding], bool], unsafe: bool
    ) -> None:
        self.examine = examine
        self.wants = wants
        self.unsafe = unsafe
        self.texts: dict[str, str] = {}
        self.before: dict[str, str] = {}
        self.made: list[Mended] = []
        self.taken_back: dict[Mark, Mended] = {}
        self.halves: dict[Mark, int] = {}
        self.waiting: list[Mark] = []

    def run(self) -> Outcome:
        now = self.examine({})
        for _ in range(MOST_ROUNDS):
            chosen = self.choose(now)
            if not chosen and not self.waiting:
                break
            if not chosen:
                self.release()
                continue
            texts = self.applied(chosen, now)
            then = self.examine(texts)
            moves = Moves(edit for each in chosen for edit in each.fix.edits)
            deeper = deeper_ones(chosen, now, then, moves)
            wrong, suspects = wrong_ones(chosen, now.report.findings, then.report.findings, deeper, moves)
            if wrong:
                self.sort_out(wrong, alone=len(wrong) == len(chosen))
                continue
            if suspects:
                self.waiting += [mark(each.findings[0]) for each in suspects[len(suspects) // 2 :]]
                continue
            self.accept(chosen, deeper, moves)
            self.texts, now = texts, then
        unsafe = [each for each in self.possible(now) if not each.fix.safe and not self.unsafe]
        changed = {path: (self.before[path], text) for path, text in self.texts.items() if self.before[path] != text}
        return Outcome(changed, tuple(self.made), tuple(self.taken_back.values()), tuple(unsafe))

    def possible(self, now: Examined) -> list[Mended]:
        """All fixes for the findings there are, but for those that were tried in vain."""
        found = []
        for group in self.groups(now):
            fix = now.fixer.fix(group)
            if len(group) > 1 and (fix is None or not (fix.safe or self.unsafe)):
                group, fix = self.part(group, fix, now)
            if fix is not None:
                found.append(Mended(fix, tuple(group)))
        return found

    def groups(self, now: Examined) -> Iterator[list[Finding]]:
        wanted = (each for each in now.report.findings if self.wants(each) and mark(each) not in self.taken_back)
        for group in now.fixer.groups(wanted):
            halves: dict[int, list[Finding]] = {}
            for finding in group:
                halves.setdefault(self.halves.get(mark(finding), 0), []).append(finding)
            yield from halves.values()

    def accept(self, chosen: Sequence[Mended], deeper: Iterable[tuple[Mended, Finding]], moves: Moves) -> None:
        """Keep the fixes of a round; what is known of findings from now on goes by where they are after it."""
        self.made += chosen
        self.taken_back = {moves.mark(known): each for known, each in self.taken_back.items()}
        for each, finding in deeper:
            self.taken_back[mark(finding)] = Mended(each.fix, (finding,), DEEPER)
        self.halves = {moves.mark(known): half for known, half in self.halves.items()}
        self.waiting = [moves.mark(known) for known in self.waiting]
        self.release()

    def release(self) -> None:
        """Half of what waits is tried next: one of them did harm, most likely."""
        self.waiting = self.waiting[(len(self.waiting) + 1) // 2 :]

    def sort_out(self, wrong: Sequence[Mended], *, alone: bool) -> None:
        """Fixes that were in vain are given up. One that seems to do harm is tried without others first: those wait,
        and so does it, unless no other is left."""
        in_vain = [each for each in wrong if each.reason == STAYS or (alone and len(wrong) == 1)]
        harmful = [each for each in wrong if each not in in_vain]
        for each in in_vain:
            self.give_up(each)
        self.waiting += [mark(each.findings[0]) for each in harmful[alone and not in_vain :]]

    def give_up(self, vain: Mended) -> None:
        """Of what was mended together in vain, each half is still to be tried."""
        if len(vain.findings) > 1:
            self.halve(vain.findings)
        else:
            self.taken_back[mark(vain.findings[0])] = vain

    def halve(self, findings: Sequence[Finding]) -> None:
        """From now on, mend the first half of the findings apart from the others."""
        half = max(self.halves.values(), default=0) + 1
        self.halves.update({mark(each): half + (at >= len(findings) // 2) for at, each in enumerate(findings)})

    def part(self, group: list[Finding], fix: Fix | None, now: Examined) -> tuple[list[Finding], Fix | None]:
        """What can be mended alone is not held back by what cannot."""
        alone = [(each, own) for each in group if (own := now.fixer.fix([each])) is not None]
        able = [each for each, own in alone if own.safe or self.unsafe] or [each for each, _ in alone]
        if fix is None and len(able) == len(group):
            able = able[:1]
        return (able, now.fixer.fix(able)) if 0 < len(able) < len(group) else (group, fix)

    def choose(self, now: Examined) -> list[Mended]:
        """The fixes of one round: those that touch each other are made in turn."""
        allowed = {
            id(each.fix): each
            for each in self.possible(now)
            if (each.fix.safe or self.unsafe) and mark(each.findings[0]) not in self.waiting
        }
        together_made, _ = together(each.fix for each in allowed.values())
        chosen = [allowed[id(fix)] for fix in together_made]
        texts = self.applied(chosen, now)
        if all(is_sound(path, texts[path]) for path in {edit.path for each in chosen for edit in each.fix.edits}):
            return chosen
        sound = []
        for each in chosen:
            if leaves_sound(each.fix, now):
                sound.append(each)
            else:
                self.taken_back[mark(each.findings[0])] = Mended(each.fix, each.findings, UNSOUND)
        return sound

    def applied(self, chosen: Iterable[Mended], now: Examined) -> dict[str, str]:
        edits = [edit for each in chosen for edit in each.fix.edits]
        texts = dict(self.texts)
        for path in {edit.path for edit in edits}:
            text = now.text_of(path)
            self.before.setdefault(path, text)
            texts[path] = spliced(text, [edit for edit in edits if edit.path == path])
        return texts


def leaves_sound(fix: Fix, now: Examined) -> bool:
    """Can the files still be parsed after the fix alone?"""
    paths = {edit.path for edit in fix.edits}
    return all(
        is_sound(path, spliced(now.text_of(path), [edit for edit in fix.edits if edit.path == path])) for path in paths
    )


# ------------------------------------------------------------------ the same finding before and after


class Mark(NamedTuple):
    """What tells a finding from others: what it says, and the line that it is about."""

    says: tuple[str | None, ...]
    path: str
    line: int


def mark(finding: Finding) -> Mark:
    """One that speaks of an origin's rows is known by the origin, since another read of them may be the first one.

    A query per row is no new finding where, after a prefetch, it is one that the prefetch does not help.
    """
    origin = origin_of(finding)
    if finding.rule in QUERIES or origin is None:
        rule = "DJC103" if finding.rule == "DJC105" else finding.rule
        return Mark((rule, finding.symbol), finding.path, finding.line)
    return Mark((finding.rule, finding.model, finding.relation), origin.path, origin.line)


def query_of(finding: Finding) -> tuple[str | None, ...]:
    """What a query per row is known by where its line has changed: an edit may have put it on one of its own."""
    return finding.rule, finding.path, finding.symbol, finding.model


class Moves:
    """Where lines are after edits."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._edits = set(edits)

    def mark(self, known: Mark) -> Mark:
        """The mark of the same finding after the edits."""
        before = (
            edit
            for edit in self._edits
            if edit.path == known.path and (edit.line, edit.end_line) < (known.line, known.line)
        )
        return known._replace(
            line=known.line + sum(edit.text.count("\n") + edit.line - edit.end_line for edit in before)
        )


def wrong_ones(
    chosen: Sequence[Mended],
    before: Sequence[Finding],
    after: Sequence[Finding],
    deeper: Iterable[tuple[Mended, Finding]],
    moves: Moves,
) -> tuple[list[Mended], list[Mended]]:
    """The fixes that must be taken back, with the reasons, and those of which some must, nobody knows yet which."""
    had, has = Counter(moves.mark(mark(finding)) for finding in before), Counter(map(mark, after))
    tried = Counter(moves.mark(mark(finding)) for each in chosen for finding in each.findings)
    found: dict[int, Mended] = {}
    suspects: dict[int, Mended] = {}
    for each in chosen:
        marks = {moves.mark(mark(finding)) for finding in each.findings}
        if any(has[known] > had[known] - tried[known] for known in marks):
            found[id(each)] = Mended(each.fix, each.findings, STAYS)
    ran, runs = Counter(map(query_of, before)), Counter(map(query_of, after))
    seen = {mark(finding) for _, finding in deeper} | farther(chosen, after, moves)

    def is_known_query(finding: Finding) -> bool:
        """Did it run per row before, seen along another way maybe, or on another line?"""
        seen_there = had[mark(finding)] > 0
        return (finding.rule in QUERIES and seen_there) or (
            finding.rule == "DJC103" and runs[query_of(finding)] <= ran[query_of(finding)]
        )

    for finding in after:
        if (
            mark(finding) not in seen
            and has[mark(finding)] > had[mark(finding)]
            and not is_known_query(finding)
            and not finding.rule.startswith("DJC0")
        ):
            reason = f"{NEW}, {finding.rule} in {finding.path}"
            blamed = behind(finding, chosen, moves)
            for each in blamed:
                (found if len(blamed) == 1 else suspects).setdefault(id(each), Mended(each.fix, each.findings, reason))
    return list(found.values()), list(suspects.values())


def deeper_ones(
    chosen: Sequence[Mended], before: Examined, after: Examined, moves: Moves
) -> list[tuple[Mended, Finding]]:
    """Findings one round further down code that calls itself, as a serializer of trees does, than what was found before
    or is loaded now: they are not new, only seen for the first time. Each with the fix that shows it, most likely."""
    fixes: dict[tuple[str, int, str | None], Mended] = {}
    known: set[tuple[str, int, str | None, str]] = set()
    for each in chosen:
        for finding in each.findings:
            here, parts = moves.mark(mark(finding)), (finding.relation or "").split("__")
            fixes[here.path, here.line, finding.model] = each
            known.update(
                (here.path, here.line, finding.model, "__".join(parts[:at])) for at in range(1, len(parts) + 1)
            )
    for finding in before.report.findings:
        here = moves.mark(mark(finding))
        known.add((here.path, here.line, finding.model, finding.relation or ""))
    found = []
    for finding in after.report.findings:
        here = mark(finding)
        origin = here.path, here.line, finding.model
        if (*origin, finding.relation or "") in known:
            continue
        if any((*origin, shorter) in known for shorter in after.fixer.with_a_round_less(finding)):
            found.append((fixes.get(origin, chosen[0]), finding))
    return found


def farther(chosen: Sequence[Mended], after: Sequence[Finding], moves: Moves) -> set[Mark]:
    """The marks of findings whose path goes on from a relation that is now loaded: they show up in its stead."""
    mended = {
        (known.path, known.line, finding.model, finding.relation or "")
        for each in chosen
        for finding in each.findings
        for known in [moves.mark(mark(finding))]
    }
    found = set()
    for finding in after:
        here, path = mark(finding), (finding.relation or "").split("__")
        if any((here.path, here.line, finding.model, "__".join(path[:at])) in mended for at in range(1, len(path))):
            found.add(here)
    return found


def behind(finding: Finding, chosen: Sequence[Mended], moves: Moves) -> list[Mended]:
    """The fixes that a new finding may come from: those on its line, else at its origin's file and model, else in its
    files, else all."""
    here = [
        each
        for each in chosen
        if any(
            moves.mark(Mark((), edit.path, edit.line))[1:] == (finding.path, finding.line) for edit in each.fix.edits
        )
    ]
    if here:
        return here
    origin = origin_of(finding)
    paths = {finding.path, *(step.path for step in finding.related)}
    at_origin = [
        each
        for each in chosen
        if origin is not None
        and any(edit.path == origin.path for edit in each.fix.edits)
        and any(mended.model == finding.model for mended in each.findings)
    ]
    near = [each for each in chosen if any(edit.path in paths for edit in each.fix.edits)]
    return at_origin or near or list(chosen)
