"""The axes of the SQL table: sinks, ways of building text, sources; and the small project around them."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from djcheck.domain.finding import Finding
from tests.analysing import analyse, write

HEAD = """\
import json
import os
import re
import uuid
from datetime import date
from decimal import Decimal

from celery import shared_task
from django import forms
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, connections, migrations, models, transaction
from django.db.models import F, Func, Value
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.views import View
from psycopg import sql as psycopg_sql
from rest_framework import serializers, viewsets
from rest_framework.views import APIView

from shop import texts
from shop.models import Kind, Person
from shop.texts import TEMPLATE, by_name

DIRECTIONS = {"up": "ASC", "down": "DESC"}
COLUMNS = ("name", "total")
NAME = re.compile(r"[a-z]+$")


class SearchForm(forms.Form):
    name = forms.CharField()
    number = forms.IntegerField()
    column = forms.ChoiceField(choices=[("name", "Name"), ("total", "Total")])


class SearchSerializer(serializers.Serializer):
    name = serializers.CharField()
    number = serializers.IntegerField()


class Lower(Func):
    function = "LOWER"
    template = "%(function)s(%(expressions)s)"


class Runner:
    def execute(self, text):
        print(text)

    def raw(self, text):
        return text


def here(value):
    return f"SELECT * FROM shop_person WHERE name = '{value}'"


def clause(value):
    return "WHERE name = '%s'" % value

"""

TEXTS = """
TEMPLATE = "SELECT * FROM shop_person WHERE name = '%s'"
BRACES = "SELECT * FROM shop_person WHERE name = '{}'"
NAMED = "SELECT * FROM shop_person WHERE name = '{name}'"
START = "SELECT * FROM shop_person WHERE name = '"
TABLE = "shop_person"
PLAIN = "SELECT * FROM shop_person"
ALLOWED = frozenset(["name", "age"])
BY_KEY = {"n": "name", "a": "age DESC"}


def by_name(value):
    return f"SELECT * FROM shop_person WHERE name = '{value}'"


def of_table(table):
    return f"SELECT * FROM {table} WHERE a = '{table}'"


def checked(column):
    if column not in ALLOWED:
        raise ValueError(column)
    return column


def number(text):
    return int(text)


class Queries:
    BY_NAME = "SELECT * FROM shop_person WHERE name = '%s'"

    def by_name(self, value):
        return self.BY_NAME % value
"""

MODELS = """
from django.db import models


class Kind(models.TextChoices):
    NEW = "new"
    OLD = "old"


class Person(models.Model):
    name = models.CharField(max_length=20)
    age = models.IntegerField()
