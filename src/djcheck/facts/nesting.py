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
    r"'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^\\'\n]|\\.)*'|\"(?:[^\\\"\n]|\\.)*\"|#[^\n]*"
    r"|\b(?:and|or|not|lambda|else|elif|await)\b|[()\[\]{},\n+\-*/%@&|^~.]",
    re.DOTALL,
)


def is_too_deep(text: str) -> bool:
    """Whether brackets, or operators without a comma or line between them, may nest deeper than the parser bears."""
    if len(text) < HARMLESS:
        return False
    # What is not even there in such a number cannot be nested so deeply; counting is fifty times as fast.
    brackets = text.count("(") + text.count("[") + text.count("{")
    if brackets <= DEEPEST and _most_operators(text) <= LONGEST_CHAIN:
        return False
    depths = [0]
    elifs = 0
    for found in TOKEN.finditer(text):
        token = found[0]
        if token in "([{":
            depths.append(depths[-1])
            if len(depths) > DEEPEST + 1:
                return True
        elif token in ")]}":
            if len(depths) > 1:
                depths.pop()
        elif token == "," or (token == "\n" and len(depths) == 1):
            depths[-1] = depths[-2] if len(depths) > 1 else 0
        elif token == "elif":
            elifs += 1
        elif not token.isspace() and token[0] != "#":
            depths[-1] += 1
        if depths[-1] + elifs > LONGEST_CHAIN:
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
    return len(re.findall(r"['\"+\-*/%@&|^~.]|\b(?:and|or|not|lambda|else|elif|await)\b", text))
