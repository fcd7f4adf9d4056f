"""By what a finding is known again when the lines around it have moved."""

from __future__ import annotations

from msgspec import Struct


class Mark(Struct, frozen=True, order=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a finding says and the code it speaks of, without a line number.

    `code` is the code at its place and `origin` that at which its rows come from, in the file `origin_path`, which is
    empty where that is `path` itself. Paths have forward slashes. The order of the fields is that of a baseline.
    """

    path: str
    rule: str
    symbol: str = ""
    model: str = ""
    relation: str = ""
    code: str = ""
    origin_path: str = ""
    origin: str = ""
