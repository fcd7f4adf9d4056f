"""Where a file imports a name of `django.db.models` that a fix needs: as its author would, or isort."""

from __future__ import annotations

import re
import sys
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence

import libcst as cst
from libcst.helpers import get_full_name_for_node
from msgspec import Struct

from djcheck.domain.finding import Edit
from djcheck.fixes.editing.edits import inserting, moved, trimmed
from djcheck.fixes.project.project import MODELS

FUTURE, STDLIB, THIRD_PARTY, OWN = range(4)
ONLY_FOR_TYPES = re.compile(r"if\s+(?:\w+\.)?TYPE_CHECKING\b")
ITEM_SPACE = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace("    "))
END_SPACE = cst.ParenthesizedWhitespace(indent=True)
Import = cst.Import | cst.ImportFrom


class Statement(Struct, frozen=True):
    """An import at a file's top level: its code, its first line, and the line behind it; `module` is what it names
    first, with the dots of a relative import."""

    node: Import
    code: str
    line: int
    after: int
    module: str


class Head(Struct, frozen=True):
    """The beginning of a file: its imports before the first function or class, the line behind its docstring (0 without
    one), and its first other statement's line (0 without one)."""

    imports: tuple[Statement, ...]
    after_docstring: int
    first: int


def head_of(text: str) -> Head:
    """Raises LookupError where libcst cannot read the file."""
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise LookupError("the file cannot be read") from error
    line = 1 + sum(module.code_for_node(each).count("\n") for each in module.header)
    docstring = module.get_docstring(clean=False) is not None
    imports: list[Statement] = []
    after_docstring = first = 0
    for at, statement in enumerate(module.body):
        start = line + len(statement.leading_lines)
        line += module.code_for_node(statement).count("\n")
        if not at and docstring:
            after_docstring = line
            continue
        first = first or start
        if isinstance(statement, cst.FunctionDef | cst.ClassDef):
            break
        if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
            node = statement.body[0]
            if isinstance(node, Import):
                imports.append(Statement(node, module.code_for_node(node), start, line, module_of(node)))
    return Head(tuple(imports), after_docstring, first)


def module_of(node: Import) -> str:
    if isinstance(node, cst.Import):
        return get_full_name_for_node(node.names[0].name) or ""
    return "." * len(node.relative) + (get_full_name_for_node(node.module) or "" if node.module is not None else "")


def importing(path: str, head: Head, name: str, most: int, is_own: Callable[[str], bool]) -> Edit:
    """The edit of a file that imports a name of `django.db.models`. `most` is how long its lines may be, `is_own` tells
    whether a top-level package is the project's."""
    for each in head.imports:
        if (
            isinstance(each.node, cst.ImportFrom)
            and each.module == MODELS
            and not isinstance(each.node.names, cst.ImportStar)
        ):
            made = cst.Module([]).code_for_node(with_name(each.node, name, most))
            end_line, end_column = moved(each.line, 1, each.code)
            return trimmed(Edit(path, each.line, 1, end_line, end_column, made), each.code)
    return new_line(path, head, f"from {MODELS} import {name}\n", is_own)


# ------------------------------------------------------------------ one more name


def with_name(node: cst.ImportFrom, name: str, most: int) -> cst.ImportFrom:
    """The import with one more name, in the order that its names have; lines hold so many characters at most."""
    assert not isinstance(node.names, cst.ImportStar)
    before = [str(each.name.value) for each in node.names]
    key = next((key for key in (by_kind, str.lower) if before == sorted(before, key=key)), None)
    at = len(before) if key is None else bisect([key(each) for each in before], key(name))
    names = spaced(node, at, name)
    made = node.with_changes(names=names)
    if node.lpar is None and max(map(len, cst.Module([]).code_for_node(made).split("\n"))) > most:
        made = one_a_line(made)
    return made


