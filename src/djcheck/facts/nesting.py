"""A cheap test for code nested so deeply that libcst's parser would overflow the C stack and end the process.

CPython's own parser raises an error of its own there; libcst's, written in Rust, does not: 2,500 nested parentheses or
20,000 operands of one `and` are a segmentation fault with the usual 8 MB of stack.
"""

from __future__ import annotations

import re

# CPython reads no more than 200 brackets in each other and 100 levels of indentation.
DEEPEST = 200
DEEPEST_INDENTATION = 100
LONGEST_CHAIN = 1000
# Shorter texts cannot hold what overflows the stack.
HARMLESS = 2000
TOKEN = re.compile(
    r"(?P<text>'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^\\'\n]|\\.)*'|\"(?:[^\\\"\n]|\\.)*\")"
    r"|(?P<comment>#[^\n]*|\\\n)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>[,\n])|(?P<suffix>\.)"
    r"|(?P<elif>\belif\b)|(?P<operator>\b(?:and|or|not|in|is|lambda|if|else|await)\b|[+\-*/%@&|^~<>]|[=!]=)",
    re.DOTALL,
)


def is_too_deep(text: str) -> bool:
    """Whether brackets, operators or what follows a value (`.b`, `[0]`, `()`) may nest deeper than the parser bears."""
    if len(text) < HARMLESS:
        return False
    # What is not even there in such a number cannot be nested so deeply; counting is fifty times as fast.
    if sum(map(text.count, "([{")) <= DEEPEST and _most_operators(text) <= LONGEST_CHAIN:
        return False
    return _nests(text)


def _nests(text: str) -> bool:
    elifs = operators = suffixes = base = 0
    outer: list[tuple[int, int, int]] = []
    before = ""
    for found in TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "open":
            outer.append((base, operators, suffixes))
            base, operators, suffixes = base + operators + suffixes, 0, 0
        elif kind == "close" and outer:
            base, operators, suffixes = outer.pop()
            suffixes += 1
        elif kind == "end" and (found[0] == "," or not outer):
            operators = suffixes = 0
        elif kind == "suffix":
            suffixes += 1
        elif kind == "operator" or (kind == before == "text"):
            operators, suffixes = operators + 1, 0
        elif kind == "elif":
            elifs += 1
        if kind not in ("end", "comment"):
            before = kind
        if len(outer) > DEEPEST or base + operators + suffixes + elifs > LONGEST_CHAIN:
            return True
    return False


def is_indented_too_deeply(text: str) -> bool:
    """Whether there are more levels of indentation than CPython reads."""
    if re.search(rf"^[ \t]{{{DEEPEST_INDENTATION}}}", text, re.MULTILINE) is None:
        return False
    levels: list[int] = []
    for line in re.finditer(r"^([ \t]*)[^\s#]", text, re.MULTILINE):
        width = len(line[1])
        while levels and width <= levels[-1]:
            levels.pop()
        levels.append(width)
        if len(levels) > DEEPEST_INDENTATION:
            return True
    return False


def _most_operators(text: str) -> int:
    """No fewer than there are operators, texts and dots in a row."""
    return len(re.findall(r"['\"+\-*/%@&|^~<>.]|[=!]=|\b(?:and|or|not|in|is|lambda|if|else|elif|await)\b", text))
