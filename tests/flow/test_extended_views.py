"""A view that routes reach only through the views that extend it: their rows and serializers count, not its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import analyse, analyse_as_session, told, write

FILES = {
    "manage.py": "",
    "shop/__init__.py": "",
    "shop/models.py": """\
        from django.db import models


        class Author(models.Model):
            name = models.CharField(max_length=20)


        class Book(models.Model):
            title = models.CharField(max_length=20)
            author = models.ForeignKey(Author, models.CASCADE)
        """,
    "shop/serializers.py": """\
        from rest_framework import serializers

        from .models import Book


        class BookSerializer(serializers.ModelSerializer):
            author = serializers.CharField(source="author.name")

            class Meta:
                model = Book
                fields = ["title", "author"]
        """,
    "shop/views.py": """\
        from django.views.generic import ListView
        from rest_framework import viewsets

        from .models import Book
        from .serializers import BookSerializer


        class WholeBookViewSet(viewsets.ModelViewSet):
            queryset = Book.objects.all()
            serializer_class = BookSerializer

            def list(self, request, *args, **kwargs):
                return super().list(request, *args, **kwargs)


        class NewBookViewSet(WholeBookViewSet):
            queryset = Book.objects.select_related("author")


        class WholeBookList(ListView):
            model = Book
            template_name = "shop/books.html"

            def get(self, request):
                return super().get(request)


        class NewBookList(WholeBookList):
            queryset = Book.objects.select_related("author")
        """,
    "shop/templates/shop/books.html": "{% for book in book_list %}{{ book.author.name }}{% endfor %}",
    "settings.py": """\
        INSTALLED_APPS = ["shop"]
        TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
        """,
}
HEIRS = """\
from django.urls import path
from rest_framework.routers import DefaultRouter

from shop import views

router = DefaultRouter()
router.register("new", viewset=views.NewBookViewSet)
new_books = views.NewBookList.as_view()
urlpatterns = [path("new/", new_books), *router.urls]
"""
LISTS_TOO = HEIRS + 'urlpatterns += [path("books/", view=views.WholeBookList.as_view())]\n'
SETS_TOO = HEIRS + 'router.register("books", views.WholeBookViewSet)\n'
OF_LIST = ("shop/templates/shop/books.html", 1, "DJC101", "author")
OF_SET = ("shop/serializers.py", 7, "DJC101", "author")


@pytest.mark.parametrize(
    ("urls", "wanted"),
    [(HEIRS, set()), (LISTS_TOO, {OF_LIST}), (SETS_TOO, {OF_SET}), ("urlpatterns = []\n", {OF_LIST, OF_SET})],
    ids=["heirs", "list", "viewset", "no routes"],
)
def test_a_view_that_only_others_extend(tmp_path: Path, urls: str, wanted: set[object]) -> None:
    """Where no route is seen to lead to either, nothing is known of which are requested."""
    root = write(tmp_path, {**FILES, "urls.py": urls})
    assert set(map(told, analyse(root).findings)) == wanted
    assert set(map(told, analyse_as_session(root).findings)) == wanted


def test_what_heirs_inherit_is_told_of_them(tmp_path: Path) -> None:
    views = FILES["shop/views.py"].replace("select_related", "order_by")
    found = analyse(write(tmp_path, {**FILES, "shop/views.py": views, "urls.py": HEIRS})).findings
    assert set(map(told, found)) == {OF_LIST, OF_SET}
    assert {step.line for finding in found for step in finding.related if step.role.value == "origin"} == {17, 29}


def test_a_view_that_a_decorator_registers(tmp_path: Path) -> None:
    views = FILES["shop/views.py"].replace("class WholeBookList", "@register_view(Book)\n        class WholeBookList")
    views = views.replace("from .models", "from elsewhere import register_view\n\n        from .models", 1)
    root = write(tmp_path, {**FILES, "shop/views.py": views, "urls.py": HEIRS})
    assert set(map(told, analyse(root).findings)) == {OF_LIST}
