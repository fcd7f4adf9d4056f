from __future__ import annotations

import warnings

import msgspec
import pytest

from djcheck.domain import ir
from djcheck.domain.facts import AssignFact, ImportFact, ModuleFacts
from djcheck.facts.survey import survey
from tests.facts.trees import at, nodes, source


def facts_of(text: str) -> ModuleFacts:
    facts = survey("shop/models.py", text)
    assert facts.error is None, facts.error
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=ModuleFacts) == facts
    return facts


def assigned(text: str) -> list[tuple[str, str, str | None]]:
    """(name, operator, the value's text)."""
    return [
        (fact.name, fact.operator, None if fact.value is None else at(text, fact.value))
        for fact in facts_of(text).assignments
    ]


def value_of(text: str) -> ir.Expr:
    (fact,) = facts_of(f"x = {text}\n").assignments
    assert fact.value is not None
    return fact.value


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import a.b, c.d as e", [("a", "a", 0, None), ("e", "c.d", 0, None)]),
        ("from . import x as y, z", [("y", "", 1, "x"), ("z", "", 1, "z")]),
        ("from ..m.n import *", [("*", "m.n", 2, "*")]),
    ],
)
def test_imports(statement: str, expected: list[tuple[str, str, int, str | None]]) -> None:
    assert facts_of(statement).imports == tuple(ImportFact(*each, 1) for each in expected)


def test_imports_inside_blocks_of_the_module_count_and_those_of_functions_do_not() -> None:
    text = """
if TYPE_CHECKING:
    from a import A
else:
    from b import A
try:
    import json
except ImportError:
    import simplejson as json
finally:
    import c
def f():
    import hidden
"""
    assert [(each.local, each.module, each.line) for each in facts_of(text).imports] == [
        ("A", "a", 3),
        ("A", "b", 5),
        ("json", "json", 7),
        ("json", "simplejson", 9),
        ("c", "c", 11),
    ]


def test_assignments_in_source_order() -> None:
    text = """
A = B = 1
if A:
    C: int = 2
    D: str
for i in A:
    E = i
A += 3
A |= {4}
with open(A) as f:
    G = f
"""
    assert assigned(text) == [
        ("A", "", "1"),
        ("B", "", "1"),
        ("C", "", "2"),
        ("D", "", None),
        ("E", "", "i"),
        ("A", "+", "3"),
        ("A", "|", "{4}"),
        ("G", "", "f"),
    ]


def test_tuples_are_taken_apart_where_they_can_be() -> None:
    assert assigned("A, (B, C) = 1, (2, 3)\n") == [("A", "", "1"), ("B", "", "2"), ("C", "", "3")]
    assert assigned("[A, *B] = f()\n") == [("A", "", "f()"), ("B", "", "f()")]
    facts = facts_of("A, *B = f()\n")
    assert all(isinstance(fact.value, ir.Opaque) for fact in facts.assignments)


def test_items_and_attributes_that_are_assigned() -> None:
    text = 'DATABASES["default"]["ENGINE"] = "postgres"\nUser.age = property(f)\nf().x = 1\n'
    item, attribute = facts_of(text).assignments
    assert (item.name, item.operator) == ("DATABASES", "[]")
    assert isinstance(item.value, ir.Dictionary)
    ((key, inner),) = item.value.items
    assert isinstance(inner, ir.Dictionary)
    assert [at(text, key), at(text, inner.items[0][0]), at(text, inner.items[0][1])] == [
        '"default"',
        '"ENGINE"',
        '"postgres"',
    ]
    assert (attribute.name, attribute.operator) == ("User.age", "")


