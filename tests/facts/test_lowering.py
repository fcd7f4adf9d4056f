from __future__ import annotations

import msgspec
import pytest

from djcheck.domain import ir
from djcheck.domain.ir import FunctionIR
from djcheck.facts.lowering import functions_of, lower, lower_module
from djcheck.facts.survey import survey
from tests.facts.trees import at, every, nodes, only


def lowered(text: str) -> dict[str, FunctionIR]:
    facts = survey("x.py", text)
    assert facts.error is None, facts.error
    found = lower(text, list(functions_of(facts)))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=dict[str, FunctionIR]) == found
    return found


def body_of(*statements: str) -> tuple[str, FunctionIR]:
    lines = "".join(f"    {line}\n" for statement in statements for line in statement.split("\n"))
    text = f"def f(self):\n{lines}"
    return text, lowered(text)["f"]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("x = y = a.b", "Assign"),
        ("x: int = 1", "Assign"),
        ("x: int", "Assign"),
        ("x += 1", "AugmentedAssign"),
        ("x //= 1", "AugmentedAssign"),
        ("a.b()", "Evaluate"),
        ("for a, b in c:\n    d\nelse:\n    e", "For"),
        ("async for a in b: c", "For"),
        ("while a: b\nelse: c", "While"),
        ("if a: b\nelif c: d\nelse: e", "If"),
        ("with a as b, c: d", "With"),
        ("async with (a as b, c,): d", "With"),
        ("try: a\nexcept B as c: d\nexcept (E, F): g\nelse: h\nfinally: i", "Try"),
        ("try: a\nexcept* B: c", "Try"),
        ("match a.b:\n    case 1 if c: d\n    case _: e", "Match"),
        ("return", "Return"),
        ("return a, b", "Return"),
        ("raise A from b", "Raise"),
        ("del a, b.c", "Delete"),
        ("assert a, b", "Assert"),
        ("import a.b, c as d", "Import"),
        ("from . import (a,\n b as c)", "Import"),
        ("@dec\ndef g(): pass", "Define"),
        ("class K(B): x = 1", "DefineClass"),
    ],
)
def test_every_statement(statement: str, kind: str) -> None:
    text, function = body_of(statement, "return self.after; pass")
    first, last = function.body
    assert type(first).__name__ == kind
    # Whatever stood there, the cursor is in the right place behind it.
    assert isinstance(last, ir.Return)
    assert at(text, last.value) == "self.after"


@pytest.mark.parametrize(
    ("statement", "names"), [("global a, b", ("a", "b")), ("nonlocal \\\n c", ("c",))], ids=["global", "nonlocal"]
)
def test_names_that_outlast_the_function(statement: str, names: tuple[str, ...]) -> None:
    _, function = body_of(statement, "return self.after")
    first, _ = function.body
    assert isinstance(first, ir.Outlasting)
    assert first.names == names


@pytest.mark.parametrize("statement", ["pass", '"""Docs."""', "type X = int"])
def test_statements_that_do_nothing_leave_nothing(statement: str) -> None:
    text, function = body_of(statement, "return self.after")
    (last,) = function.body
    assert at(text, last) == "return self.after"


def test_headers_are_the_spans_of_statements_with_bodies() -> None:
    text, function = body_of(
        "for book in (books.all()):  # all: of them",
        "    while book.next: pass",
        "    if book: pass",
        "    elif not book: pass",
        "    with a as b: pass",
        "    def g(x: int = 1) -> int: return x",
        "    match book:\n        case A(): pass",
    )
    spans = [at(text, node) for node in nodes(function) if isinstance(node, ir.Stmt)]
    assert spans == [
        "for book in (books.all())",
        "while book.next",
        "if book",
        "elif not book",
        "with a as b",
        "def g(x: int = 1) -> int:",
        "return x",
        "match book",
    ]


def test_functions_are_told_apart() -> None:
    found = lowered(
        """
def plain(): return 1
async def coroutine(): return 1
def generator():
    def inner(): yield 1
    x = yield
def outer():
    f = lambda: (yield)
    def inner(): yield from x
"""
    )
    assert {name: (each.is_async, each.is_generator) for name, each in found.items()} == {
        "plain": (False, False),
        "coroutine": (True, False),
        "generator": (False, True),
        "outer": (False, False),
    }
    assert only(ir.Define, found["outer"]).function.is_generator


