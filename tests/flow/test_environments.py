"""What a Jinja2 environment gives to all templates is followed like any other function."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import analyse, told, write

FILES = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    "shop/__init__.py": "",
    "shop/settings.py": (
        'INSTALLED_APPS = ["shop"]\n'
        'TEMPLATES = [{"BACKEND": "django.template.backends.jinja2.Jinja2", "APP_DIRS": True,\n'
        '              "OPTIONS": {"environment": "shop.jinja.environment"}}]\n'
    ),
    "shop/models.py": (
        "from django.db import models\n\n\nclass Author(models.Model):\n    name = models.TextField()\n\n\n"
        "class Book(models.Model):\n    author = models.ForeignKey(Author, models.CASCADE)\n"
    ),
    "shop/views.py": (
        "from django.shortcuts import render\nfrom shop.models import Book\n\n\ndef page(request):\n"
        '    return render(request, "page.html", {"books": Book.objects.all()})\n'
    ),
}
MAKER = """\
from jinja2 import Environment
from shop.models import Book


def newest():
    return Book.objects.order_by("-pk")


def signed(book):
    return book.author.name


def environment(**options):
    env = Environment(**options)
"""


@pytest.mark.parametrize("given", ['globals.update({"newest": newest})', "globals.update(newest=newest)"])
def test_function(tmp_path: Path, given: str) -> None:
    page = "{% for book in newest() %}\n{{ book.author.name }}{% endfor %}"
    write(
        tmp_path, FILES | {"shop/jinja.py": f"{MAKER}    env.{given}\n    return env\n", "shop/jinja2/page.html": page}
    )
    assert {told(each) for each in analyse(tmp_path).findings} == {("shop/jinja2/page.html", 2, "DJC101", "author")}


def test_filter(tmp_path: Path) -> None:
    page = "{% for book in books %}{{ book|signed }}{% endfor %}"
    maker = f'{MAKER}    env.filters["signed"] = signed\n    return env\n'
    write(tmp_path, FILES | {"shop/jinja.py": maker, "shop/jinja2/page.html": page})
    assert {told(each) for each in analyse(tmp_path).findings} == {("shop/jinja.py", 10, "DJC101", "author")}


def test_name_that_nobody_gives(tmp_path: Path) -> None:
    page = "{% for book in newest() %}{{ book.author.name }}{% endfor %}"
    write(tmp_path, FILES | {"shop/jinja.py": f"{MAKER}    return env\n", "shop/jinja2/page.html": page})
    assert not analyse(tmp_path).findings
