"""Changes that only `--unsafe` makes: what they write, what they say may change, and what they leave alone."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from djcheck.cli.main import main
from tests.analysing import write

MODELS = """
    from django.db import models


    class Author(models.Model):
        name = models.CharField(max_length=50)


    class Note(models.Model):
        author = models.ForeignKey(Author, on_delete=models.CASCADE)
        text = models.TextField()

        def save(self, *args, **kwargs):
            self.text = self.text.strip()
            super().save(*args, **kwargs)
"""
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, {"shop/__init__.py": "", "shop/models.py": MODELS})


def fixed(shop: Path, code: str, *options: str) -> str:
    write(shop, {"shop/work.py": code})
    assert main(["fix", "--no-cache", "--jobs", "1", *options]) == 0
    return (shop / "shop/work.py").read_text()


CREATES = """
    from .models import Author, Note

    def f(text):
        for author in Author.objects.all():
            Note.objects.create(author=author, text=text)
        return 1
"""


def test_rows_are_created_with_one_statement(shop: Path, capsys: Capture) -> None:
    wanted = CREATES.replace(
        "for author in Author.objects.all():\n            Note.objects.create(author=author, text=text)\n",
        "Note.objects.bulk_create([Note(author=author, text=text) for author in Author.objects.all()])\n",
    )
    assert fixed(shop, CREATES) == dedent(CREATES)
    said = capsys.readouterr().err
    assert "the model's own `save()` would not run" in said
    assert "signals would not be sent" in said
    assert fixed(shop, CREATES, "--unsafe") == dedent(wanted)


@pytest.mark.parametrize(
    "body",
    [
        "note = Note.objects.create(author=author, text=text)",
        "Note.objects.create(author=author, text=text).refresh_from_db()",
        "Note.objects.using('other').create(author=author, text=text)",
        "Note.objects.create(author=author, text=text)\n            print(author)",
    ],
)
def test_loops_that_do_more_are_left_alone(shop: Path, body: str) -> None:
    code = CREATES.replace("Note.objects.create(author=author, text=text)", body)
    assert fixed(shop, code, "--unsafe") == dedent(code)


NAMES = """
    from django.db import connection

    def rows(request):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT name FROM shop_author ORDER BY {request.GET['by']}")
            return cursor.fetchall()
"""


def test_names_are_quoted(shop: Path) -> None:
    wanted = NAMES.replace("{request.GET['by']}", "{connection.ops.quote_name(request.GET['by'])}")
    assert fixed(shop, NAMES) == dedent(NAMES)
    assert fixed(shop, NAMES, "--unsafe") == dedent(wanted)
