"""What a newer Python reads is surveyed and lowered, whatever Python runs the tests."""

from __future__ import annotations

import pytest

from djcheck.domain import ir
from djcheck.facts.lowering import functions_of, lower
from djcheck.facts.newer_syntax import without_newer_syntax
from djcheck.facts.survey import survey
from tests.facts.trees import at, nodes

NEWER = [
    'x = f"{a["b"]}"',
    "x = f'{f'{f'{1}'}'}'",
    'x = f"{\n  a\n}"',
    'x = ("" \n f"{a["b"]}" "tail")',
    'x = f"{a  # comment\n}"',
    "x = f\"{'\\n'.join(a)}\"",
    'x = t"SELECT {a}"',
    'x = t""',
    'x = (t""\n"")',
    "type X = list[int]",
    "type X[T: (int, str) = int] = list[T]",
    "type \\\n X = int",
    "def f[T](x: T) -> T: return x.y",
    'class A[T, *Ts = *tuple[int, ...], **P](Base[T], label=f"{a["b"]}"): pass',
    "try: pass\nexcept A, B: pass",
    "try: pass\nexcept* A, B.c: pass",
    "x = [*a for a in b]",
    "x = f(*a for a in b)",
    "x = {**a for a in b}",
    "x = [\n*a\nfor a in b]",
    "lazy import json",
    "lazy from json import loads",
]


@pytest.mark.parametrize("text", NEWER)
def test_alone_among_what_every_python_reads(text: str) -> None:
    text = f"before = a.b\n{text}\nclass After:\n    field = c.d\n"
    blanked = without_newer_syntax(text)
    if blanked is not None:
        assert [len(line) for line in blanked.split("\n")] == [len(line) for line in text.split("\n")]

    facts = survey("x.py", text)

    assert facts.error is None
    before, *_ = facts.assignments
    assert before.value is not None
    assert at(text, before.value) == "a.b"
    after = facts.classes[-1]
    assert after.attributes[0].value is not None
    assert at(text, after.attributes[0].value) == "c.d"


@pytest.mark.parametrize("text", NEWER)
def test_inside_a_function(text: str) -> None:
    inside = text.replace("\n", "\n        ")
    text = f"class K:\n    def f(self):\n        {inside}\n        return self.last\n"
    facts = survey("x.py", text)
    assert facts.error is None
    body = lower(text, list(functions_of(facts)))["K.f"].body[-1]
    assert isinstance(body, ir.Return)
    assert body.value is not None
    assert at(text, body.value) == "self.last"


def test_an_unknown_text_is_no_constant() -> None:
    (fact,) = survey("x.py", 'SQL = f"SELECT {a["b"]}"\n').assignments
    assert isinstance(fact.value, ir.Opaque | ir.FormattedText)


def test_functions_are_lowered_from_the_text_as_it_was() -> None:
    text = 'def f(q):\n    return f"é {q["x"].name!r:>{w}}" + t"{q.z}"\n'
    facts = survey("x.py", text)
    body = lower(text, facts.functions)["f"]
    assert [at(text, node) for node in nodes(body) if isinstance(node, ir.Attribute)] == ['q["x"].name', "q.z"]


def test_what_is_broken_stays_broken() -> None:
    assert without_newer_syntax("x = (\n") is None
    assert without_newer_syntax("x = 1\n") is None
    assert survey("x.py", 'x = f"{a["b"]}"\nf(x for x in y, 1)\n').error is not None
