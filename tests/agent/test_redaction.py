"""Are secrets taken out, and is other code left as it is?"""

from __future__ import annotations

import pytest

from djcheck.triage.agent.redaction import redacted


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ('password = "hunter2!"', "hunter2!"),
        ("    'PASSWORD': 'correct horse',", "correct horse"),
        ("SECRET_KEY = 'django-insecure-8#x2k!0q'", "django-insecure-8#x2k!0q"),
        ('url = "postgres://shop:pa55word@db/shop"', "pa55word"),
        ('key = "AKIAIOSFODNN7EXAMPLE"', "AKIAIOSFODNN7EXAMPLE"),
        ('token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"  # pragma: allowlist secret', "ghp_16C7e42F"),
        ('sent = "sk-ant-api03-Vx7Qm2Lp9Kd4Wz8Rn1Tb6Yc3Hf5Js0Ga"', "Vx7Qm2Lp9Kd4"),
        ("MIIEowIBAAKCAQEAx8mJ5Zt2bC0Vd3fHq9LrS7uWkYpN1oEiTgXaMzQ", "MIIEowIBAAKCAQ"),
    ],
)
def test_secrets(line: str, secret: str) -> None:
    for shown in (line, f"> 12 | {line}", f"# {line}"):
        assert secret not in redacted(shown)
        assert "[redacted]" in redacted(shown)


@pytest.mark.parametrize(
    "line",
    [
        "for book in Book.objects.filter(author__name='Ada', password=form.cleaned_data['password']):",
        "API_KEY = os.environ['API_KEY']",
        "    authentication_classes = ['rest_framework.authentication.TokenAuthentication']",
        'return Book.objects.raw("SELECT id, title FROM shop_book WHERE title LIKE %s ORDER BY id", [title])',
        "from project.apps.catalogue.management.commands.import_catalogue_from_feed import Command",
        "",
    ],
)
def test_other_code(line: str) -> None:
    assert redacted(line) == line


def test_lines_stay_lines() -> None:
    assert redacted('a = 1\npassword = "hunter2!"\nb = 2') == 'a = 1\npassword = "[redacted]"\nb = 2'
