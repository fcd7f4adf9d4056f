"""Is every way of building SQL text told apart from every safe one, at every sink and from every source?

The cases are functions of one small project per table, analysed in one run.
"""

from __future__ import annotations

from pathlib import Path

from tests.analysing import analyse, write
from tests.flow.sql_safe import GIVEN, SAFE, SAFE_SINKS
from tests.flow.sql_table import FILES, FORMS, SINKS, SOURCES, Source, Table, wrong


def test_every_sink_with_every_form(tmp_path: Path) -> None:
    table = Table()
    for sink_name, sink in SINKS.items():
        for form_name, form in FORMS.items():
            table.add((sink_name, form_name), SOURCES["GET"], form, sink.lines)
    found = table.run(tmp_path)
    assert wrong(found, {key: (SINKS[key[0]].code, "certain") for key in found}) == []


def test_every_source_at_every_sink(tmp_path: Path) -> None:
    table = Table()
    for source_name, source in SOURCES.items():
        for sink_name, sink in SINKS.items():
            table.add((source_name, sink_name), source, FORMS["f-string"], sink.lines)
    found = table.run(tmp_path)
    assert wrong(found, {key: (SINKS[key[1]].code, "certain") for key in found}) == []


NAMES = {
    "order": "text = f'SELECT * FROM shop_person ORDER BY {value}'",
    "second order": "text = f'SELECT * FROM shop_person ORDER BY name, {value}'",
    "direction": "text = f'SELECT * FROM shop_person ORDER BY name {value}'",
    "table": "text = 'SELECT * FROM %s WHERE name = 1' % value",
    "join": "text = 'SELECT * FROM shop_person JOIN ' + value + ' ON a = b'",
    "quoted table": "text = 'SELECT * FROM \"{}\"'.format(value)",
    "column": "text = 'SELECT {} FROM shop_person'.format(value)",
    "column of a table": "text = f'SELECT shop_person.{value} FROM shop_person'",
    "column to set": "text = f'UPDATE shop_person SET {value} = %s'",
    "group": "text = f'SELECT 1 FROM shop_person GROUP BY {value} HAVING 1 = 1'",
}
STATEMENTS = ("raw", "RawSQL", "cursor", "with cursor", "executemany", "other connection", "psycopg SQL", "RunSQL")


def test_names_in_every_statement(tmp_path: Path) -> None:
    table = Table()
    for sink_name in STATEMENTS:
        for name, form in NAMES.items():
            table.add((sink_name, name), SOURCES["GET"], form, SINKS[sink_name].lines)
    found = table.run(tmp_path)
    assert wrong(found, dict.fromkeys(found, ("DJC306", "certain"))) == []


def test_names_given_alone(tmp_path: Path) -> None:
    """What `extra()` orders by and joins, and what a cursor calls, are names by themselves."""
    table = Table()
    for sink_name in ("extra order_by", "extra tables", "callproc"):
        table.add((sink_name, "alone"), SOURCES["GET"], "text = value", SINKS[sink_name].lines)
    found = table.run(tmp_path)
    assert wrong(found, dict.fromkeys(found, ("DJC306", "certain"))) == []


UNKNOWN = {
    "parameter": Source("def {case}(value):\n{body}\n"),
    "parameter beside a request": Source("def {case}(number, request, value):\n{body}\n"),
    "typed parameter": Source("def {case}(value: str):\n{body}\n"),
    "column": Source("def {case}():\n    value = Person.objects.get(pk=1).name\n{body}\n"),
    "other package": Source("def {case}():\n    value = json.load(open('names.json'))['name']\n{body}\n"),
    "method of a class": Source("class {case}:\n    def run(self, value):\n{body}\n", 8),
    "attribute": Source("class {case}:\n    def run(self):\n        value = self.prefix.name\n{body}\n", 8),
}


def test_unknown_text(tmp_path: Path) -> None:
    table = Table()
    for source_name, source in UNKNOWN.items():
        for sink_name, sink in SINKS.items():
            table.add((source_name, sink_name), source, FORMS["f-string"], sink.lines)
    found = table.run(tmp_path)
    assert wrong(found, {key: (SINKS[key[1]].code, "ambiguous") for key in found}) == []


def test_why_it_is_ambiguous(tmp_path: Path) -> None:
    table = Table()
    table.add(("parameter",), UNKNOWN["parameter"], FORMS["f-string"], SINKS["cursor"].lines)
    [found] = table.run(tmp_path)[("parameter",)]
    assert found.ambiguity is not None
    assert found.ambiguity.reason == "unknown-taint"
    assert "value" in found.ambiguity.question


def test_safe_text_is_silent(tmp_path: Path) -> None:
    table = Table()
    for form_name, form in SAFE.items():
        for sink_name in SAFE_SINKS:
            table.add((sink_name, form_name), SOURCES["GET"], form, SINKS[sink_name].lines)
    found = table.run(tmp_path)
    assert wrong(found, dict.fromkeys(found)) == []


def test_values_given_apart_are_silent(tmp_path: Path) -> None:
    table = Table()
    for name, statement in GIVEN.items():
        table.add((name,), SOURCES["GET"], statement)
    found = table.run(tmp_path)
    assert wrong(found, dict.fromkeys(found)) == []


def test_nothing_else_is_told(tmp_path: Path) -> None:
    """The helpers that build text, and the rest of the project, are silent by themselves."""
    table = Table()
    table.add(("one",), SOURCES["GET"], FORMS["helper"], SINKS["cursor"].lines)
    table.run(tmp_path)
    assert table.rest == []


