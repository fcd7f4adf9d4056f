"""Tables, filter sets, listings and resources of libraries, as `rules/libraries/*.yaml` declare them."""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.domain.finding import Status
from tests.analysing import analyse, analyse_as_session, told, write

MODELS = """\
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=20)

    def __str__(self):
        return self.name


class Tag(models.Model):
    word = models.CharField(max_length=20)

    def __str__(self):
        return self.word


class Book(models.Model):
    title = models.CharField(max_length=20)
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    tags = models.ManyToManyField(Tag)
"""
START = """\
import django_tables2 as tables
from django.contrib import admin
from django.shortcuts import render
from django.views.generic import ListView, TemplateView
from django_elasticsearch_dsl import Document, fields
from django_elasticsearch_dsl.registries import registry
from django_filters import FilterSet
from django_filters.views import FilterView
from haystack import indexes
from import_export import resources
from import_export.admin import ImportExportModelAdmin
from import_export.fields import Field
from shop.models import Author, Book
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

"""
LINE = START.count("\n") + 1
JOINED = "Book.objects.select_related('author').prefetch_related('tags')"


def told_of(tmp_path: Path, code: str, template: str = "") -> set[tuple[int, str, str]]:
    """Line (counted from the code's first), rule and relation of each finding."""
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": MODELS, "shop/code.py": START + code}
    write(tmp_path, {**files, "shop/templates/page.html": template})
    findings = analyse(tmp_path).findings
    assert all(each.status is Status.CERTAIN for each in findings)
    assert list(map(told, analyse_as_session(tmp_path).findings)) == list(map(told, findings))
    return {
        (line - LINE if path == "shop/code.py" else line, code, relation)
        for path, line, code, relation in map(told, findings)
    }


