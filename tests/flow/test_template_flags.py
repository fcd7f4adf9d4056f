"""Flags that only some views give to the template that they share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import analyse, write

MODELS = """\
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
"""
SETTINGS = """\
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "shop.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": ["templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.debug", PROCESSOR]},
    }
]
"""
VIEW = """\
from django.shortcuts import render

from .models import Book


def listed(request, **more):
    return render(request, "books.html", CONTEXT)


def processor(request):
    return {"name": "shop"} if request.GET else {}


def flagged(request):
    return {"long": True}
"""
URLS = "from django.urls import path\n\nfrom . import views\n\nurlpatterns = [path('', views.listed)]\n"
BOOKS = "{% for book in books %}{% include 'book.html' %}{% endfor %}"
BOOK = "{% if long %}{{ book.author.name }}{% endif %}"
OWN = "shop.views.processor"


@pytest.mark.parametrize(
    ("context", "processor", "book", "told"),
    [
        ('{"books": Book.objects.all()}', OWN, BOOK, False),
        ('{"books": Book.objects.all(), "long": False}', OWN, BOOK, False),
        ('{"books": Book.objects.all(), "long": True}', OWN, BOOK, True),
        ('{"books": Book.objects.all(), "long": request.GET}', OWN, BOOK, True),
        ('{"books": Book.objects.all(), **more}', OWN, BOOK, True),
        ('{"books": Book.objects.all()}', "shop.views.flagged", BOOK, True),
        ('{"books": Book.objects.all()}', "elsewhere.processor", BOOK, True),
        ('{"books": Book.objects.all()}', OWN, "{% is_long as long %}" + BOOK, True),
        ('{"books": Book.objects.all()}', OWN, BOOK.replace("long", "debug"), True),
    ],
)
def test_what_a_flag_decides(tmp_path: Path, context: str, processor: str, book: str, told: bool) -> None:
    files = {
        "manage.py": "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
        "settings.py": SETTINGS.replace("PROCESSOR", repr(processor)),
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/views.py": VIEW.replace("CONTEXT", context),
        "shop/urls.py": URLS,
        "templates/books.html": BOOKS,
        "templates/book.html": book,
    }
    found = [(each.rule, each.relation) for each in analyse(write(tmp_path, files)).findings]
    assert found == ([("DJC101", "author")] if told else [])
