"""Which constant of Python the IR can hold, and as what."""

from __future__ import annotations

from djcheck.domain.ir import Constant, Expr, Opaque
from djcheck.domain.source import Span

# What MessagePack can write.
SMALLEST_INTEGER = -(2**63)
LARGEST_INTEGER = 2**64 - 1


def constant(value: str | int | float | bool | None, span: Span) -> Expr:
    """The value, without lone surrogates; a number that cannot be written is opaque."""
    if isinstance(value, str):
        return Constant(without_surrogates(value), span)
    if isinstance(value, int) and not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
        return Opaque((), span)
    return Constant(value, span)


def without_surrogates(text: str) -> str:
    # A string literal can hold "\ud800", which is no text that could be written as UTF-8.
    return text if text.isascii() else text.encode(errors="replace").decode()