def test_classes_with_what_their_bodies_declare() -> None:
    text = '''
@register(1)
class Book(Base[T], models.Model, metaclass=Meta, **more):
    """Text."""
    title = models.CharField(max_length=10)
    class Meta:
        abstract = True
    if X:
        isbn: str = None
        def label(self): return self.title
'''
    (book,) = facts_of(text).classes
    assert [at(text, base) for base in book.bases] == ["Base[T]", "models.Model"]
    assert [(keyword.name, at(text, keyword.value)) for keyword in book.keywords] == [
        ("metaclass", "Meta"),
        (None, "more"),
    ]
    assert [at(text, decorator) for decorator in book.decorators] == ["register(1)"]
    assert source(text, book.span) == text.strip("\n")
    assert [fact.name for fact in book.attributes] == ["title", "isbn"]
    assert [(fact.qualname, fact.attributes[0].name) for fact in book.classes] == [("Book.Meta", "abstract")]
    assert [(fact.qualname, fact.matters) for fact in book.methods] == [("Book.label", True)]


def test_functions_with_their_header_and_parameters() -> None:
    text = """
@a.b
@c(d)
async def load(
    x, y: "a:b" = {1: 2},  # a comment: with a colon
    /, z=lambda: 0, *rest: int, key, other: str = ":", **more
) -> dict[str, int]:  # another: comment
    pass
"""
    (load,) = facts_of(text).functions
    assert source(text, load.header) == text[text.index("async") : text.index(":  # another") + 1]
    assert source(text, load.span) == text.strip("\n")
    assert load.is_async
    assert [(each.name, each.kind) for each in load.parameters] == [
        ("x", "positional"),
        ("y", "positional"),
        ("z", "positional"),
        ("rest", "args"),
        ("key", "keyword"),
        ("other", "keyword"),
        ("more", "kwargs"),
    ]
    written = [(at(text, each.default) if each.default else "", each.annotation) for each in load.parameters]
    assert [default for default, _ in written] == ["", "{1: 2}", "lambda: 0", "", "", '":"', ""]
    assert load.returns is not None
    assert at(text, load.returns) == "dict[str, int]"
    assert [at(text, each) for each in load.decorators] == ["a.b", "c(d)"]


@pytest.mark.parametrize(
    ("body", "matters"),
    [
        ("pass", False),
        ('"""Docs."""', False),
        ("return", False),
        ("return None", False),
        ("return True", False),
        ("raise NotImplementedError", False),
        ('raise NotImplementedError("later")', False),
        ("...", False),
        ('return "SELECT 1"', True),
        ("return x", True),
        ("return self.x", True),
        ("x = 1", True),
        ("raise Error(x.y)", True),
        ("raise Error(1) from x.y", True),
        ("for a in b: pass", True),
        ("f()", True),
        ("def inner(): return x.y", True),
    ],
)
def test_which_functions_matter(body: str, matters: bool) -> None:
    (fact,) = facts_of(f"def f(x):\n    {body}\n").functions
    assert fact.matters is matters


@pytest.mark.parametrize(
    ("text", "matters"),
    [
        ("X = 1\nclass A:\n    y = [b for b in c]\ndef f(x=Book.objects.all()): pass\n", False),
        ("X = Book.objects.count()\n", True),
        ("X = [b.author for b in books()]\n", True),
        ("for book in books():\n    book.save()\n", True),
        ("if X:\n    while Y: pass\n", True),
        ('with connection.cursor() as c:\n    c.execute("")\n', True),
    ],
)
def test_which_module_bodies_matter(text: str, matters: bool) -> None:
    assert facts_of(text).body_matters is matters


@pytest.mark.parametrize(
    ("text", "exports"),
    [
        ("x = 1", None),
        ("__all__ = ['a', 'b']", ("a", "b")),
        ("__all__: list[str] = []\n__all__ += ('c',) + other.__all__", ("c",)),
        ("if x:\n    __all__ = ['a', *more]\n__all__.append('b')\n__all__.extend(['c', 'a'])", ("a", "b", "c")),
    ],
)
def test_exports(text: str, exports: tuple[str, ...] | None) -> None:
    assert facts_of(text).exports == exports


def test_calls_of_the_module() -> None:
    text = "admin.site.register(Book)\ntry:\n    User.add_to_class('x', y)\nexcept E: pass\nx.y\n"
    assert [at(text, fact.call) for fact in facts_of(text).calls] == [
        "admin.site.register(Book)",
        "User.add_to_class('x', y)",
    ]


