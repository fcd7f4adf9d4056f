"""From text to the stdlib's syntax tree, whatever the text."""

from __future__ import annotations

import ast
import warnings


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
        raise Unparsable(error.msg, error.lineno or 1) from error
    except (RecursionError, MemoryError):
        raise Unparsable("the code is nested too deeply", 1) from None
