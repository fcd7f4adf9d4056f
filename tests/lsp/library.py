"""A small project to edit in tests."""

from __future__ import annotations

from pathlib import Path

from tests.analysing import write

MODELS = """\
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=50)


class Book(models.Model):
    title = models.CharField(max_length=50)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
"""

VIEWS = """\
from django.shortcuts import render

from library.models import Book


def titles(request):
    books = Book.objects.all()
    return render(request, "titles.html", {"books": books})


def names(request):
    return [book.author.name for book in Book.objects.all()]
"""

TEMPLATE = """\
<ul>
{% for book in books %}
<li>{{ book.author.name }}</li>
{% endfor %}
</ul>
"""

SETTINGS = """\
INSTALLED_APPS = ["library"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
"""


def library(root: Path) -> Path:
    """Write the project below `root`."""
    return write(
        root,
        {
            "manage.py": 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
            "settings.py": SETTINGS,
            "library/__init__.py": "",
            "library/models.py": MODELS,
            "library/views.py": VIEWS,
            "library/templates/titles.html": TEMPLATE,
        },
    )