class TestTables:
    TABLE = "class BookTable(tables.Table):\n    title = tables.Column()\n    author = tables.Column()\n"
    SHOWN = "def page(request):\n    BookTable({rows})\n"
    AUTHOR = frozenset({(2, "DJC101", "author")})

    def test_filled_by_a_view(self, tmp_path: Path) -> None:
        assert told_of(tmp_path, self.TABLE + self.SHOWN.format(rows="Book.objects.all()")) == self.AUTHOR

    def test_joined(self, tmp_path: Path) -> None:
        assert told_of(tmp_path, self.TABLE + self.SHOWN.format(rows=JOINED)) == set()

    @pytest.mark.parametrize(
        "column",
        [
            "tables.Column(accessor='author__name')",
            "tables.Column(accessor='author.name')",
            "tables.Column()\n    def render_name(self, record):\n        return record.author.name",
            "tables.TemplateColumn('{{ record.author.name }}')",
        ],
    )
    def test_columns(self, tmp_path: Path, column: str) -> None:
        table = f"class BookTable(tables.Table):\n    name = {column}\n"
        found = told_of(tmp_path, table + self.SHOWN.format(rows="Book.objects.all()"))
        assert {(code, relation) for _, code, relation in found} == {("DJC101", "author")}

    @pytest.mark.parametrize("column", ["None", "tables.Column(visible=False)", "tables.Column(accessor='title')"])
    def test_columns_that_read_no_relation(self, tmp_path: Path, column: str) -> None:
        table = f"{self.TABLE}class Shorter(BookTable):\n    author = {column}\n"
        assert told_of(tmp_path, table + "def page(request):\n    Shorter(Book.objects.all())\n") == set()

    @pytest.mark.parametrize(
        ("option", "given", "found"),
        [
            ("", ", exclude=('author',)", frozenset()),
            ("", ", exclude=('title',)", AUTHOR),
            ("", ", exclude=[]", AUTHOR),
            ("    class Meta:\n        exclude = ['author']\n", "", frozenset()),
            ("    class Meta:\n        fields = ['author']\n        exclude = ('author',)\n", "", frozenset()),
            ("    class Meta:\n        exclude = ['title']\n", "", AUTHOR),
        ],
    )
    def test_columns_left_out(self, tmp_path: Path, option: str, given: str, found: set[tuple[int, str, str]]) -> None:
        shown = self.SHOWN.format(rows=f"Book.objects.all(){given}")
        assert told_of(tmp_path, self.TABLE + option + shown) == found

    def test_all_rows_of_a_relation(self, tmp_path: Path) -> None:
        table = "class BookTable(tables.Table):\n    tags = tables.ManyToManyColumn()\n"
        rows = self.SHOWN.format(rows="Book.objects.all()")
        assert told_of(tmp_path, table + rows) == {(1, "DJC102", "tags")}

    def test_fields_of_the_model(self, tmp_path: Path) -> None:
        table = "class BookTable(tables.Table):\n    class Meta:\n        fields = ['author', 'tags']\n"
        rows = self.SHOWN.format(rows="Book.objects.all()")
        assert told_of(tmp_path, table + rows) == {(2, "DJC101", "author"), (2, "DJC102", "tags")}

    @pytest.mark.parametrize(
        "view",
        [
            "class Page(tables.SingleTableView):\n    model = Book\n    table_class = BookTable\n",
            (
                "class Page(tables.SingleTableMixin, ListView):\n    queryset = Book.objects.all()\n"
                "    table_class = BookTable\n"
            ),
            (
                "class Page(tables.SingleTableMixin, TemplateView):\n    table_class = BookTable\n"
                "    template_name = 'page.html'\n    def get_queryset(self):\n        return Book.objects.all()\n"
            ),
            (
                "class Page(tables.SingleTableMixin, TemplateView):\n    table_class = BookTable\n"
                "    template_name = 'page.html'\n    def get_table_data(self):\n        return Book.objects.all()\n"
            ),
            (
                "class Page(tables.SingleTableView):\n    model = Book\n    def get_table_class(self):\n"
                "        return BookTable\n"
            ),
            (
                "class Page(tables.MultiTableMixin, TemplateView):\n    tables = [BookTable(Book.objects.all())]\n"
                "    template_name = 'page.html'\n"
            ),
            (
                "class Page(tables.MultiTableMixin, TemplateView):\n    tables = [BookTable]\n"
                "    template_name = 'page.html'\n"
                "    def get_tables_data(self):\n        return [Book.objects.all()]\n"
            ),
        ],
    )
    def test_filled_by_a_mixin(self, tmp_path: Path, view: str) -> None:
        assert told_of(tmp_path, self.TABLE + view) == self.AUTHOR

    @pytest.mark.parametrize(
        "view",
        [
            f"class Page(tables.SingleTableView):\n    queryset = {JOINED}\n    table_class = BookTable\n",
            (
                "class Page(tables.SingleTableView):\n    model = Book\n    table_class = BookTable\n"
                f"    def get_table_data(self):\n        return {JOINED}\n"
            ),
            (
                "class Page(tables.MultiTableMixin, TemplateView):\n    tables = [BookTable]\n"
                "    template_name = 'page.html'\n"
                f"    def get_tables_data(self):\n        return [{JOINED}]\n"
            ),
        ],
    )
    def test_filled_by_a_mixin_with_joined_rows(self, tmp_path: Path, view: str) -> None:
        assert told_of(tmp_path, self.TABLE + view) == set()


