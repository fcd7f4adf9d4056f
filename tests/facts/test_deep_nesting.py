"""Code nested so deeply that a parser would overflow the stack is an error, never the end of the process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from djcheck.facts.nesting import is_indented_too_deeply, is_too_deep

DEPTHS = (150, 2_000, 20_000, 100_000)
SHAPES = {
    "parentheses": "'x = ' + '(' * n + '1' + ')' * n",
    "lists": "'x = ' + '[' * n + ']' * n",
    "unclosed": "'x = ' + '{' * n",
    "calls": "'x = a' + '.b()' * n",
    "attributes": "'x = a' + '.b' * n",
    "sums": "'x = ' + '+'.join(['a'] * n)",
    "ands": "'x = ' + ' and '.join(['a'] * n)",
    "nots": "'x = ' + 'not ' * n + 'a'",
    "minuses": "'x = ' + '-' * n + 'a'",
    "powers": "'x = ' + '**'.join(['a'] * n)",
    "conditions": "'x = ' + 'a if b else ' * n + 'c'",
    "lambdas": "'x = ' + 'lambda: ' * n + 'a'",
    "texts": "'x = ' + ' '.join(['str()'[:3] and repr('a')] * n)",
    "comparisons": "'x = ' + '<'.join(['a'] * n)",
    "subscripts": "'x = a' + '[0]' * n",
    "elifs": "'if a: pass\\n' + 'elif b: pass\\n' * n",
    "blocks": "''.join(' ' * i + 'if a:\\n' for i in range(min(n, 2000))) + ' ' * 2000 + 'pass'",
    "functions": "''.join(' ' * i + 'def f():\\n' for i in range(min(n, 2000))) + ' ' * 2000 + 'pass'",
}
SCRIPT = """
import sys
from djcheck.facts.lowering import functions_of, lower, lower_module
from djcheck.facts.survey import survey
for n in {depths}:
    line = {shape}
    inside = "def f(a):\\n" + "".join(f"    {{each}}\\n" for each in line.split("\\n"))
    # Behind what only newer Pythons read, libcst is asked too.
    for text in (line, inside, line + '\\ny = f"{{z["k"]}}"\\n', 'y = f"{{z["k"]}}"\\n' + inside):
        facts = survey("x.py", text)
        lower(text, list(functions_of(facts)))
        if facts.error is None:
            lower_module(text, facts)
print("survived")
"""


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_process_survives(shape: str) -> None:
    script = SCRIPT.format(depths=DEPTHS, shape=shape)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "survived", (done.returncode, done.stderr[-2000:])


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "(1, 'a', -b.c), " * 5000 + "]",
        "x = {" + "'a': f(b) and c or d,\n" * 2000 + "}",
        "x = a.b + c.d - e\n" * 3000,
        "# " + "and " * 5000 + "\n'''" + "((((" * 5000 + "'''\n",
    ],
)
def test_long_is_not_deep(text: str) -> None:
    assert not is_too_deep(text)


def test_wide_indentation_is_not_deep() -> None:
    assert not is_indented_too_deeply("x = f(\n" + " " * 150 + "a,\n" + " " * 160 + "b)\n")
    assert is_indented_too_deeply("".join(" " * depth + "if a:\n" for depth in range(150)))
