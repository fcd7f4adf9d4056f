"""A request's HTTP method is known in a function that answers only some: what is asked of the others isn't read."""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.domain.finding import Status
from tests.analysing import analyse, write

MODELS = """\
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    title = models.CharField(max_length=20)
    author = models.ForeignKey(Author, models.CASCADE)
"""
IMPORTS = """\
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_http_methods
from django.views.generic import ListView, View
from rest_framework import serializers, viewsets
from rest_framework.decorators import action, api_view, list_route
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Book


"""
VIEWSET = """\
class Short(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["title"]


class Long(serializers.ModelSerializer):
    name = serializers.CharField(source="author.name")

    class Meta:
        model = Book
        fields = ["title", "name"]


class BookViewSet(viewsets.GenericViewSet):
    queryset = Book.objects.all()

    def get_serializer_class(self):
        return Long if {test} else Short

    @action(detail=False)
    def titles(self, request):
        return Response(self.get_queryset().values_list("title"))

    {decorator}
    def {name}(self, request, **kwargs):
        return Response(self.get_serializer(self.get_queryset(), many=True).data)
"""
VIEW = """\
class Books({base}):
    model = Book

    def handle(self, rows):
        return [book.author.name for book in rows] if {test} else list(rows)

    def {name}(self, request):
        return self.handle(Book.objects.all())
"""
FUNCTION = """\
{decorator}
def books(request):
    rows = Book.objects.all()
    return Response([book.author.name for book in rows] if {test} else list(rows))
"""


def relations(root: Path, code: str) -> set[str | None]:
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": MODELS, "shop/views.py": IMPORTS + code}
    return {finding.relation for finding in analyse(write(root, files)).findings if finding.status is Status.CERTAIN}


@pytest.mark.parametrize(
    ("decorator", "name", "methods"),
    [
        ("@action(detail=False)", "new", "GET"),
        ("@list_route()", "new", "GET"),
        ("@action(detail=False, methods=['post'])", "new", "POST"),
        ("@action(['get', 'POST'], detail=False)", "new", "GET POST"),
        ("@titles.mapping.delete", "remove", "DELETE"),
        ("", "list", "GET"),
        ("", "update", "PUT PATCH"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH"])
def test_actions_of_viewsets(tmp_path: Path, decorator: str, name: str, methods: str, method: str) -> None:
    test = f"self.request.method == '{method}'"
    code = VIEWSET.format(decorator=decorator or "# the framework's own", name=name, test=test)
    assert relations(tmp_path, code) == ({"author"} if method in methods.split() else set())


@pytest.mark.parametrize("base", ["View", "APIView", "ListView"])
@pytest.mark.parametrize("name", ["get", "post"])
@pytest.mark.parametrize("test", ["self.request.method == 'GET'", "self.request.method in SAFE_METHODS"])
def test_handlers_of_views(tmp_path: Path, base: str, name: str, test: str) -> None:
    assert relations(tmp_path, VIEW.format(base=base, name=name, test=test)) == ({"author"} if name == "get" else set())


@pytest.mark.parametrize(
    ("decorator", "is_told"),
    [
        ("@require_POST", True),
        ("@require_http_methods(['GET', 'HEAD'])", False),
        ("@require_http_methods(['GET', 'POST'])", True),
        ("@api_view()", False),
        ("@api_view(['POST'])", True),
        ("@api_view(METHODS)", True),
    ],
)
def test_decorated_functions(tmp_path: Path, decorator: str, *, is_told: bool) -> None:
    code = "from elsewhere import METHODS\n\n\n" + FUNCTION.format(decorator=decorator, test="request.method == 'POST'")
    assert relations(tmp_path, code) == ({"author"} if is_told else set())


def test_a_handler_that_serves_another_method_too(tmp_path: Path) -> None:
    """`post` that ends as `get` does is a POST request still."""
    code = VIEW.format(base="View", name="post", test="self.request.method == 'POST'")
    assert relations(
        tmp_path, code.replace("return self.handle(Book.objects.all())", "return self.get(request)") + GET
    ) == {"author"}


GET = """\

    def get(self, request):
        return self.handle(Book.objects.all())
"""