MIGRATION = """\
from django.db import migrations
from shop.texts import TABLE

NAMES = {"a": "b"}


class Migration(migrations.Migration):
    operations = [
        migrations.RunSQL("ALTER TABLE a ADD b int", "ALTER TABLE a DROP b"),
        migrations.RunSQL(f"ALTER TABLE {TABLE} ADD b int"),
        migrations.RunSQL(sql="UPDATE t SET a = '%s'" % NAMES["a"], reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL([("UPDATE t SET a = %s", ["x"])]),
        migrations.RunSQL(f"UPDATE t SET a = '{open('a.txt').read()}'"),
    ]
"""
DECLARED = """\
from django.db import models
from django.db.models.expressions import RawSQL
from shop.models import Person
from shop.settings_like import prefix

NEWEST = Person.objects.annotate(x=RawSQL(f"SELECT '{prefix()}'", []))


class Page:
    queryset = Person.objects.extra(where=[f"name = '{prefix()}'"])
    plain = Person.objects.extra(where=["name = 'x'"])
"""


def test_declarations(tmp_path: Path) -> None:
    """What classes and modules declare is text too; in migrations only outside text is told of."""
    files = {"shop/migrations/__init__.py": "", "shop/migrations/0001_a.py": MIGRATION, "shop/declared.py": DECLARED}
    write(tmp_path, {**FILES, **files, "shop/settings_like.py": "def prefix():\n    return open('p').read()\n"})
    found = [(each.path, each.line, each.rule, each.status.value) for each in analyse(tmp_path).findings]
    assert found == [
        ("shop/declared.py", 6, "DJC303", "ambiguous"),
        ("shop/declared.py", 10, "DJC302", "ambiguous"),
    ]


COMMAND = """\
from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--limit", type=int, default=3)
        parser.add_argument("--order-by", choices=["a", "b"])
        parser.add_argument("-x", dest="extra")

    def handle(self, *args, **options):
        cursor = connection.cursor()
        cursor.execute(f"SELECT * FROM t WHERE name = '{options['name']}'")
        cursor.execute(f"SELECT * FROM t LIMIT {options['limit']}")
        cursor.execute(f"SELECT * FROM t ORDER BY {options['order_by']}")
        cursor.execute(f"SELECT * FROM t ORDER BY {options['extra']}")
        cursor.execute("SELECT * FROM t WHERE name = '%s'" % options.get("name"))


class Other(BaseCommand):
    def handle(self, name, **options):
        self.run(options["other"])

    def run(self, other):
        connection.cursor().execute("SELECT * FROM t WHERE a = '" + other + "'")
"""


def test_options_of_commands(tmp_path: Path) -> None:
    folder = "shop/management/commands"
    empty = dict.fromkeys(("shop/management/__init__.py", f"{folder}/__init__.py"), "")
    write(tmp_path, {**FILES, **empty, f"{folder}/find.py": COMMAND})
    found = [(each.line, each.rule, each.status.value) for each in analyse(tmp_path).findings]
    assert found == [
        (14, "DJC304", "certain"),
        (17, "DJC306", "certain"),
        (18, "DJC304", "certain"),
        (26, "DJC304", "certain"),
    ]


URLS = """\
from django.urls import include, path, re_path
from shop import views
urlpatterns = [
    path("a/<int:value>/", views.by_number),
    path("b/<value>/", views.by_text),
    re_path(r"^c/(?P<value>[0-9]+)/$", views.by_digits),
    re_path(r"^d/(?P<value>[^/]+)/$", views.by_anything),
    path("e/<uuid:value>/", views.ByKey.as_view()),
    path("f/<slug:value>/", views.guard(views.ByWord.as_view())),
]
"""
VIEWS = """\
from django.db import connection
from django.views import View


def guard(view):
    return view


def run(value):
    connection.cursor().execute(f"SELECT * FROM t WHERE a = {value}")


def by_number(request, value):
    connection.cursor().execute(f"SELECT * FROM t WHERE a = {value}")


def by_text(request, value):
    connection.cursor().execute(f"SELECT * FROM t WHERE a = '{value}'")


def by_digits(request, value):
    connection.cursor().execute(f"SELECT * FROM t WHERE a = {value}")


def by_anything(request, value):
    run(value)


class ByKey(View):
    def get(self, request, value):
        connection.cursor().execute(f"SELECT * FROM t WHERE a = '{value}'")


class ByWord(View):
    def get(self, request, *args, **kwargs):
        connection.cursor().execute(f"SELECT * FROM t WHERE a = '{self.kwargs['value']}'")


def no_view(request, value):
    connection.cursor().execute(f"SELECT * FROM t WHERE a = '{value}'")
"""


def test_converters_of_routes(tmp_path: Path) -> None:
    """What a route lets in decides what a URL argument can hold; a function that no route names is no view."""
    write(tmp_path, {**FILES, "urls.py": URLS, "shop/views.py": VIEWS})
    found = [(each.line, each.rule, each.status.value) for each in analyse(tmp_path).findings]
    assert found == [
        (10, "DJC304", "certain"),
        (18, "DJC304", "certain"),
        (36, "DJC304", "certain"),
        (40, "DJC304", "ambiguous"),
    ]


def test_the_way_is_told(tmp_path: Path) -> None:
    """Source, calls and sink, in the order in which the text goes."""
    write(tmp_path, {**FILES, "urls.py": URLS, "shop/views.py": VIEWS})
    [found] = [each for each in analyse(tmp_path).findings if each.line == 10]
    assert [(step.role.value, step.line) for step in found.related] == [("source", 25), ("call", 26), ("sink", 10)]