"""

FILES = {
    "manage.py": "",
    "site_settings.py": 'INSTALLED_APPS = ["shop"]\nROOT_URLCONF = "urls"\n',
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
    "shop/texts.py": TEXTS,
}


@dataclass(frozen=True)
class Sink:
    """Statements that hand `text` to the database."""

    lines: str
    code: str


SINKS = {
    "raw": Sink("return Person.objects.raw(text)", "DJC301"),
    "raw of a queryset": Sink("return Person.objects.filter(age=3).raw(text, using='x')", "DJC301"),
    "extra where": Sink("return Person.objects.extra(where=[text])", "DJC302"),
    "extra where, more": Sink("return Person.objects.filter(age=1).extra(where=['a = b', text], params=[1])", "DJC302"),
    "extra select": Sink("return Person.objects.extra(select={'x': text})", "DJC302"),
    "extra order_by": Sink("return Person.objects.extra(order_by=[text])", "DJC302"),
    "extra tables": Sink("return Person.objects.extra(tables=[text])", "DJC302"),
    "RawSQL": Sink("return Person.objects.order_by(RawSQL(text, []))", "DJC303"),
    "annotate RawSQL": Sink("return Person.objects.annotate(x=RawSQL(text, [1]))", "DJC303"),
    "cursor": Sink("cursor = connection.cursor()\ncursor.execute(text)", "DJC304"),
    "cursor at once": Sink("connection.cursor().execute(text, [1])", "DJC304"),
    "with cursor": Sink("with connection.cursor() as c:\n    c.execute(text)\n    return c.fetchall()", "DJC304"),
    "executemany": Sink("with connection.cursor() as c:\n    c.executemany(text, [[1], [2]])", "DJC304"),
    "callproc": Sink("with connection.cursor() as c:\n    c.callproc(text)", "DJC304"),
    "other connection": Sink("with connections['other'].cursor() as c:\n    c.execute(text)", "DJC304"),
    "alias of a connection": Sink("db = connections['other']\ncur = db.cursor()\ncur.execute(text)", "DJC304"),
    "transaction's connection": Sink("transaction.get_connection().cursor().execute(text)", "DJC304"),
    "psycopg SQL": Sink("with connection.cursor() as c:\n    c.execute(psycopg_sql.SQL(text))", "DJC304"),
    "Func template": Sink("return Person.objects.annotate(x=Func(F('age'), template=text))", "DJC307"),
    "Func function": Sink("return Person.objects.annotate(x=Func(F('age'), function=text))", "DJC307"),
    "RunSQL": Sink("return migrations.RunSQL(text)", "DJC304"),
}

FORMS = {
    "f-string": "text = f\"SELECT * FROM shop_person WHERE name = '{value}'\"",
    "percent": "text = \"SELECT * FROM shop_person WHERE name = '%s'\" % value",
    "percent tuple": "text = \"SELECT %s FROM shop_person WHERE name = '%s'\" % ('name', value)",
    "percent dict": "text = \"SELECT * FROM shop_person WHERE name = '%(name)s'\" % {'name': value}",
    "format": "text = \"SELECT * FROM shop_person WHERE name = '{}'\".format(value)",
    "format by name": "text = \"SELECT * FROM shop_person WHERE name = '{name}'\".format(name=value)",
    "format by number": "text = \"SELECT {1} FROM shop_person WHERE name = '{0}'\".format(value, 'name')",
    "format by mapping": "text = \"SELECT * FROM shop_person WHERE name = '{name}'\".format(**{'name': value})",
    "format_map": "text = \"SELECT * FROM shop_person WHERE name = '{name}'\".format_map({'name': value})",
    "plus": 'text = "SELECT * FROM shop_person WHERE name = \'" + value + "\'"',
    "added to": 'text = "SELECT * FROM shop_person WHERE name = \'"\ntext += value\ntext += "\'"',
    "join": "text = ''.join([\"SELECT * FROM shop_person WHERE name = '\", value, \"'\"])",
    "join of a grown list": (
        "parts = [\"name = 'a'\"]\nparts.append(f\"name = '{value}'\")\n"
        "text = 'SELECT * FROM shop_person WHERE ' + ' OR '.join(parts)"
    ),
    "join of a comprehension": (
        "text = 'SELECT * FROM shop_person WHERE ' + ' OR '.join(f\"name = '{v}'\" for v in value.split(','))"
    ),
    "helper": "text = here(value)",
    "helper for a part": "text = 'SELECT * FROM shop_person ' + clause(value)",
    "helper of another module": "text = texts.by_name(value)",
    "imported helper": "text = by_name(value)",
    "method": "text = texts.Queries().by_name(value)",
    "constant of another module": "text = texts.TEMPLATE % value",
    "imported constant": "text = TEMPLATE % (value,)",
    "format of a constant": "text = texts.BRACES.format(value)",
    "named format of a constant": "text = texts.NAMED.format(name=value)",
    "constant plus": 'text = texts.START + value + "\'"',
    "constant of a class": "text = texts.Queries.BY_NAME % value",
    "lambda": "make = lambda v: f\"SELECT * FROM shop_person WHERE name = '{v}'\"\ntext = make(value)",
    "inner function": "def make():\n    return f\"SELECT * FROM shop_person WHERE name = '{value}'\"\ntext = make()",
    "conditional": "text = texts.PLAIN if not value else f\"SELECT * FROM shop_person WHERE name = '{value}'\"",
    "one branch": "text = texts.PLAIN\nif value:\n    text += f\" WHERE name = '{value}'\"",
    "stripped": 'text = f"""\n  SELECT * FROM shop_person WHERE name = \'{value.strip().lower()}\'\n""".strip()',
    "through a dict": "wanted = {'name': value}\ntext = f\"SELECT * FROM shop_person WHERE name = '{wanted['name']}'\"",
    "through a tuple": "name, number = value, 3\ntext = f\"SELECT * FROM shop_person WHERE name = '{name}'\"",
    "str()": "text = 'SELECT * FROM shop_person WHERE name = ' + str(value)",
    "nested": "inner = f\"name = '{value}'\"\nouter = 'WHERE ' + inner\ntext = f'SELECT * FROM shop_person {outer}'",
}


@dataclass(frozen=True)
class Source:
    """Code around the case: `{case}` is its name, `{body}` its statements, which use `value`."""

    code: str
    deep: int = 4


