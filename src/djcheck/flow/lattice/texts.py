"""The strings that a value certainly is."""

from __future__ import annotations

from djcheck.domain.observation import PieceKind
from djcheck.flow.lattice.values import Text, Union, Value


def text_of(value: Value) -> str | None:
    """The string that a value certainly is."""
    if type(value) is not Text:
        return None
    constants = [piece.text for piece in value.pieces if piece.kind is PieceKind.CONSTANT]
    return "".join(constants) if len(constants) == len(value.pieces) else None


def texts_of(value: Value) -> list[str] | None:
    """Every string that a value can be (a text, or a union of texts); None where it may be another."""
    if type(value) is Union:
        found: list[str] = []
        for member in value.members:
            text = text_of(member)
            if text is None:
                return None
            found.append(text)
        return found
    text = text_of(value)
    return None if text is None else [text]
