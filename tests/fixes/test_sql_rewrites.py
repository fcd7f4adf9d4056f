"""Do values in SQL become parameters, and names quoted ones, where the code that composes the text is changed?"""

from __future__ import annotations

import pytest

from tests.fixes.conftest import Rewrite, code

BY_CURSOR = """
from django.db import connection

ROWS = "SELECT name FROM shop_author"


def rows(request):
    with connection.cursor() as cursor:
        {}
        return cursor.fetchall()
"""


def indented(lines: str) -> str:
    return lines.replace("\n", "\n        ")


WRITTEN = {
    "a value in the call": (
        "cursor.execute(f\"{ROWS} WHERE name = '{request.GET['n']}'\")",
        "cursor.execute(f\"{ROWS} WHERE name = %s\", [request.GET['n']])",
    ),
    "a value in a text's variable": (
        "sql = \"SELECT 1 FROM a WHERE name = '%s'\" % request.GET['n']\ncursor.execute(sql)",
        "sql = \"SELECT 1 FROM a WHERE name = %s\"\ncursor.execute(sql, [request.GET['n']])",
    ),
    "a pattern in quotes": (
        "cursor.execute(\"SELECT 1 FROM a WHERE b = %s AND name LIKE '%s%%'\", [1, request.GET['n']])",
        'cursor.execute("SELECT 1 FROM a WHERE b = %s AND name LIKE %s", [1, f"{request.GET[\'n\']}%"])',
    ),
    "a name": (
        "cursor.execute(f\"{ROWS} ORDER BY {request.GET['by']}\")",
        "cursor.execute(f\"{ROWS} ORDER BY {connection.ops.quote_name(request.GET['by'])}\")",
    ),
    "a name in a text's variable": (
        "sql = 'SELECT 1 FROM ' + request.GET['table']\ncursor.execute(sql)",
        "sql = 'SELECT 1 FROM ' + connection.ops.quote_name(request.GET['table'])\ncursor.execute(sql)",
    ),
    "conditions of extra()": (
        "return Author.objects.extra(where=['a = 1', f\"name = '{request.GET['n']}'\"])",
        "return Author.objects.extra(where=['a = 1', \"name = %s\"], params=[request.GET['n']])",
    ),
    "columns of extra()": (
        "return Author.objects.extra(select={'same': \"name = '%s'\" % request.GET['n']})",
        "return Author.objects.extra(select={'same': \"name = %s\"}, select_params=[request.GET['n']])",
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_what_comes_from_outside_is_no_sql(case: str, rewrite: Rewrite) -> None:
    before, after = (code(BY_CURSOR.format(indented(line))) for line in WRITTEN[case])
    assert rewrite(before, "--unsafe") == after


LEFT_ALONE = {
    "a text that is used twice": "sql = \"SELECT '%s'\" % request.GET['n']\nprint(sql)\ncursor.execute(sql)",
    "a text that grows": "sql = 'SELECT 1'\nsql += \" WHERE a = '%s'\" % request.GET['n']\ncursor.execute(sql)",
    "a value that changes": ("n = request.GET['n']\nsql = \"SELECT '%s'\" % n\nn = 1\ncursor.execute(sql)\nprint(n)"),
    "parameters that are there": "cursor.execute(f\"SELECT '{request.GET['n']}', %s\", [1])",
    "extra() with parameters": "return Author.objects.extra(where=[f\"a = '{request.GET['n']}'\"], params=[1])",
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_what_is_not_understood_is_left_alone(case: str, rewrite: Rewrite) -> None:
    text = code(BY_CURSOR.format(indented(LEFT_ALONE[case])))
    assert rewrite(text, "--unsafe") == text
