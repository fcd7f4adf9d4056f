"""Is every way of building SQL text told apart from every safe one, at every sink and from every source?

The cases are functions of one small project per table, analysed in one run.
"""

from __future__ import annotations

from pathlib import Path

from tests.flow.sql_safe import GIVEN, SAFE, SAFE_SINKS
from tests.flow.sql_table import FORMS, SINKS, SOURCES, Source, Table, wrong


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
