"""Do values in SQL's text become parameters, and names, patterns and other text stay what they are?"""

from __future__ import annotations

import pytest

from djcheck.fixes.editing.chains import NotFixable
from djcheck.fixes.sql.sql_text import Parameterised, parameterised


def rewritten(code: str) -> Parameterised:
    return parameterised(code, lambda name: name in ("ENTRIES", "texts.ENTRIES"))


@pytest.mark.parametrize(
    ("code", "text", "values"),
    [
        ("f\"SELECT 1 WHERE a = '{x}'\"", '"SELECT 1 WHERE a = %s"', ["x"]),
        ("f\"WHERE a = '{x}' AND b = '{y.z()}'\"", '"WHERE a = %s AND b = %s"', ["x", "y.z()"]),
        ("f\"WHERE a LIKE '%{x}%'\"", '"WHERE a LIKE %s"', ["f'%{x}%'"]),
        ("f\"WHERE a LIKE '10%' AND b = '{x}'\"", "\"WHERE a LIKE '10%%' AND b = %s\"", ["x"]),
        ("f\"{ENTRIES} WHERE a = '{x}'\"", 'f"{ENTRIES} WHERE a = %s"', ["x"]),
        ("f\"{ENTRIES} WHERE a = '{{}}' AND b = '{x}'\"", "f\"{ENTRIES} WHERE a = '{{}}' AND b = %s\"", ["x"]),
        ("\"WHERE a = '%s'\" % x", '"WHERE a = %s"', ["x"]),
        ("\"WHERE a = '%s' AND b LIKE '%%%s%%'\" % (x, y)", '"WHERE a = %s AND b LIKE %s"', ["x", "f'%{y}%'"]),
        ("\"WHERE a = '{}' AND b = '{}'\".format(x, y)", '"WHERE a = %s AND b = %s"', ["x", "y"]),
        ("\"WHERE a = '{1}' AND b = '{k}'\".format(x, y, k=z)", '"WHERE a = %s AND b = %s"', ["y", "z"]),
        ('"WHERE a = \'" + x + "\'"', '"WHERE a = %s"', ["x"]),
        ('ENTRIES + " WHERE a = \'" + x + "\'"', 'f"{ENTRIES} WHERE a = %s"', ["x"]),
        ("f'''SELECT 1\n  FROM t\n  WHERE a = '{x}' AND b'''", "'''SELECT 1\n  FROM t\n  WHERE a = %s AND b'''", ["x"]),
    ],
)
def test_values_between_quotes(code: str, text: str, values: list[str]) -> None:
    assert rewritten(code) == Parameterised(text, tuple(values), False)


def test_a_value_without_quotes_is_told() -> None:
    assert rewritten('f"WHERE id = {x} LIMIT {n}"') == Parameterised('"WHERE id = %s LIMIT %s"', ("x", "n"), True)


@pytest.mark.parametrize(
    "code",
    [
        'f"SELECT 1 FROM {table}"',
        'f"SELECT {column} FROM t"',
        'f"SELECT 1 FROM t ORDER BY {column}"',
        "f\"WHERE a = '{x:>10}'\"",
        "f\"WHERE a = '{x!r}'\"",
        'f"WHERE a = \'{x}"',
        "f\"WHERE a = '\\n{x}'\"",
        '"WHERE a = %d" % x',
        "\"WHERE a = '%(x)s'\" % {'x': x}",
        "\"WHERE a = '{:>3}'\".format(x)",
        "\"WHERE a = '{}'\".format(*x)",
        "\"WHERE a = '\" + x + '\\''",
        '"SELECT 1"',
        "text",
        "compose(x)",
        'f"{ENTRIES}"',
    ],
)
def test_what_may_be_no_value_is_refused(code: str) -> None:
    with pytest.raises(NotFixable):
        rewritten(code)