class TestFilterSets:
    SET = "class BookFilter(FilterSet):\n    class Meta:\n        model = Book\n        fields = ['title']\n"
    PAGE = "{% for book in rows %}\n{{ book.author.name }}{% endfor %}"
    AUTHOR = frozenset({(2, "DJC101", "author")})

    def test_rows_of_a_filter_set(self, tmp_path: Path) -> None:
        view = (
            "def page(request):\n    found = BookFilter(request.GET, queryset=Book.objects.all())\n"
            "    return render(request, 'page.html', {'rows': found.qs})\n"
        )
        assert told_of(tmp_path, self.SET + view, self.PAGE) == self.AUTHOR

    @pytest.mark.parametrize("rows", ["object_list", "book_list", "filter.qs"])
    def test_view(self, tmp_path: Path, rows: str) -> None:
        view = (
            "class Page(FilterView):\n    model = Book\n    filterset_class = BookFilter\n"
            "    template_name = 'page.html'\n"
        )
        assert told_of(tmp_path, self.SET + view, self.PAGE.replace("rows", rows)) == self.AUTHOR

    def test_joined(self, tmp_path: Path) -> None:
        view = f"class Page(FilterView):\n    queryset = {JOINED}\n    filterset_class = BookFilter\n"
        page = self.PAGE.replace("rows", "filter.qs")
        assert told_of(tmp_path, self.SET + view + "    template_name = 'page.html'\n", page) == set()


class TestListings:
    """Wagtail's listing views."""

    VIEW = "class Books(IndexView):\n    columns = [Column('title'), Column('author')]\n"

    def test_columns(self, tmp_path: Path) -> None:
        assert told_of(tmp_path, self.VIEW + "    model = Book\n") == {(1, "DJC101", "author")}

    def test_joined(self, tmp_path: Path) -> None:
        assert told_of(tmp_path, f"{self.VIEW}    queryset = {JOINED}\n") == set()

    def test_accessor(self, tmp_path: Path) -> None:
        view = "class Books(IndexView):\n    model = Book\n    columns = [Column('x', accessor='author.name')]\n"
        assert told_of(tmp_path, view) == {(2, "DJC101", "author")}

    def test_model_of_a_viewset(self, tmp_path: Path) -> None:
        viewset = "class BookSet(ModelViewSet):\n    model = Book\n    index_view_class = Books\n"
        assert told_of(tmp_path, self.VIEW + viewset) == {(1, "DJC101", "author")}


class TestResources:
    """django-import-export."""

    META = "    class Meta:\n        model = Book\n        fields = ['title', 'author']\n"
    NAME = "class BookResource(resources.ModelResource):\n    name = Field(attribute='author__name')\n" + META
    ADMIN = "@admin.register(Book)\nclass BookAdmin(ImportExportModelAdmin):\n    fields = ['title']\n    {option}\n"

    def test_exported_by_itself(self, tmp_path: Path) -> None:
        assert told_of(tmp_path, self.NAME + "def save():\n    return BookResource().export().csv\n") == {
            (1, "DJC101", "author")
        }

    def test_rows_of_its_own(self, tmp_path: Path) -> None:
        own = f"    def get_queryset(self):\n        return {JOINED}\n"
        assert told_of(tmp_path, self.NAME + own + "def save():\n    return BookResource().export().csv\n") == set()

    def test_rows_that_are_passed(self, tmp_path: Path) -> None:
        assert told_of(tmp_path, f"{self.NAME}def save():\n    return BookResource().export({JOINED}).csv\n") == set()

    def test_method_of_a_field(self, tmp_path: Path) -> None:
        resource = (
            "class BookResource(resources.ModelResource):\n    name = Field()\n    def dehydrate_name(self, book):\n"
            f"        return book.author.name\n{self.META}"
        )
        assert told_of(tmp_path, resource + "def save():\n    return BookResource().export()\n") == {
            (3, "DJC101", "author")
        }

    def test_keys_cost_nothing_and_many_do(self, tmp_path: Path) -> None:
        resource = "class BookResource(resources.ModelResource):\n" + self.META.replace("'author'", "'author', 'tags'")
        assert told_of(tmp_path, resource + "def save():\n    return BookResource().export()\n") == {
            (3, "DJC102", "tags")
        }

    @pytest.mark.parametrize("option", ["resource_class = BookResource", "resource_classes = [BookResource]"])
    def test_exported_by_the_admin(self, tmp_path: Path, option: str) -> None:
        assert told_of(tmp_path, self.NAME + self.ADMIN.format(option=option)) == {(1, "DJC101", "author")}

    def test_exported_by_an_admin_that_joins(self, tmp_path: Path) -> None:
        option = "resource_class = BookResource\n    list_select_related = ['author']"
        assert told_of(tmp_path, self.NAME + self.ADMIN.format(option=option)) == set()


