"""Jinja2 templates to IR: compared with Jinja2's own renderer and with the text at each place."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment

from djcheck.domain import ir
from djcheck.domain.facts import TemplateFacts
from djcheck.facts.jinja import survey_jinja
from tests.facts.trees import at, every, lookups, nodes, only

VALID = [
    "{{ book.author.name|upper }}\n  é{{ a.b[0].c }}{{ x|default(y.z, true) }}{{ 'a' 'b' }}{{ a['k'] }}{{ a . b }}",
    "{%- for a, b in rows.all()|sort(attribute='x.y') if a.ok -%}\n {{ loop.index }}{% else %}{{ d }}{%- endfor %}",
    "{% if a.b and not c or d|length == 3 and e.f not in g.h %}{% elif j is not none %}{{ k }}{% endif %}",
    "{% set x = a.b %}{% set n.y = c.d %}{% set t %}{{ e.f }}{% endset %}{% set u | upper %}{{ g }}{% endset %}",
    "{% macro row(a, b=c.d) %}{{ a.e(b.f, k=1, *g, **h) }}{% endmacro %}{% call(z) row(i.j) %}{{ z.k }}{% endcall %}",
    "{% trans count=rows.n, name=user.name %}{{ name }}{{ other }}{% pluralize %}{{ count }}{% endtrans %}",
    "{% with a=b.c, d=e.f %}{{ a ~ d.g }}{% endwith %}{{ [a.h, {'k': b.i}] }}{{ (c.j, d.k) }}{{ (e.l or f).m }}",
    "{{ a.b if c.d else e.f }}{{ -a.g + b.h * 2 ** c.i // d.j }}{{ a.k[b.l:c.m] }}{{ a.n is divisibleby(b.o) }}",
    "{% block a scoped %}{{ super() }}{{ self.b() }}{% endblock a %}{% filter upper|default(a.b) %}c{% endfilter %}",
    "{% raw %}{{ a }}{% endraw %}{# {{ b }} #}{{ c.d }}{% autoescape true %}{{ e.f }}{% endautoescape %}",
    "{% cache 500, a.b %}{{ c.d }}{% endcache %}{% url 'x' e.f key=g.h as i %}{% csrf_token %}{% do j.append(k.l) %}",
    "a \n {%- if b.c -%} \n {{- d.e -}} {% endif %} {#- f -#} {{ g }} {%- raw -%} h {%- endraw -%} {{ i.j }}",
    "a\r\n {{ b.c }}\r\n{{ d.e }}",
]


def survey(text: str) -> TemplateFacts:
    facts = survey_jinja("shop/jinja2/t.html", text)
    assert facts.error is None
    return facts


@pytest.mark.parametrize("text", VALID)
def test_every_place_is_exact(text: str) -> None:
    translated = "{% trans" in text
    text = text.replace("\r\n", "\n")
    for node in nodes(survey(text)):
        match node:
            case ir.Name() if node.id not in ("ngettext", "gettext"):
                assert at(text, node) == node.id
            case ir.Attribute():
                assert at(text, node).split(".")[-1].strip() == node.name
                assert node.lenient
            case ir.Subscript():
                assert at(text, node).endswith(("]", "0"))
            case ir.Call() if not translated:
                assert at(text, node).endswith(")")
            case ir.Constant(value=str()) if not translated:
                assert at(text, node).strip("'") in ("", node.value, "a")
            case ir.Tag() | ir.For() | ir.Scope() | ir.Block() | ir.Assign():
                assert at(text, node).startswith("{%")
                assert at(text, node).endswith("%}")
                assert at(text, node).count("%}") == 1


@pytest.mark.parametrize("text", VALID)
def test_survives_the_cache(text: str) -> None:
    facts = survey(text)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=TemplateFacts) == facts


def test_places_do_not_depend_on_the_kind_of_line_end() -> None:
    assert survey("a\r\n {{ b.c }}\r\n").body == survey("a\n {{ b.c }}\n").body


class Recorder:
    """Notes what is read from it and from all that comes out of it."""

    def __init__(self, read: list[str]) -> None:
        self.read = read

    def __getattr__(self, name: str) -> Recorder:
        if len(name) > 1:
            raise AttributeError(name)
        self.read.append(name)
        return Recorder(self.read)

    def __call__(self, *args: object) -> Recorder:
        return Recorder(self.read)

    def __getitem__(self, key: object) -> Recorder:
        return Recorder(self.read)

    def __iter__(self) -> Iterator[tuple[Recorder, Recorder]]:
        return iter([(Recorder(self.read), Recorder(self.read))])

    def __lt__(self, other: object) -> bool:
        return True

    def __len__(self) -> int:
        return 1


TAKEN = [
    "{% for x, y in p.a().b|list if x.c %}{{ x.d[0].e }}{{ y.f(q.g) }}{% endfor %}",
    "{% if p.a and q.b %}{{ r.c }}{% endif %}{% if not p.d in q.e %}{% endif %}{% if p.f is defined %}{% endif %}",
    "{% set x = p.a %}{{ x.b }}{% with y=p.c, z=q.d %}{{ y.e ~ z.f }}{% endwith %}{% set t %}{{ p.g }}{% endset %}",
    "{% macro m(u, v=q.b) %}{{ u.c }}{{ v.d }}{{ caller(u.e) }}{% endmacro %}{% call(w) m(p.a) %}{{ w }}{% endcall %}",
    "{% block a %}{{ p.a|default(q.b) }}{% endblock %}{{ [p.c, {'x': p.d}, (p.e, p.f)] }}{{ p.g if q.h else none }}",
    "{% filter upper|default(p.a) %}{{ q.b }}{% endfilter %}{% do p.c(q.d) %}{{ -1 if p.e < 2 == q.f }}",
]


@pytest.mark.parametrize("text", TAKEN)
def test_reads_what_rendering_reads(text: str) -> None:
    read: list[str] = []
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=True)
    environment.from_string(text).render({name: Recorder(read) for name in "pqr"})
    assert sorted(node.name for node in every(ir.Attribute, survey(text))) == sorted(read)


def test_a_loop_knows_its_names_its_rows_its_test_and_its_empty_part() -> None:
    text = "{% for book, author in shelf.books|list if book.ok %}{{ book }}{% else %}{{ nothing }}{% endfor %}"
    (loop,) = survey(text).body
    assert isinstance(loop, ir.For)
    assert at(text, loop.target) == "book, author"
    assert at(text, loop.iterable) == "shelf.books|list"
    (condition,) = loop.body
    assert isinstance(condition, ir.If)
    assert lookups(text, condition.test) == ["book.ok"]
    assert lookups(text, condition.body) == ["book"]
    assert lookups(text, loop.orelse) == ["nothing"]


def test_conditions_keep_their_branches() -> None:
    text = "{% if a %}{{ x }}{% elif b %}{{ y }}{% elif c is none %}{{ z }}{% else %}{{ w }}{% endif %}"
    (first,) = survey(text).body
    tests = [at(text, branch) for branch in every(ir.If, first)]
    assert tests == ["{% if a %}", "{% elif b %}", "{% elif c is none %}"]
    assert [len(branch.orelse) for branch in every(ir.If, first)] == [1, 1, 1]
    assert lookups(text, first) == ["a", "x", "b", "y", "c", "z", "w"]
    assert only(ir.Comparison, first).operators == ("is",)


def test_with_binds_names_and_unpacks() -> None:
    text = "{% with a=b.c, (d, e)=f.g %}{{ a }}{{ d.h }}{% endwith %}"
    scope = only(ir.Scope, survey(text).body)
    assert [(name, at(text, value)) for name, value in scope.bindings] == [("a", "b.c")]
    assert at(text, only(ir.Assign, scope.body).value) == "f.g"


def test_loops_may_be_left() -> None:
    text = "{% for a in b %}{% if a.c %}{% break %}{% else %}{% continue %}{% endif %}{% endfor %}"
    assert [type(node) for node in nodes(survey(text).body)][-2:] == [ir.Break, ir.Continue]


def test_numbers_that_no_cache_holds_are_opaque() -> None:
    assert every(ir.Constant, survey("{{ 99999999999999999999 }}{{ 3 }}").body)[0].value == 3


def test_filters_keep_their_keywords() -> None:
    filtered = only(ir.Filter, survey("{{ rows|sort(true, attribute='author.name') }}"))
    assert filtered.name == "sort"
    assert [argument.value for argument in every(ir.Constant, filtered.args)] == [True]
    ((name, value),) = ((keyword.name, keyword.value) for keyword in filtered.keywords)
    assert isinstance(value, ir.Constant)
    assert (name, value.value) == ("attribute", "author.name")


def test_macros_imports_and_the_parent_are_facts_of_the_template() -> None:
    text = (
        "{% extends base %}{% import 'm.html' as m %}{% block x %}{% from 'n.html' import a, b as c with context %}"
        "{% macro row(book, short=false) %}{{ book.title }}{% endmacro %}{% include 'r.html' without context %}"
        "{% include ['s.html', t] ignore missing %}{% endblock %}"
    )
    facts = survey(text)
    assert isinstance(facts.extends, ir.Name)
    assert [(local, name) for local, _, name in facts.imports] == [("m", None), ("a", "a"), ("c", "b")]
    (macro,) = facts.macros
    assert [(item.name, item.default is not None) for item in macro.parameters] == [("book", False), ("short", True)]
    assert lookups(text, macro.body) == ["book.title"]
    assert at(text, macro) == "{% macro row(book, short=false) %}"
    assert [include.isolated for include in every(ir.Include, facts.body)] == [True, False]


def test_a_call_block_keeps_the_call_and_the_names_that_its_body_takes() -> None:
    text = "{% call(book) render(rows) %}{{ book.title }}{% endcall %}"
    tag = only(ir.Tag, survey(text).body)
    assert tag.name == "call"
    assert [at(text, argument) for argument in tag.args] == ["render(rows)", "book"]
    assert lookups(text, tag.body) == ["book.title"]


def test_tags_of_unknown_extensions_are_kept() -> None:
    text = (
        "{% static 'x' %}{% thumbnail book.cover, '10x10', crop=a.b as im %}{% compress js %}{{ c.d }}{% else %}"
        "{% if e %}{% static f %}{% endif %}{% endcompress js %}{% odd a::b ->> %}{{ g }}"
    )
    tags = every(ir.Tag, survey(text).body)
    assert [tag.name for tag in tags] == ["static", "thumbnail", "compress", "else", "static", "odd"]
    thumbnail, compress = tags[1:3]
    assert thumbnail.target == "im"
    assert [at(text, argument) for argument in thumbnail.args] == ["book.cover", "'10x10'"]
    assert [(item.name, at(text, item.value)) for item in thumbnail.keywords] == [("crop", "a.b")]
    assert lookups(text, compress.body) == ["c.d", "e", "f"]
    assert at(text, compress) == "{% compress js %}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n\n{{ b c }}", 3),
        ("a\n{% if b %}", 2),
        ("a\n{{ b $ }}\nc", 2),
        ("{{ a }}\n{% for a %}{% endfor %}", 2),
        ("{{ a }}\n{{ (a] }}", 2),
    ],
)
def test_says_what_jinja_refuses_and_where(text: str, line: int) -> None:
    facts = survey_jinja("a.html", text)
    assert facts.error
    assert facts.error_line == line
    assert facts.body == ()


@pytest.mark.parametrize("text", ["{% if a %}" * 3000 + "{% endif %}" * 3000, "{{ " + "(" * 3000 + ")" * 3000 + " }}"])
def test_says_so_where_a_template_nests_too_deeply(text: str) -> None:
    assert survey_jinja("a.html", text).error == "nested too deeply"


def test_finds_the_same_macros_as_jinja() -> None:
    text = "{% macro a(x, y=1) %}{% endmacro %}{% if true %}{% macro b() %}{% endmacro %}{% endif %}"
    module = Environment(loader=DictLoader({"m": text}), autoescape=True).get_template("m").module
    assert all(hasattr(module, macro.name) for macro in survey(text).macros)
    assert len(survey(text).macros) == 2


WORDS = (
    "{{ }} {% %} {%- -%} {# #} if elif else endif for endfor in recursive with endwith as a b.c |e 'x' \" \\d = == not "
    "and or , is defined none block endblock include without context extends import from macro endmacro call endcall "
    "set endset filter endfilter trans pluralize endtrans box endbox raw endraw do break autoescape ( ) [ ] { } : . * "
    "** ~ 1 1.5 99999999999999999999 0x \n \r é $"
)
SOUP = st.lists(st.sampled_from(WORDS.split(" ")), max_size=60)


@given(SOUP, st.sampled_from(["", " "]))
def test_never_raises(words: list[str], glue: str) -> None:
    facts = survey_jinja("a.html", glue.join(words))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=TemplateFacts) == facts


EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b.c", "d[0]", "'x'", "1", "none"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "~", "and", "==", "in", "not in", "%"]), inner).map(" ".join),
        inner.map("({}).k".format),
        inner.map("f({}, k=1)".format),
        inner.map("[{}]".format),
        inner.map("{{'k': {}}}".format),
        inner.map("not {}".format),
        st.tuples(inner, inner).map(lambda pair: "{}|default({})".format(*pair)),
        st.tuples(inner, inner).map(lambda pair: "({} if {} else z)".format(*pair)),
        inner.map("{} is defined".format),
    ),
    max_leaves=8,
)


@given(
    EXPRESSIONS, st.sampled_from(["{{ %s }}", "\n é{%% if %s %%}{%% endif %%}", "{%% set x = %s %%}", "{%% box %s %%}"])
)
def test_names_stand_where_they_are_said_to_stand(expression: str, frame: str) -> None:
    text = frame % f"({expression})"
    facts = survey_jinja("a.html", text)
    for node in every(ir.Name, facts):
        assert at(text, node) == node.id
    for attribute in every(ir.Attribute, facts):
        assert at(text, attribute).endswith("." + attribute.name)
