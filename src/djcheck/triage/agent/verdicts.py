"""Answers that were given earlier: in the cache, and in a file of the project that people can review."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from djcheck.cache.keys import digest
from djcheck.cache.store import Store
from djcheck.domain.finding import CitedLine, Decision, Finding, Status, Verdict
from djcheck.triage.agent.answer import Answer, weighed
from djcheck.triage.agent.code import Code
from djcheck.triage.agent.question import Question
from djcheck.triage.agent.trouble import EscalationError

FILE = Path(".djcheck", "verdicts.jsonl")
MARK_LENGTH = 12


class Kept(Struct, frozen=True):
    """A line that a verdict rests on, as it was: `mark` is of its text. The path is relative to the project's root."""

    path: str
    line: int
    mark: str


class Record(Struct, frozen=True):
    """An answer as it is kept, with what a reviewer wants to know. `key` is the question's; `model` who answered."""

    key: str
    rule: str
    path: str
    symbol: str
    fingerprint: str
    question: str
    decision: Decision
    confidence: float
    reason: str
    lines: tuple[Kept, ...]
    model: str
    tier: str
    latency_ms: int


class Ledger:
    """All records known. `root` is the project's root; a record of its file goes before one in the cache."""

    def __init__(self, root: Path, store: Store | None) -> None:
        self.file = root / FILE
        self._root = root
        self._store = store
        self._records = {record.key: record for record in read(self.file)}
        self._decoder = msgspec.json.Decoder(Record)

    def find(self, question: Question, code: Code) -> Finding | None:
        """The finding with the verdict given earlier, if there is one whose lines are all still there."""
        record = self._records.get(question.key) or self._cached(question.key)
        answer = self._answer(record, code) if record is not None else None
        if record is None or answer is None:
            return None
        self._records[record.key] = record
        return _decided(question.finding, record, answer, cached=True)

    def _cached(self, key: str) -> Record | None:
        if self._store is None:
            return None
        found = self._store.get([_store_key(key)])
        return next((self._decoder.decode(value) for value in found.values()), None)

    def add(self, question: Question, answer: Answer, code: Code, *, model: str, latency_ms: int) -> Finding:
        """Keep an answer, at once; the finding with it as verdict."""
        finding = question.finding
        record = Record(
            key=question.key,
            rule=finding.rule,
            path=self._from_root(finding.path),
            symbol=finding.symbol or "",
            fingerprint=finding.fingerprint,
            question=finding.ambiguity.question if finding.ambiguity else "",
            decision=answer.decision,
            confidence=answer.confidence,
            reason=answer.reason,
            lines=tuple(
                Kept(self._from_root(line.path), line.line, _mark(code.lines(line.path)[line.line - 1]))
                for line in answer.lines
            ),
            model=model,
            tier=question.route.tier,
            latency_ms=latency_ms,
        )
        self._records[record.key] = record
        if self._store is not None:
            self._store.put({_store_key(record.key): msgspec.json.encode(record)})
        kept = self._answer(record, code)
        assert kept is not None, "an answer's lines are those of the code as it is"
        return _decided(finding, record, kept, cached=False)

    def _answer(self, record: Record, code: Code) -> Answer | None:
        """What a record says of the code as it is now; None where a line that it rests on has gone."""
        lines = [self._found_again(kept, code) for kept in record.lines]
        present = tuple(line for line in lines if line is not None)
        if len(present) < len(lines):
            return None
        answer = Answer(record.decision, record.confidence, record.reason, present)
        return weighed(answer, {(line.path, line.line) for line in present})

    def _found_again(self, kept: Kept, code: Code) -> CitedLine | None:
        """The nearest line of that text: a line may have moved since."""
        path = os.path.relpath(self._root / kept.path).replace(os.sep, "/")
        lines = code.lines(path)
        same = [number for number, text in enumerate(lines, 1) if _mark(text) == kept.mark]
        nearest = min(same, key=lambda number: abs(number - kept.line), default=None)
        return None if nearest is None else CitedLine(path, nearest)

    def _from_root(self, path: str) -> str:
        return os.path.relpath(path, self._root).replace(os.sep, "/")

    def write(self, questions: Iterable[Question]) -> None:
        """Bring the project's file up to date with what is known of `questions`.

        A record about the same finding as one of the questions, but of other evidence, is replaced.
        """
        questions = list(questions)
        wanted = {question.key: question for question in questions}
        fingerprints = {question.finding.fingerprint for question in questions}
        kept = [
            record for record in read(self.file) if record.key not in wanted and record.fingerprint not in fingerprints
        ]
        kept += [self._records[key] for key in wanted if key in self._records]
        kept.sort(key=lambda record: (record.path, record.rule, record.symbol, record.key))
        text = b"".join(msgspec.json.encode(record) + b"\n" for record in kept)
        if not self.file.exists() or self.file.read_bytes() != text:
            self.file.parent.mkdir(exist_ok=True)
            self.file.write_bytes(text)


def read(file: Path) -> list[Record]:
    """The records of a project's file; none where there is no such file. Raises EscalationError."""
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise EscalationError(f"{file}: cannot be read: {error.strerror or error}") from error
    decoder = msgspec.json.Decoder(Record)
    records = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            records.append(decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise EscalationError(f"{file}:{number}: not a verdict: {error}") from error
    return records


def _decided(finding: Finding, record: Record, answer: Answer, *, cached: bool) -> Finding:
    verdict = Verdict(
        decision=answer.decision,
        confidence=answer.confidence,
        reason=answer.reason,
        lines=answer.lines,
        model=record.model,
        tier=record.tier,
        latency_ms=record.latency_ms,
        cached=cached,
    )
    return replace(finding, status=Status(answer.decision.value), verdict=verdict)


def _mark(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode(errors="surrogatepass")).hexdigest()[:MARK_LENGTH]


def _store_key(key: str) -> bytes:
    return digest("verdict", key)
