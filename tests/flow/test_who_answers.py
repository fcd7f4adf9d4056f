"""What a model's method reads of related rows is told of its callers' rows; of its own object where these tell nothing.

Templates and serializers hand on the rows that they are given, as functions do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.analysing import analyse, write

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    "shop/__init__.py": "",
    "shop/settings.py": (
        'INSTALLED_APPS = ["shop"]\nROOT_URLCONF = "shop.urls"\n'
        'TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]\n'
    ),
    "shop/models.py": """\
from django.db import models


class Kind(models.Model):
    name = models.TextField()


class Tag(models.Model):
    kind = models.ForeignKey(Kind, models.CASCADE)


class Book(models.Model):
    tags = models.ManyToManyField(Tag)
    series = models.ForeignKey("Series", models.CASCADE, null=True)

    def kinds(self):
        return [labelled(tag) for tag in self.tags.all()]


def labelled(tag):
    return tag.kind.name


class Series(models.Model):
    books = models.ManyToManyField(Book)
""",
    "shop/serializers.py": """\
from rest_framework import serializers


class BookSerializer(serializers.Serializer):
    kinds = serializers.SerializerMethodField()

    def get_kinds(self, shown):
        return shown.kinds()
""",
    "shop/templates/books.html": "{% for book in books %}{% include 'book.html' %}{% endfor %}",
    "shop/templates/book.html": "{{ book.kinds }}",
}
SHOWN = "from django.shortcuts import render\nfrom shop.models import Book\n\n\ndef page(request):\n"
LISTED = 'render(request, "books.html", {"books": BOOKS})'
ALONE = 'render(request, "book.html", {"book": BOOKS.get(pk=1)})'
WRITTEN_OUT = """\
from rest_framework.viewsets import ModelViewSet
from shop.models import Book
from shop.MODULE import SERIALIZER


class BookViewSet(ModelViewSet):
    http_method_names = ["get"]
    queryset = BOOKS
    serializer_class = SERIALIZER

    def retrieve(self, request, pk):
        raise NotImplementedError
"""
TREES = """\
from rest_framework import serializers

from shop.serializers import BookSerializer


class ShelfSerializer(BookSerializer):
    series = serializers.SerializerMethodField()

    def get_series(self, shown):
        return SeriesSerializer(shown.series).data


class SeriesSerializer(serializers.Serializer):
    books = ShelfSerializer(many=True)
"""
LOADED = 'Book.objects.prefetch_related("tags__kind")'


def told(root: Path, views: str) -> set[tuple[str | None, str]]:
    """Each finding's relation, and the file in which its rows are told to come from."""
    write(root, FILES | {"shop/views.py": views})
    return {(each.relation, each.related[0].path) for each in analyse(root).findings}


@pytest.mark.parametrize(
    ("views", "findings"),
    [
        (SHOWN + "    return " + LISTED.replace("BOOKS", LOADED), set()),
        (SHOWN + "    return " + ALONE.replace("BOOKS", LOADED), set()),
        (
            SHOWN + "    return " + LISTED.replace("BOOKS", "Book.objects.all()"),
            {("tags", "shop/views.py"), ("tags__kind", "shop/views.py")},
        ),
        (SHOWN + "    return " + ALONE.replace("BOOKS", "Book.objects"), {("kind", "shop/models.py")}),
        (SHOWN + "    return render(request, 'books.html', found())", {("kind", "shop/models.py")}),
    ],
    ids=["a list, loaded", "one, loaded", "a list", "one", "of something untold"],
)
def test_template(tmp_path: Path, views: str, findings: set[tuple[str | None, str]]) -> None:
    assert told(tmp_path, views) == findings


def test_serializer(tmp_path: Path) -> None:
    views = WRITTEN_OUT.replace("MODULE", "serializers").replace("SERIALIZER", "BookSerializer")
    assert told(tmp_path, views.replace("BOOKS", LOADED)) == set()
    assert told(tmp_path, views.replace("BOOKS", "Book.objects.all()")) == {
        ("tags", "shop/views.py"),
        ("tags__kind", "shop/views.py"),
    }


def test_serializer_of_trees(tmp_path: Path) -> None:
    """How deep the levels are followed has an end, which loses nothing: each is like the one above."""
    views = WRITTEN_OUT.replace("MODULE", "trees").replace("SERIALIZER", "ShelfSerializer")
    write(tmp_path, {"shop/trees.py": TREES})
    loaded = LOADED.replace(")", ', "series__books__tags__kind")')
    assert {path for _, path in told(tmp_path, views.replace("BOOKS", loaded))} == {"shop/views.py"}
