"""What djcheck tells its user: findings with their trace, fix, certainty and verdict, and the report of a run.

The field names and their order are those of the JSON output, so that a Struct is written as it stands.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from djcheck.domain.mark import Mark
from djcheck.domain.outline import Outline
from djcheck.domain.trace import Role


class Severity(StrEnum):
    """How bad it is if the finding is right."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    def reaches(self, level: Severity) -> bool:
        """Whether this severity is as bad as `level` or worse."""
        order = list(Severity)
        return order.index(self) <= order.index(level)


class Status(StrEnum):
    """How sure it is; the last three are the agent's decision about an ambiguous finding."""

    CERTAIN = "certain"
    AMBIGUOUS = "ambiguous"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNCERTAIN = "uncertain"

    @property
    def is_proven(self) -> bool:
        return self in (Status.CERTAIN, Status.CONFIRMED)

    @property
    def is_open(self) -> bool:
        return self in (Status.AMBIGUOUS, Status.UNCERTAIN)


class Related(Struct, frozen=True):
    """One step of the trace. Lines and columns are 1-based, columns count code points, the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    role: Role
    message: str


class Edit(Struct, frozen=True):
    """Replace a span by `text`; an empty span inserts."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Fix(Struct, frozen=True):
    """A change that mends the finding; all edits belong together.

    `safe`: the results stay the same, with fewer queries, whatever the data. Else `caution` says what may change.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False
    caution: str = ""


class Ambiguity(Struct, frozen=True):
    """Why a finding is not certain (machine-readable), and the question that would settle it."""

    reason: str
    question: str


class Decision(StrEnum):
    """What the agent makes of an ambiguous finding."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNCERTAIN = "uncertain"


class CitedLine(Struct, frozen=True):
    """A line of code that an answer rests on; 1-based."""

    path: str
    line: int


class Verdict(Struct, frozen=True):
    """The agent's answer: its decision, how sure it is (0 to 1), why, and the lines of the evidence on which it rests.

    `latency_ms` is what the answer took in milliseconds when it was given; `cached` says that it was given earlier.
    """

    decision: Decision
    confidence: float
    reason: str
    lines: tuple[CitedLine, ...]
    model: str
    tier: str
    latency_ms: int
    cached: bool


class Finding(Struct, frozen=True):
    """One fault, at the place where it takes effect; `related` is the whole trace in order."""

    rule: str
    name: str
    severity: Severity
    status: Status
    message: str
    help: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    symbol: str | None = None
    model: str | None = None
    relation: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    fingerprint: str = ""
    ambiguity: Ambiguity | None = None
    verdict: Verdict | None = None

    @property
    def is_security(self) -> bool:
        """Whether it is about raw SQL: such a finding stays in sight, whatever the agent makes of it."""
        return self.rule.startswith("DJC3")

    @property
    def is_in_sight(self) -> bool:
        """Whether it is told unasked: what the agent dismissed is not, unless it is about raw SQL."""
        return self.status is not Status.DISMISSED or self.is_security

    @property
    def order(self) -> tuple[str, int, int, str, str, str]:
        """The key by which findings are sorted everywhere."""
        return (self.path, self.line, self.column, self.rule, self.relation or "", self.message)


class Report(Struct, frozen=True):
    """What one run found. `files` and `lines` count what was analysed; `statistics` holds times and cache figures.

    `troubles` are djcheck's own failures: what was left out because of them, each in one line. `outline` is the part
    of the project that the findings speak of. `known` are findings that were there before, in the baseline or the
    revision compared with, and `gone` counts those of before that are no longer there. `marks` are the marks of all
    findings, known and new, by fingerprint.
    """

    files: int
    lines: int
    unreadable: int
    findings: tuple[Finding, ...]
    statistics: dict[str, float] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    outline: Outline = Outline()
    known: tuple[Finding, ...] = ()
    gone: int = 0
    marks: dict[str, Mark] = field(default_factory=dict)