def test_columns_count_code_points() -> None:
    text = 'é = "ééé" + naïve\ndef ü(x="𝒳", y=1): pass\n'
    facts = facts_of(text)
    assert source(text, facts.assignments[0].span) == 'é = "ééé" + naïve'
    assert source(text, facts.functions[0].header) == 'def ü(x="𝒳", y=1):'
    assert [at(text, node) for node in nodes(facts.assignments) if isinstance(node, ir.Name)] == ["naïve"]


@pytest.mark.parametrize("literal", ["10**400 - 2**70", str(2**64), str(-(2**63)), "1e999", "...", "2j", "b'x'"])
def test_odd_constants_can_be_written(literal: str) -> None:
    value_of(literal)


def test_lone_surrogates_are_replaced() -> None:
    value = value_of(r'"a\ud800b"')
    assert isinstance(value, ir.Constant)
    assert value.value == "a?b"


def test_f_strings_and_their_formats() -> None:
    value = value_of('f"SELECT {a.b!r:>{width}} {{x}}" "tail"')
    assert isinstance(value, ir.FormattedText)
    kinds = [part.value if isinstance(part, ir.Constant) else type(part).__name__ for part in value.parts]
    assert kinds == ["SELECT ", "Attribute", ">", "Name", " {x}tail"]


def test_every_expression_lowers_to_something() -> None:
    text = "[*a, lambda *b, c=1: (yield), await d, e[f:g, ::h], {**i, j: k}, {l for l in m}, {n: o for n in p}, q @ r]"
    kinds = {type(node).__name__ for node in nodes(value_of(text))}
    assert {"Starred", "Lambda", "Opaque", "Slice", "Dictionary", "Comprehension", "BinaryOperation"} <= kinds


def test_lines_are_counted_as_editors_do() -> None:
    assert [facts_of(text).lines for text in ("", "x", "x\n", "x\ny", "\n\n")] == [0, 1, 1, 2, 2]


def test_someone_elses_bad_escapes_are_not_our_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert value_of(r'"\d"') == ir.Constant("\\d", value_of(r'"\d"').span)


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("x = 1\nprint 'two'\n", "Missing parentheses in call to 'print'. Did you mean print(...)?", 2),
        ("def f(:\n", "invalid syntax", 1),
        ("x = (\n", "'(' was never closed", 1),
        ("if x:\n        a\n    b\n", "unindent does not match any outer indentation level", 3),
        ("a\n\0\n", "the file contains a null byte", 2),
        ("x = `a`\n", "invalid syntax", 1),
    ],
)
def test_what_no_python_reads_is_an_error_with_its_line(text: str, reason: str, line: int) -> None:
    facts = survey("x.py", text)
    assert (facts.error, facts.error_line) == (reason, line)
    assert (facts.functions, facts.classes, facts.assignments) == ((), (), ())


def test_assignments_keep_their_own_span() -> None:
    text = "x: int = (\n    1\n)\n"
    (fact,) = facts_of(text).assignments
    assert isinstance(fact, AssignFact)
    assert source(text, fact.span) == text.rstrip()
    assert fact.annotation is not None
    assert at(text, fact.annotation) == "int"


@pytest.mark.parametrize(
    ("base", "value", "kept"),
    [
        ("migrations.Migration", "[migrations.AddField(1)]", False),
        ("migrations.Migration", '[migrations.RunSQL("SELECT 1")]', True),
        ("Migration", "models.ManyToManyField(Shop)", True),  # a model that extends one called Migration
        ("models.Model", "[1]", True),
    ],
)
def test_operations_are_kept_for_their_sql(base: str, value: str, *, kept: bool) -> None:
    (declared,) = facts_of(f"class Big({base}):\n    shop = ForeignKey(Shop)\n    operations = {value}\n").classes
    assert [fact.name for fact in declared.attributes] == ["shop", *(["operations"] if kept else [])]
