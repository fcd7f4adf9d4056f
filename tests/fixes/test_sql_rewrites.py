"""Do values in SQL become parameters, and names quoted ones, where the code that composes the text is changed?"""

from __future__ import annotations

from tests.fixes.conftest import Rewrite, code

NAMES = """
    from django.db import connection

    def rows(request):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT name FROM shop_author ORDER BY {request.GET['by']}")
            return cursor.fetchall()
"""


def test_names_are_quoted(rewrite: Rewrite) -> None:
    wanted = NAMES.replace("{request.GET['by']}", "{connection.ops.quote_name(request.GET['by'])}")
    assert rewrite(code(NAMES)) == code(NAMES)
    assert rewrite(code(NAMES), "--unsafe") == code(wanted)
