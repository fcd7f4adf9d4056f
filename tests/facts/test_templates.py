"""Django templates to IR: compared with Django's own parser and renderer, and with the text at each place."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import Any

import msgspec
import pytest
from django.template import Engine
from django.template.base import Variable
from hypothesis import given
from hypothesis import strategies as st

from djcheck.domain import ir
from djcheck.domain.facts import TemplateFacts
from djcheck.domain.source import Span
from djcheck.facts.template_nesting import pair_tags
from djcheck.facts.templates import guess_language, survey_template
from tests.facts.trees import at, every, lookups, nodes, only

VALID = [
    """{{ book.author.name|upper }} {{ a.b.0.c }} {{ x|default:y.z|date:"Y, m" }} {{ 'é'|add:1 }} {{ _('t')|lower }}""",
    "{{ a | default:b.c }}{{ 2.5|add:-3 }}{{ True }}{{ None|default:d }}",
    "{% for a, b  in rows.all|dictsort:key.name reversed %}{{ a.x }}{% empty %}{{ no.rows }}{% endfor %}",
    "{% if a.b and not c or d|length == 3 and e.f not in g.h %}i{% elif j is not None %}{{ k }}{% endif %}",
    "{% if a < b.c %}{% if d >= 2.5 %}{{ e }}{% endif %}{% endif %}{{ f }}",
    "{% ifchanged a.b c %}{{ d }}{% else %}{{ e.f }}{% endifchanged %}{% ifchanged %}{{ g }}{% endifchanged %}",
    "{% with a=b.c d=e|add:g.h %}{{ a.i }}{% endwith %}{% with j.k as l %}{{ l }}{% endwith %}",
    "{% include a.b with c=d.e f=g|lower only %}{% include 'x.html' %}",
    "{% cycle a.b 'x' c as d silent %}{% firstof e.f g 'y' as h %}{% widthratio i.j k 100 as l %}",
    "{% url 'name' a.pk key=b.slug as c %}{% now 'Y' as d %}{% csrf_token %}{% templatetag openblock %}",
    "{% load i18n %}{% translate a.b as c %}{% trans 'x' context d.e %}{% get_current_language as f %}",
    "{% load i18n %}{% blocktranslate with a=b.c d=e.f count n=g.h trimmed %}x{% plural %}{% endblocktranslate %}",
    "{% load i18n %}{% blocktrans with b.c as a and e.f as d context g.h %}x{% endblocktrans %}",
    "{% load cache %}{% cache 500 fragment a.b c %}{{ d.e }}{% endcache %}",
    "{% autoescape off %}{% spaceless %}{{ a.b }}{% endspaceless %}{% endautoescape %}",
    "{% comment 'why' %}{{ e }}{% if %}{% endcomment %}{{ f }}",
    "{% verbatim %}{{ a }}{% if %}{% endverbatim %}{# {{ b }} #}{{ c }}",
    "{% block a %}{{ block.super }}{% block b %}{{ c }}{% endblock b %}{% endblock %}",
    "{% load tz l10n %}{% timezone a.b %}{% localize on %}{{ c|localtime }}{% endlocalize %}{% endtimezone %}",
    "{% load static %}{% static a.b as c %}{% querystring page=d.e f=None %}{% lorem 3 w random %}{% debug %}",
    "line\n  {{ a.b }}\n\té{{ c }}{% if d.e %}\n{{ f.g }}{% endif %}",
]


def survey(text: str) -> TemplateFacts:
    return survey_template("shop/templates/t.html", text)


def body(text: str) -> tuple[ir.Stmt, ...]:
    return survey(text).body


def django_variables(text: str, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The variables that Django's own parser makes."""
    made: Counter[str] = Counter()
    original = Variable.__init__

    def recorded(self: Any, var: str) -> None:
        original(self, var)
        if self.lookups is not None and var not in ("True", "False", "None"):
            made[var] += 1

    monkeypatch.setattr(Variable, "__init__", recorded)
    names = ("cache", "i18n", "l10n", "static", "tz")
    Engine(libraries={name: f"django.templatetags.{name}" for name in names}).from_string(text)
    return made