FUNCTION = "def {case}(request):\n    value = %s\n{body}\n"
VIEW = "class {case}(%s):\n    def get(self, request, *args, **kwargs):\n        value = %s\n{body}\n"

SOURCES = {
    "GET": Source(FUNCTION % "request.GET['name']"),
    "GET get": Source(FUNCTION % "request.GET.get('name', '')"),
    "GET getlist": Source(FUNCTION % "request.GET.getlist('name')[0]"),
    "POST": Source(FUNCTION % "request.POST.get('name')"),
    "body": Source(FUNCTION % "json.loads(request.body)['name']"),
    "body decoded": Source(FUNCTION % "request.body.decode()"),
    "headers": Source(FUNCTION % "request.headers['X-Name']"),
    "META": Source(FUNCTION % "request.META.get('HTTP_X_NAME')"),
    "COOKIES": Source(FUNCTION % "request.COOKIES['name']"),
    "DRF query_params": Source(VIEW % ("APIView", "request.query_params['name']"), 8),
    "DRF self.request": Source(VIEW % ("viewsets.ViewSet", "self.request.query_params.get('name')"), 8),
    "DRF data": Source(VIEW % ("APIView", "request.data['name']"), 8),
    "view's self.request": Source(VIEW % ("View", "self.request.GET['name']"), 8),
    "view's self.kwargs": Source(VIEW % ("View", "self.kwargs['name']"), 8),
    "view's kwargs": Source(VIEW % ("View", "kwargs['name']"), 8),
    "URL argument": Source("def {case}(request, value):\n{body}\n"),
    "URL argument of a class": Source("class {case}(View):\n    def get(self, request, value):\n{body}\n", 8),
    "form": Source(
        "def {case}(request):\n    form = SearchForm(request.POST)\n    form.is_valid()\n"
        "    value = form.cleaned_data['name']\n{body}\n"
    ),
    "form's data": Source(FUNCTION % "SearchForm(request.POST).data['name']"),
    "serializer": Source(
        "def {case}(request):\n    found = SearchSerializer(data=request.data)\n    found.is_valid()\n"
        "    value = found.validated_data['name']\n{body}\n"
    ),
    "task argument": Source("@shared_task\ndef {case}(value):\n{body}\n"),
    "bound task argument": Source("@shared_task(bind=True)\ndef {case}(self, value):\n{body}\n"),
    "typed task argument": Source("@shared_task\ndef {case}(value: str):\n{body}\n"),
}


def function(name: str, source: Source, *parts: str) -> str:
    body = indent("\n".join(parts), " " * source.deep)
    return source.code.replace("{case}", name).replace("{body}", body)


class Table:
    """Functions of one module, each remembering its lines."""

    def __init__(self) -> None:
        self.parts = [HEAD]
        self.spans: dict[tuple[str, ...], tuple[int, int]] = {}
        self.names: list[str] = []
        self.line = HEAD.count("\n") + 1

    def add(self, key: tuple[str, ...], source: Source, *parts: str) -> None:
        name = f"case_{len(self.spans)}"
        code = function(name, source, *parts)
        lines = code.count("\n")
        self.spans[key] = (self.line, self.line + lines - 1)
        self.line += lines
        self.parts.append(code)
        self.names.append(f"{name}.as_view()" if code.startswith("class") else name)

    def run(self, root: Path) -> dict[tuple[str, ...], list[Finding]]:
        """The findings that stand in each case's lines."""
        routes = "".join(f"    path('{name}/<str:value>/<str:name>/', views.{name}),\n" for name in self.names)
        urls = f"from django.urls import path\nfrom shop import views\nurlpatterns = [\n{routes}]\n"
        write(root, {**FILES, "urls.py": urls})
        (root / "shop" / "views.py").write_text("".join(self.parts))
        found = [each for each in analyse(root).findings if each.path == "shop/views.py"]
        self.rest = [each for each in found if not any(low <= each.line <= high for low, high in self.spans.values())]
        return {key: [each for each in found if low <= each.line <= high] for key, (low, high) in self.spans.items()}


def summary(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return sorted((each.rule, each.status.value) for each in findings)


def wrong(
    found: dict[tuple[str, ...], list[Finding]], codes: dict[tuple[str, ...], tuple[str, str] | None]
) -> list[str]:
    """The cases that are told otherwise than wanted."""
    return [
        f"{' / '.join(key)}: {summary(found[key])}"
        for key, code in codes.items()
        if summary(found[key]) != ([] if code is None else [code])
    ]
