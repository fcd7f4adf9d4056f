"""Text from the analysed project made harmless: for terminals, logs, XML and pages that people read."""

from __future__ import annotations

import unicodedata

TAB = "    "
LONGEST_TEXT = 2_000
CUT = "..."


def harmless(text: str, *, whole_line: bool = False) -> str:
    """`text` with everything that moves the cursor, changes colours or the direction of writing made visible.

    Line breaks become visible too; text of absurd length is cut unless `whole_line` asks for all of it.
    """
    if not whole_line and len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT] + CUT
    return "".join(map(_shown, text)) if not (text.isascii() and text.isprintable()) else text


def _shown(character: str) -> str:
    if character == "\t":
        return TAB
    # Cc: controls; Cf: direction marks and invisible joiners; Cs: lone surrogates; Zl, Zp: line separators; and two
    # that XML forbids.
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or character in "\ufffe\uffff":
        return character.encode("unicode_escape").decode("ascii")
    return character
