"""A djcheck comment in a file: which rules its writer wants silenced there, and why."""

from __future__ import annotations

from msgspec import Struct


class Directive(Struct, frozen=True, array_like=True):
    """`# djcheck: ignore[CODES] reason`, `# djcheck: ignore-file[CODES] reason`, or either in `{# … #}`.

    `codes` are what stands between the brackets, as written: codes, code prefixes or rule names; empty: every rule.
    `alone` says that nothing but the comment stands on its line: then it speaks of the line below.
    The span is the comment's: 1-based, columns in code points, `end_column` exclusive.
    """

    line: int
    column: int
    end_column: int
    codes: tuple[str, ...]
    file_level: bool
    alone: bool
    reason: str = ""