def by_kind(name: str) -> tuple[int, str]:
    """As isort orders names: constants, classes, functions."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def spaced(node: cst.ImportFrom, at: int, name: str) -> list[cst.ImportAlias]:
    """The names with one more at an index, set off as the others are; comments stay with theirs."""
    assert not isinstance(node.names, cst.ImportStar)
    names = list(node.names)
    between = names[0].comma if len(names) > 1 else cst.MaybeSentinel.DEFAULT
    if not isinstance(between, cst.Comma):
        opening = node.lpar.whitespace_after if node.lpar is not None else cst.SimpleWhitespace("")
        multiline = isinstance(opening, cst.ParenthesizedWhitespace)
        between = cst.Comma(whitespace_after=opening if multiline else cst.SimpleWhitespace(" "))
    if at < len(names):
        return [*names[:at], cst.ImportAlias(cst.Name(name), comma=bare(between)), *names[at:]]
    last, end = names[-1], names[-1].comma
    if isinstance(end, cst.Comma):
        end_space, space = end.whitespace_after, bare(between).whitespace_after
        if isinstance(end_space, cst.ParenthesizedWhitespace) and isinstance(space, cst.ParenthesizedWhitespace):
            space = space.with_changes(first_line=end_space.first_line)
        between, end = cst.Comma(whitespace_after=space), bare(end)
    else:
        between = bare(between)
    return [*names[:-1], last.with_changes(comma=between), cst.ImportAlias(cst.Name(name), comma=end)]


def bare(comma: cst.Comma) -> cst.Comma:
    """The comma without comments, and without the break of a line by a backslash."""
    space: cst.BaseParenthesizableWhitespace = comma.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace):
        space = space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    else:
        space = cst.SimpleWhitespace(" ")
    return cst.Comma(whitespace_after=space)


def one_a_line(node: cst.ImportFrom) -> cst.ImportFrom:
    assert not isinstance(node.names, cst.ImportStar)
    comma, last = cst.Comma(whitespace_after=ITEM_SPACE), cst.Comma(whitespace_after=END_SPACE)
    names = [each.with_changes(comma=comma) for each in node.names[:-1]]
    return node.with_changes(
        lpar=cst.LeftParen(whitespace_after=ITEM_SPACE),
        names=[*names, node.names[-1].with_changes(comma=last)],
        rpar=cst.RightParen(),
    )


# ------------------------------------------------------------------ a line of its own


def new_line(path: str, head: Head, line: str, is_own: Callable[[str], bool]) -> Edit:
    """Among the imports of Django, else of other libraries, else behind those of Python, else before all others."""
    sections = [(each, section(each, is_own)) for each in head.imports]
    django = [each for each in head.imports if each.module.partition(".")[0] == "django"]
    libraries = django or [each for each, place in sections if place == THIRD_PARTY]
    named = [each for each in libraries if isinstance(each.node, cst.ImportFrom)]
    if libraries:
        earlier = [each for each in named if each.module < MODELS] if named else libraries
        return inserting(path, earlier[-1].after if earlier else named[0].line, 1, line)
    first = [each for each, place in sections if place < THIRD_PARTY]
    if first:
        follows = any(each.line == first[-1].after for each in head.imports)
        return inserting(path, first[-1].after, 1, f"\n{line}" + "\n" * follows)
    if head.imports:
        return inserting(path, head.imports[0].line, 1, f"{line}\n")
    if head.after_docstring:
        return inserting(path, head.after_docstring, 1, f"\n{line}")
    return inserting(path, max(head.first, 1), 1, f"{line}\n\n")


def section(statement: Statement, is_own: Callable[[str], bool]) -> int:
    package = statement.module.partition(".")[0]
    if package == "__future__":
        return FUTURE
    if not package or is_own(package):
        return OWN
    return STDLIB if package in sys.stdlib_module_names else THIRD_PARTY


# ------------------------------------------------------------------ names that are there already


def is_for_types(lines: Sequence[str], line: int) -> bool:
    """Is the import on this line made for type checkers only (`if TYPE_CHECKING:`)?"""
    return any(ONLY_FOR_TYPES.match(each) for each in blocks_around(lines, line))


def blocks_around(lines: Sequence[str], line: int) -> Iterator[str]:
    """The lines that open the blocks in which a line stands, the innermost first, without their indentation."""
    depth = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    for above in reversed(lines[: line - 1]):
        bare_line = above.lstrip()
        if bare_line and not bare_line.startswith("#") and len(above) - len(bare_line) < depth:
            depth = len(above) - len(bare_line)
            yield bare_line
