"""Which findings do the marks in a tree of files promise, and on which lines?

A mark is a comment: `# expect: DJC101 author, DJC102 book_set`, in templates `{# expect: DJC102 books #}`.
`expect-next` (and so on) speaks of the line below it.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

Kind = Literal["expect", "next", "miss", "false"]

TEMPLATE_SUFFIXES = frozenset({".html", ".jinja", ".jinja2", ".j2", ".txt", ".xml"})

_CLAIM = r"DJC\d{3}(?:[ \t]+[a-z_]\w*)?"
_MARK = re.compile(
    rf"(?<![\w-])(expect|next|miss|false)(-next)?:[ \t]*({_CLAIM}(?:[ \t]*,[ \t]*{_CLAIM})*)(?=[ \t]*(?:#|$))"
)
_LOOKS_LIKE_A_MARK = re.compile(r"(?<![\w-])(?:expect|next|miss|false)(?:-next)?:[ \t]*DJC")
_TEMPLATE_COMMENT = re.compile(r"\{#(.*?)#\}")


class BadMark(ValueError):
    """A comment that was meant as a mark and cannot be read as one."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    path: str
    line: int
    code: str
    relation: str
    kind: Kind


def read_marks(root: Path) -> list[Mark]:
    """All marks below `root`, paths relative to it with forward slashes, in order."""
    marks: set[Mark] = set()
    for file in sorted(root.rglob("*")):
        if file.suffix == ".py" or file.suffix in TEMPLATE_SUFFIXES:
            path = file.relative_to(root).as_posix()
            marks.update(marks_in(path, file.read_text(encoding="utf-8")))
    return sorted(marks)


def marks_in(path: str, text: str) -> Iterator[Mark]:
    comments = _python_comments(text) if path.endswith(".py") else _template_comments(text)
    for line, comment in comments:
        found = list(_MARK.finditer(comment))
        if len(found) != len(_LOOKS_LIKE_A_MARK.findall(comment)):
            raise BadMark(f"{path}:{line}: {comment.strip()}")
        for match in found:
            kind, below, claims = match.groups()
            for claim in claims.split(","):
                code, _, relation = claim.strip().partition(" ")
                yield Mark(path, line + 1 if below else line, code, relation.strip(), cast(Kind, kind))


def _python_comments(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _template_comments(text: str) -> Iterator[tuple[int, str]]:
    for line, content in enumerate(text.splitlines(), start=1):
        for match in _TEMPLATE_COMMENT.finditer(content):
            yield line, match.group(1)