class TestSearchIndexes:
    """What the library writes of every row, whether the project's code asks for it or not."""

    HAYSTACK = (
        "class BookIndex(indexes.SearchIndex, indexes.Indexable):\n"
        "    text = indexes.CharField(document=True, use_template=True)\n"
        "    {field}\n"
        "    def get_model(self):\n        return Book\n"
        "    def prepare_shown(self, book):\n        return book.author.name\n"
        "    def prepare(self, book):\n        return [tag.word for tag in book.tags.all()]\n"
    )
    OWN = "    def index_queryset(self, using=None):\n        return self.get_model().objects.{rows}\n"
    ELASTIC = (
        "@registry.register_document\nclass AuthorDocument(Document):\n"
        "    books = fields.NestedField(attr='books', properties={'title': fields.TextField()})\n"
        "    class Django:\n        model = Author\n        fields = ['name']\n"
    )

    @pytest.mark.parametrize(
        ("field", "line"),
        [("writer = indexes.CharField(model_attr='author__name')", 2), ("shown = indexes.CharField()", 6)],
    )
    def test_haystack(self, tmp_path: Path, field: str, line: int) -> None:
        assert told_of(tmp_path, self.HAYSTACK.format(field=field)) == {
            (line, "DJC101", "author"),
            (8, "DJC102", "tags"),
        }

    def test_haystack_joined(self, tmp_path: Path) -> None:
        code = self.HAYSTACK.format(field="shown = indexes.CharField()")
        own = self.OWN.format(rows="select_related('author').prefetch_related('tags')")
        assert told_of(tmp_path, code + own) == set()

    def test_documents(self, tmp_path: Path) -> None:
        assert told_of(tmp_path, self.ELASTIC) == {(2, "DJC102", "books")}

    def test_documents_that_nobody_registers(self, tmp_path: Path) -> None:
        assert told_of(tmp_path, self.ELASTIC.removeprefix("@registry.register_document\n")) == set()

    def test_documents_joined(self, tmp_path: Path) -> None:
        own = "    def get_queryset(self):\n        return super().get_queryset().prefetch_related('books')\n"
        assert told_of(tmp_path, self.ELASTIC + own) == set()


def test_a_project_that_is_the_library(tmp_path: Path) -> None:
    """Declarations use the usual spelling of a class; its own project has it in the module that defines it."""
    generic = "wagtail/admin/views/generic"
    tables = "class BaseColumn:\n    pass\n\n\nclass Column(BaseColumn):\n    pass\n"
    base = "from django.views.generic import ListView\n\n\nclass BaseListingView(ListView):\n    columns = []\n"
    packages = ("wagtail", "wagtail/admin", "wagtail/admin/ui", "wagtail/admin/views", "shop")
    write(tmp_path, {f"{package}/__init__.py": "" for package in packages})
    files = {
        "manage.py": "",
        "wagtail/admin/ui/tables.py": tables,
        f"{generic}/__init__.py": "from .base import BaseListingView\nfrom .models import IndexView\n",
        f"{generic}/base.py": base,
        f"{generic}/models.py": "from .base import BaseListingView\n\n\nclass IndexView(BaseListingView):\n    pass\n",
        "shop/models.py": MODELS,
        "shop/code.py": (
            "from shop.models import Book\nfrom wagtail.admin.ui.tables import Column\n"
            "from wagtail.admin.views import generic\n\n\n"
            'class Books(generic.IndexView):\n    model = Book\n    columns = [Column("title"), Column("author")]\n'
        ),
    }
    write(tmp_path, files)
    assert {told(each)[2:] for each in analyse(tmp_path).findings} == {("DJC101", "author")}
