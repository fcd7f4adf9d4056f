"""Does the report learn the apps and the relations that its findings speak of?"""

from __future__ import annotations

from pathlib import Path

from djcheck.domain.outline import Link
from djcheck.domain.relation_kind import RelationKind
from tests.analysing import analyse, write

MODELS = """
    from django.db import models

    class Author(models.Model):
        country = models.ForeignKey("places.Country", models.CASCADE, null=True)

    class Book(models.Model):
        author = models.ForeignKey(Author, models.CASCADE, related_name="books")
"""
FILES = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")\n',
    "site/__init__.py": "",
    "site/settings.py": """
        INSTALLED_APPS = ["library", "places"]
        TEMPLATES = [
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"], "APP_DIRS": True}
        ]
    """,
    "library/__init__.py": "",
    "library/models.py": MODELS,
    "places/__init__.py": "",
    "places/models.py": "from django.db import models\n\nclass Country(models.Model):\n    name = models.TextField()\n",
    "library/views.py": """
        from django.shortcuts import render
        from library.models import Author, Book

        def countries():
            return [book.author.country for book in Book.objects.all()]

        def shelves(request):
            render(request, "inner.html", {"authors": Author.objects.all()})
            return render(request, "outer.html", {"authors": Author.objects.all()})
    """,
    "library/templates/inner.html": "{% for author in authors %}{{ author.books.all }}{% endfor %}",
    "templates/outer.html": "{% for author in authors %}{{ author.country.name }}{% endfor %}",
}


def test_the_relations_along_the_paths(tmp_path: Path) -> None:
    assert analyse(write(tmp_path, FILES)).outline.links == (
        Link("library.Author", "books", "library.Book", RelationKind.REVERSE_MANY, True),
        Link("library.Author", "country", "places.Country", RelationKind.FORWARD_ONE, True),
        Link("library.Book", "author", "library.Author", RelationKind.FORWARD_ONE, False),
    )


def test_the_app_of_each_file(tmp_path: Path) -> None:
    assert analyse(write(tmp_path, FILES)).outline.apps == {
        "library/views.py": "library",
        "library/templates/inner.html": "library",
        "templates/outer.html": "library",  # it stands in no app; its rows are the library's
    }


def test_nothing_without_findings(tmp_path: Path) -> None:
    outline = analyse(write(tmp_path, {"library/__init__.py": "", "library/models.py": MODELS})).outline
    assert (outline.apps, outline.links) == ({}, ())
