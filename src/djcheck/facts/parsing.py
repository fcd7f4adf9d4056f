"""From text to the stdlib's syntax tree, whatever the text."""

from __future__ import annotations

import ast
import re
import warnings

from djcheck.facts.nesting import is_indented_too_deeply, is_too_deep

TOO_DEEP = "the code is nested too deeply"
# `except A, B:` (Python 3.14).
HANDLER = re.compile(r"^([ \t]*except\*?[ \t]+[\w.]+)((?:[ \t]*,[ \t]*[\w.]+)+)([ \t]*:)", re.MULTILINE)


class Unparsable(Exception):
    """The text is no Python that djcheck can read."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def parse(text: str) -> tuple[ast.Module, str]:
    """The tree and the text that its positions speak of. Raises Unparsable."""
    with warnings.catch_warnings():
        # An invalid escape in someone's string is not our business.
        warnings.simplefilter("ignore")
        return _parse(text)


def _parse(text: str) -> tuple[ast.Module, str]:
    if "\0" in text:
        raise Unparsable("the file contains a null byte", text.count("\n", 0, text.index("\0")) + 1)
    try:
        return ast.parse(text), text
    except SyntaxError as error:
        return _parse_newer(text, error)
    except (RecursionError, MemoryError):
        raise Unparsable(TOO_DEEP, 1) from None


def _parse_newer(text: str, error: SyntaxError) -> tuple[ast.Module, str]:
    broken = Unparsable(error.msg, error.lineno or 1)
    # "too many nested parentheses", "too many levels of indentation", and what may hide behind another error.
    if error.msg.startswith("too many") or is_too_deep(text) or is_indented_too_deeply(text):
        raise broken from error
    try:
        # The newest style of formatters, and by far the commonest reason to be here: no need to ask libcst.
        blanked = HANDLER.sub(lambda found: found[1] + " " * len(found[2]) + found[3], text)
        return ast.parse(blanked), blanked
    except (SyntaxError, RecursionError, MemoryError):
        return _parse_with_libcst(text, broken)


def _parse_with_libcst(text: str, broken: Unparsable) -> tuple[ast.Module, str]:
    # libcst takes a tenth of a second to import: only those pay whose files need it.
    from djcheck.facts.newer_syntax import without_newer_syntax

    blanked = without_newer_syntax(text)
    if blanked is None:
        raise broken
    try:
        return ast.parse(blanked), blanked
    except SyntaxError as error:
        raise Unparsable(error.msg, error.lineno or 1) from error
    except (RecursionError, MemoryError):
        raise Unparsable(TOO_DEEP, 1) from None