@pytest.mark.parametrize("text", VALID)
def test_sees_the_variables_that_django_sees(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bound = {target.id for loop in every(ir.For, body(text)) for target in every(ir.Name, loop.target)}
    assert Counter(lookups(text, body(text))) - Counter(bound) == django_variables(text, monkeypatch)


@pytest.mark.parametrize("text", VALID)
def test_every_place_is_exact(text: str) -> None:
    for node in nodes(body(text)):
        match node:
            case ir.Name():
                assert at(text, node) == node.id
            case ir.Attribute():
                assert at(text, node).endswith("." + node.name)
                assert node.lenient
            case ir.Constant(value=str()):
                assert at(text, node).strip("_()'\"") == node.value
            case ir.Filter():
                assert "|" in at(text, node)
            case ir.Tag() | ir.For() | ir.Scope() | ir.Block() | ir.Include():
                assert at(text, node).startswith("{%")
                assert at(text, node).endswith("%}")
            case ir.Evaluate(prints=True):
                assert at(text, node) == at(text, node).strip(" {}")


@pytest.mark.parametrize("text", VALID)
def test_survives_the_cache(text: str) -> None:
    facts = survey(text)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=TemplateFacts) == facts


def test_reports_lines_and_columns_in_code_points() -> None:
    (printed,) = body("a\n  é {{  book.title  }}\n")
    assert printed.span == Span(2, 9, 2, 19)
    assert survey("a\n  é {{  book.title  }}\n").lines == 2


RENDERED = """
import json, sys
from django.conf import settings
settings.configure(TEMPLATES=[])
import django; django.setup()
from django.template import Context, Engine

class Recorder:
    def __getattr__(self, name):
        if name.startswith("__") or name in ("resolve_expression", "expression"):
            raise AttributeError(name)
        read.append(name)
        return Recorder()
    def __iter__(self):
        return iter([(Recorder(), Recorder())])
    def __reversed__(self):
        return iter(self)
    def __len__(self):
        return 1

answers = []
for text in json.load(sys.stdin):
    read = []
    engine = Engine(libraries={"i18n": "django.templatetags.i18n"})
    engine.from_string(text).render(Context({name: Recorder() for name in "pqr"}))
    answers.append(read)
json.dump(answers, sys.stdout)
"""

TAKEN = [
    "{{ p.a.b }}{% for x, y in p.c reversed %}{{ x.d }}{{ y.e }}{% empty %}{% endfor %}",
    "{% with x=p.a y=q.b %}{{ x.c }}{% with y.d as z %}{{ z.e }}{% endwith %}{% endwith %}",
    "{% if p.a and q.b %}{{ r.c }}{% endif %}{% if not p.d in q.e %}{% endif %}",
    "{% load i18n %}{% blocktrans with a=p.b count n=p.c|length %}{{ a }}{{ q.d }}{% plural %}x{% endblocktrans %}",
    "{% ifchanged p.a q.b %}{% endifchanged %}{% autoescape off %}{{ p.c|default:q.d }}{% endautoescape %}",
    "{% filter default:p.a %}{{ q.b }}{% endfilter %}{% cycle p.c 'x' as y %}{% firstof p.d as z %}",
]


def test_reads_what_rendering_reads() -> None:
    command = [sys.executable, "-c", RENDERED]
    ran = subprocess.run(command, input=json.dumps(TAKEN), capture_output=True, text=True, check=True)
    for text, expected in zip(TAKEN, json.loads(ran.stdout), strict=True):
        assert sorted(node.name for node in every(ir.Attribute, body(text))) == sorted(expected), text


def test_a_loop_knows_its_names_its_rows_and_its_empty_part() -> None:
    text = "{% for book,author in  shelf.books|dictsort:'x' reversed %}{{ book }}{% empty %}{{ nothing }}{% endfor %}"
    loop = only(ir.For, body(text))
    assert isinstance(loop.target, ir.Collection)
    assert [at(text, name) for name in loop.target.items] == ["book", "author"]
    assert at(text, loop.iterable) == "shelf.books|dictsort:'x'"
    assert lookups(text, loop.body) == ["book"]
    assert lookups(text, loop.orelse) == ["nothing"]
    assert at(text, loop) == text[: text.index("{{")]


def test_conditions_bind_as_in_django() -> None:
    text = "{% if a or b and not c == d.e %}{{ x }}{% elif f not in g %}{{ y }}{% else %}{{ z }}{% endif %}"
    (first,) = body(text)
    assert isinstance(first, ir.If)
    assert isinstance(first.test, ir.BooleanOperation)
    assert first.test.operator == "or"
    assert [at(text, value) for value in first.test.values] == ["a", "b and not c == d.e"]
    assert [node.operators for node in every(ir.Comparison, first)] == [("==",), ("not in",)]
    assert only(ir.UnaryOperation, first).operator == "not"
    (second,) = first.orelse
    assert isinstance(second, ir.If)
    assert [lookups(text, part) for part in (first.body, second.body, second.orelse)] == [["x"], ["y"], ["z"]]


