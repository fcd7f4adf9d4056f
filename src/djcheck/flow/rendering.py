"""Templates: filters and tags on abstract values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.flow.values import UNKNOWN, Value

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame


def apply_filter(frame: Frame, node: ir.Filter) -> Value:
    return UNKNOWN


def execute(frame: Frame, node: ir.Stmt) -> None:
    return None
