"""Attributes that middleware puts on requests, read in views."""

from __future__ import annotations

from pathlib import Path

from djcheck.domain.finding import Status
from tests.analysing import analyse, told, write

MODELS = """\
from django.db import models


class Shop(models.Model):
    slug = models.SlugField()


class Author(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="books")
    author = models.ForeignKey(Author, models.CASCADE)
"""
MIDDLEWARE = """\
from django.shortcuts import get_object_or_404

from shop.models import Shop


class ShopMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        self.choose(request)
        return self.get_response(request)

    def choose(self, request):
        request.shop = get_object_or_404(Shop, slug=request.GET["shop"])
"""
VIEW = """\
from django.http import HttpResponse


def books(request):
    return HttpResponse([book.author.name for book in request.shop.books.{rows}])
"""


def found(root: Path, rows: str, middleware: str) -> list[tuple[str, int, str, str]]:
    """What is certain; rows of which only their use is known may be guessed besides."""
    files = {
        "manage.py": "",
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        f"shop/{middleware}.py": MIDDLEWARE,
        "shop/views.py": VIEW.replace("{rows}", rows),
    }
    findings = analyse(write(root, files)).findings
    return [told(finding) for finding in findings if finding.status is Status.CERTAIN]


def test_rows_of_what_middleware_put_on_the_request(tmp_path: Path) -> None:
    assert found(tmp_path, "all()", "middleware") == [("shop/views.py", 5, "DJC101", "author")]


def test_joined(tmp_path: Path) -> None:
    assert found(tmp_path, 'select_related("author")', "middleware") == []


def test_other_modules_are_no_middleware(tmp_path: Path) -> None:
    assert found(tmp_path, "all()", "signals") == []