def test_an_else_belongs_to_the_innermost_tag() -> None:
    text = "{% if a %}{% if b %}{% else %}{{ c }}{% endif %}{{ d }}{% else %}{{ e }}{% endif %}"
    (outer,) = body(text)
    assert isinstance(outer, ir.If)
    assert [lookups(text, part) for part in (outer.body, outer.orelse)] == [["b", "c", "d"], ["e"]]


def test_old_comparisons_are_conditions() -> None:
    text = "{% ifequal a.b 1 %}{{ c }}{% endifequal %}{% ifnotequal d e %}{% else %}{{ f }}{% endifnotequal %}"
    first, second = body(text)
    assert [node.operators for node in every(ir.Comparison, (first, second))] == [("==",), ("!=",)]
    assert lookups(text, (first, second)) == ["a.b", "c", "d", "e", "f"]


def test_a_condition_that_django_refuses_still_reads_its_variables() -> None:
    text = "{% if a.b = c.d and %}{{ e }}{% endif %}"
    assert lookups(text, body(text)) == ["a.b", "c.d", "e"]


def test_numbers_subscript_and_names_look_up() -> None:
    (printed,) = body("{{ rows.0.title }}")
    assert isinstance(printed, ir.Evaluate)
    assert isinstance(printed.value, ir.Attribute)
    assert isinstance(printed.value.value, ir.Subscript)
    assert only(ir.Constant, printed).value == 0


def test_include_extends_block_and_load() -> None:
    text = (
        "{% extends base|default:'b.html' %}{% load a b from shop.tags %}{% load c d %}"
        "{% block main %}{% include 'row.html' with book=entry.book n=1 only %}{{ block.super }}{% endblock main %}"
    )
    facts = survey(text)
    assert isinstance(facts.extends, ir.Filter)
    assert facts.libraries == ("shop.tags", "c", "d")
    (block,) = facts.body
    assert isinstance(block, ir.Block)
    assert block.name == "main"
    include = only(ir.Include, block)
    assert include.isolated
    assert [(name, at(text, value)) for name, value in include.extra] == [("book", "entry.book"), ("n", "1")]
    assert lookups(text, block.body[1]) == ["block.super"]
    assert not only(ir.Include, body("{% include x with a=b %}")).isolated


def test_regroup_keeps_the_path_that_is_read_on_each_row() -> None:
    regroup = only(ir.Regroup, body("{% regroup books.all by author.name|lower as groups %}"))
    assert (regroup.key, regroup.target) == ("author.name", "groups")


def test_translated_text_looks_up_plain_names_only() -> None:
    text = "{% blocktrans with a=b.c asvar t %}{{ a }}{{ a.d }}{{ a|lower }}{% endblocktrans %}"
    tag = only(ir.Tag, body(text))
    assert tag.target == "t"
    assert lookups(text, tag.body) == ["b.c", "a"]


def test_an_unknown_tag_is_kept_with_its_words() -> None:
    text = "{% get_comments for event.page as 'rows' %}{% box a.b key=c|lower size=10% x=, %}"
    first, second = every(ir.Tag, body(text))
    assert (first.name, first.target) == ("get_comments", "rows")
    assert [type(arg) for arg in first.args] == [ir.Constant, ir.Attribute]
    assert [at(text, arg) for arg in second.args] == ["a.b"]
    assert [(item.name, at(text, item.value)) for item in second.keywords] == [
        ("key", "c|lower"),
        ("size", "10%"),
        ("x", ","),
    ]
    assert [value.value for value in every(ir.Constant, second)] == ["10%", ","]


