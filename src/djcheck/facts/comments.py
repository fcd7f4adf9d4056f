"""Which of a file's comments speak to djcheck."""

from __future__ import annotations

import re
from collections.abc import Iterator

from djcheck.domain.directive import Directive

MARK = "djcheck:"
# Python's strings and comments: what looks like a comment inside a string is none. An f-string that holds its own
# quotes (Python 3.12) is several strings here, with the code between them; that ends in the same place.
STRING_OR_COMMENT = re.compile(
    r"'''[^\\']*(?:(?:\\.|'(?!''))[^\\']*)*'''"
    r'|"""[^\\"]*(?:(?:\\.|"(?!""))[^\\"]*)*"""'
    r"|'[^\\'\n]*(?:\\.[^\\'\n]*)*'"
    r'|"[^\\"\n]*(?:\\.[^\\"\n]*)*"'
    r"|(#[^\n]*)",
    re.DOTALL,
)
TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
DIRECTIVE = re.compile(
    r"[#{][#\s-]*djcheck:\s*ignore(?P<file>-file)?\b(?!-)\s*(?:\[(?P<codes>[^\]]*)\])?(?P<reason>.*)", re.DOTALL
)


def directives_in(text: str, *, template: bool) -> tuple[Directive, ...]:
    """In the order of the text, which is Python's or a template's."""
    if MARK not in text:
        return ()
    comments = _template_comments(text) if template else _python_comments(text)
    found = (_directive(text, start, end, template) for start, end in comments if MARK in text[start:end])
    return tuple(directive for directive in found if directive is not None)


def _python_comments(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in STRING_OR_COMMENT.finditer(text) if match[1] is not None)


def _template_comments(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in TEMPLATE_COMMENT.finditer(text))


def _directive(text: str, start: int, end: int, template: bool) -> Directive | None:
    found = DIRECTIVE.search(text, start, end)
    if found is None:
        return None
    before = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end:].partition("\n")[0]
    # A comment of several lines speaks from its last.
    line_start = text.rfind("\n", 0, end) + 1
    first = max(line_start, start if template else found.start())
    reason = found["reason"].removesuffix("#}").removesuffix("-") if template else found["reason"]
    return Directive(
        line=text.count("\n", 0, first) + 1,
        column=first - line_start + 1,
        end_column=end - line_start + 1,
        codes=tuple(code for code in re.split(r"[\s,]+", found["codes"] or "") if code),
        file_level=found["file"] is not None,
        alone=not before.strip() and not after.strip(),
        reason=" ".join(reason.split()),
    )