def test_names_that_are_defined_twice() -> None:
    found = lowered(
        """
class A:
    @property
    def x(self): return self.getter
    @x.setter
    def x(self, value): self.setter = value
if B:
    def f(): return 1
else:
    def f(): return 2
"""
    )
    assert list(found) == ["f:8", "f", "A.x", "A.x:6"]
    assert only(ir.Attribute, found["A.x"]).name == "getter"
    assert only(ir.Constant, found["f"]).value == 2


def test_methods_wherever_they_are_indented() -> None:
    text = "if A:\n\tclass B:\n\t\tclass C:\n\t\t\t@dec\n\t\t\tdef f(self):\n\t\t\t\treturn self.x # é\n\n"
    (function,) = lowered(text).values()
    assert at(text, function) == "def f(self):"
    assert at(text, function.body[0]) == "return self.x"


def test_a_last_line_that_a_comment_continues() -> None:
    text = "def f():\n    x = a.b \\\n# c\ny = 1\n"
    assert at(text, lowered(text)["f"].body[0]) == "x = a.b"


def test_texts() -> None:
    text, function = body_of(
        "a = 'x' \"y\" '''z'''",
        "b = f'é{self.p!r:>{w.x}}{self.q=} {{}}\\n' 'tail' rf'\\d'",
        "c = b'x' b'y'",
        r"d = '\x41\u00e9\N{BULLET}\101\q' r'\x41'",
    )
    one, formatted, binary, escaped = (each.value for each in every(ir.Assign, function))
    assert isinstance(one, ir.Constant)
    assert one.value == "xyz"
    assert isinstance(formatted, ir.FormattedText)
    assert [part.value if isinstance(part, ir.Constant) else at(text, part) for part in formatted.parts] == [
        "é",
        "self.p",
        ">",
        "w.x",
        "self.q",
        " {}\n",
        "tail",
        "\\d",
    ]
    assert isinstance(binary, ir.Bytes)
    assert isinstance(escaped, ir.Constant)
    assert escaped.value == "Aé•A\\q\\x41"


def test_patterns_bind_names() -> None:
    _, function = body_of(
        "match x:",
        '    case {"k:": A(b, c=d), **rest} | [e, *f] if g: pass',
        "    case (1 | 2) as h: pass",
        "    case str() | None: pass",
    )
    assert [case.bindings for case in only(ir.Match, function).cases] == [("b", "d", "rest", "e", "f"), ("h",), ()]


def test_imports_inside_functions() -> None:
    _, function = body_of("import a.b, c.d as e", "from ..m import x as y, z", "from m import *")
    assert [each.names for each in every(ir.Import, function)] == [
        (("a", "a", 0, None), ("e", "c.d", 0, None)),
        (("y", "m", 2, "x"), ("z", "m", 2, "z")),
        (("*", "m", 0, "*"),),
    ]


def test_long_chains_are_not_deep() -> None:
    operands = " and ".join(f"a{i}.b" for i in range(900))
    pieces = "(" + "\n    ".join(f"'{i}'" for i in range(900)) + ")"
    _, function = body_of(f"x = {operands}", f"y = {pieces}")
    boolean = only(ir.BooleanOperation, function)
    assert len(boolean.values) == 900
    assert only(ir.Constant, function).value == "".join(map(str, range(900)))


def test_the_body_of_a_module() -> None:
    text = '''"""Docs."""
import a
X = 1
@dec
class A(
    B,
):
    """Class é."""
    y = [z for z in w]
for book in Book.objects.all():
    print(book.author)
if X:
    def f():
        """Text
        of many lines."""
        return 1
last = book.last
'''
    facts = survey("x.py", text)
    assert facts.body_matters
    module = lower_module(text, facts)
    assert module is not None
    assert module.name == "<module>"
    assert [at(text, each) for each in module.body] == [
        "X = 1",
        "for book in Book.objects.all()",
        "if X",
        "last = book.last",
    ]
    assert [at(text, each) for each in every(ir.Attribute, module)] == [
        "Book.objects.all",
        "Book.objects",
        "book.author",
        "book.last",
    ]


def test_what_libcst_cannot_read_is_left_out_alone() -> None:
    # A known fault of libcst's: it wants a space where Python needs none.
    text = "def f():\n    return a if ((b if c else (d)))else e\n\ndef g():\n    return a.b\n"
    assert "g" in lowered(text)