def test_an_unknown_tag_has_a_body_only_where_its_end_follows() -> None:
    text = (
        "{% icon 'a' %}{% panel %}{% if a %}{% panel 'inline' %}{% else %}{{ b }}{% endif %}"
        "{% else %}{{ c }}{% endpanel %}{% icon 'b' %}"
    )
    icon, panel, last = body(text)
    assert isinstance(panel, ir.Tag)
    assert [tag.name for tag in every(ir.Tag, (icon, last))] == ["icon", "icon"]
    condition, mark, printed = panel.body
    assert isinstance(condition, ir.If)
    assert [tag.body for tag in every(ir.Tag, condition)] == [()]
    assert lookups(text, condition.orelse) == ["b"]
    assert isinstance(mark, ir.Tag)
    assert mark.name == "else"
    assert lookups(text, printed) == ["c"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("{% for a in b %}{% if c %}{{ d }}{% endfor %}{{ e }}", ["a", "b", "c", "d", "e"]),
        ("{% if a %}{{ b }}", ["a", "b"]),
        ("{{ a }}{% endif %}{% endfor %}{{ b }}", ["a", "b"]),
        ("{% for %}{{ a }}{% endfor %}", ["a"]),
        ("{% for a of b %}{{ c }}{% endfor %}", ["c"]),
        (
            "{% with %}{{ a }}{% endwith %}{% block %}{% endblock %}{% include %}{% regroup a %}{% extends %}",
            ["a", "a"],
        ),
        ("{% if a %}{{ b }}{% else %}{{ c }}{% else %}{{ d }}{% endif %}", ["a", "b", "c", "d"]),
        ("{{ a + b|c }}{{ a|b:c|d:'e }}{{ f'x' }}{{ |g }}{% filter 'x %}{{ h }}{% endfilter %}", ["h"]),
        ("{{ a + b }}{{ f(x) }}{{ a..b }}{{ }}{% %}{{ c", ["a"]),
        ("{% comment %}{{ a }}", []),
        ("{% cache 5 x %}{{ a }}{% language b %}{{ c }}", ["a", "b", "c"]),
    ],
)
def test_recovers_from_what_django_refuses(text: str, read: list[str]) -> None:
    facts = survey(text)
    assert facts.error is None
    assert lookups(text, facts.body) == read


def test_says_so_where_tags_nest_too_deeply() -> None:
    assert survey("{% if a %}" * 5000).error == "tags are nested too deeply"


def test_inline_partials_are_tags_by_their_name() -> None:
    text = "{% partialdef row inline %}{{ a.b }}{% endpartialdef row %}{% partial row %}"
    definition, use = every(ir.Tag, body(text))
    assert [value.value for value in every(ir.Constant, definition)] == ["row", "inline"]
    assert lookups(text, definition.body) == ["a.b"]
    assert [value.value for value in every(ir.Constant, use)] == ["row"]


def test_pairs_tags_by_name() -> None:
    names = ["if", "box", "box", "", "endbox", "icon", "endif", "for", "endicon"]
    assert pair_tags(names, {"if", "for"}) == {0: 6, 2: 4, 7: 9}


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("templates/a.html", "{% load x %}{{ f(x) }}", "django"),
        ("templates/a.html", "{% for a in b %}{{ a.b|date:'Y' }}{% endfor %}", "django"),
        ("templates/a.html", "{% set x %}", "django"),
        ("app/jinja2/a.html", "{{ a }}", "jinja2"),
        ("templates/a.jinja", "{{ a }}", "jinja2"),
        ("templates/a.html.j2", "{{ a }}", "jinja2"),
        ("templates/a.html", "{{ a.b(c) }}", "jinja2"),
        ("templates/a.html", "{%- if a %}{% endif %}", "jinja2"),
        ("templates/a.html", "{% from 'a' import b %}", "jinja2"),
        ("templates/a.html", "{% set x = 1 %}", "jinja2"),
    ],
)
def test_guesses_the_language(path: str, text: str, language: str) -> None:
    assert guess_language(path, text) == language


WORDS = (
    "{{ }} {% %} {# #} if elif else endif for endfor in empty with endwith as a b.c d|e:f 'x' \" = == not and or , "
    "block endblock include only extends load from comment endcomment verbatim endverbatim blocktrans count plural "
    "endblocktrans asvar context regroup by cycle cache endcache filter endfilter box endbox trans _('x') 1.5 . | : "
    "\n \r é ( ) ifchanged endifchanged url 99999999999999999999 partialdef ifequal endifequal"
)
SOUP = st.lists(st.sampled_from(WORDS.split(" ")), max_size=60)


@given(SOUP, st.sampled_from(["", " "]))
def test_never_raises(words: list[str], glue: str) -> None:
    text = glue.join(words)
    facts = survey(text)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=TemplateFacts) == facts
    for node in every(ir.Name, facts.body):
        assert at(text, node) == node.id
    guess_language("a.html", text)
