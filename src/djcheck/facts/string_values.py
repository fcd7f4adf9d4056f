"""What a string literal says: its prefix, quotes and escapes undone."""

from __future__ import annotations

import re
import unicodedata

from djcheck.facts.constants import without_surrogates

ESCAPE = re.compile(
    r"\\(?:(\n)|([\\'\"abfnrtv])|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]+)\})"
)
LETTERS = {"\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def opening(literal: str) -> tuple[str, str]:
    """(prefix in lower case, quotes) of a literal."""
    start = 0
    while literal[start] not in "'\"":
        start += 1
    quote = literal[start]
    quotes = quote * 3 if literal.startswith(quote * 3, start) and len(literal) >= start + 6 else quote
    return literal[:start].lower(), quotes


def unescaped(raw: str) -> str:
    """The text that a literal's inside stands for, where it is no raw string."""
    return without_surrogates(ESCAPE.sub(_character, raw)) if "\\" in raw else raw


def _character(found: re.Match[str]) -> str:
    newline, letter, octal, *hexadecimal, name = found.groups()
    if newline:
        return ""
    if letter:
        return LETTERS[letter]
    if octal:
        return chr(int(octal, 8))
    if name:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            return found[0]
    code = int(next(filter(None, hexadecimal)), 16)
    return chr(code) if code <= 0x10FFFF else found[0]
