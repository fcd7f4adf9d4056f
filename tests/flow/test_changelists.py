"""Does what the admin shows of each row count as read per row? Each case was counted in real Django."""

# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from djcheck.domain.finding import Status
from tests.analysing import RELATED, analyse, told, write
from tests.sample_projects.markers import read_marks

MODELS = """\
from django.db import models


class Country(models.Model):
    name = models.CharField(max_length=20)
    head = models.ForeignKey("Author", models.CASCADE, related_name="headed")

    def __str__(self):
        return self.head.name{country}


class Author(models.Model):
    name = models.CharField(max_length=20)
    country = models.ForeignKey(Country, models.CASCADE)

    def __str__(self):
        return self.name


class Shelf(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    title = models.CharField(max_length=20)
    author = models.ForeignKey(Author, models.CASCADE)
    editor = models.ForeignKey(Author, models.SET_NULL, null=True, related_name="edited")
    country = models.ForeignKey(Country, models.SET_NULL, null=True)
    shelf = models.ForeignKey(Shelf, models.CASCADE)
    readers = models.ManyToManyField(Author, related_name="read")

    @property
    def author_country(self):
        return self.author.country.name{property}

    def label(self):
        return self.editor.name{label}

    def __str__(self):
        return f"{{self.title}} {{self.author.name}}"{book}
"""
START = """\
from django.contrib import admin
from django.contrib.admin import ModelAdmin, register
from shop.models import Author, Book, Country, Shelf

"""


def check(tmp_path: Path, admin: str, **marks: str) -> None:
    places = {name: f"  # {marks[name]}" if name in marks else "" for name in ("country", "property", "label", "book")}
    write(tmp_path, {"manage.py": "", "shop/__init__.py": "", "shop/models.py": MODELS.format(**places)})
    (tmp_path / "shop" / "admin.py").write_text(START + dedent(admin))
    findings = analyse(tmp_path).findings
    wanted = {
        (mark.path, mark.line, mark.code, mark.relation if mark.code in RELATED else "")
        for mark in read_marks(tmp_path)
        if mark.kind == "expect"
    }
    assert {told(each) for each in findings} == wanted
    assert all(each.status is Status.CERTAIN for each in findings)


def book_admin(body: str) -> str:
    return "@admin.register(Book)\nclass BookAdmin(admin.ModelAdmin):\n" + body


class TestColumns:
    def test_nullable_key(self, tmp_path: Path) -> None:
        check(tmp_path, book_admin('    list_display = ["title", "editor"]  # expect: DJC101 editor\n'))

    def test_key_that_django_joins(self, tmp_path: Path) -> None:
        check(tmp_path, book_admin('    list_display = ["title", "author", "author_id"]\n'))

    def test_method_behind_a_joined_key(self, tmp_path: Path) -> None:
        body = '    list_display = ["author", "place"]\n    def place(self, book):\n        return book.author.country.name\n'
        check(tmp_path, book_admin(body))

    def test_nothing_is_joined_without_a_key_column(self, tmp_path: Path) -> None:
        body = (
            '    list_display = ["title", "place"]\n    @admin.display(description="x")\n    def place(self, book):\n'
            "        return book.author.country.name  # expect: DJC101 author__country\n"
        )
        check(tmp_path, book_admin(body))

    def test_key_shown_by_its_str(self, tmp_path: Path) -> None:
        body = '    list_display = ["title", "country"]\n    list_select_related = ["country"]\n'
        check(tmp_path, book_admin(body), country="expect: DJC101 country__head")

    def test_default_is_str(self, tmp_path: Path) -> None:
        check(tmp_path, book_admin("    pass\n"), book="expect: DJC101 author")

    def test_str_by_name(self, tmp_path: Path) -> None:
        body = '    list_display = ["__str__"]\n    list_select_related = ["author"]\n'
        check(tmp_path, book_admin(body))

    def test_property_and_method_of_the_model(self, tmp_path: Path) -> None:
        body = '    list_display = ["title", "author_country", "label"]\n'
        check(tmp_path, book_admin(body), property="expect: DJC101 author__country", label="expect: DJC101 editor")

    def test_function(self, tmp_path: Path) -> None:
        function = "def place(book):\n    return book.author.name  # expect: DJC101 author\n\n\n"
        check(tmp_path, function + book_admin('    list_display = ["title", place]\n'))

    def test_lambda(self, tmp_path: Path) -> None:
        check(tmp_path, book_admin('    list_display = ["title", lambda b: b.editor.name]  # expect: DJC101 editor\n'))

    def test_path(self, tmp_path: Path) -> None:
        check(tmp_path, book_admin('    list_display = ["title", "author__name"]  # expect: DJC101 author\n'))

    def test_many(self, tmp_path: Path) -> None:
        body = (
            '    list_display = ["title", "names"]\n    def names(self, book):\n'
            "        return [reader.name for reader in book.readers.all()]  # expect: DJC102 readers\n"
        )
        check(tmp_path, book_admin(body))

    def test_many_prefetched(self, tmp_path: Path) -> None:
        body = (
            '    list_display = ["title", "names"]\n    def get_queryset(self, request):\n'
            '        return super().get_queryset(request).prefetch_related("readers")\n    def names(self, book):\n'
            "        return [reader.name for reader in book.readers.all()]\n"
        )
        check(tmp_path, book_admin(body))

    def test_given_by_a_method(self, tmp_path: Path) -> None:
        body = '    def get_list_display(self, request):\n        return ["title", "editor"]\n'
        check(tmp_path, book_admin(body).replace("(Book)", "(Book)  # expect: DJC101 editor", 1))

    def test_inherited(self, tmp_path: Path) -> None:
        admin = (
            'class Base(ModelAdmin):\n    list_display = ["title", "place"]\n    def place(self, book):\n'
            "        return book.author.name  # expect: DJC101 author\n\n\n"
            '@register(Book)\nclass BookAdmin(Base):\n    list_display = [*Base.list_display, "title"]\n'
        )
        check(tmp_path, admin)


class TestJoins:
    @pytest.mark.parametrize(
        ("option", "reads"),
        [
            ('list_select_related = ["author", "editor"]', ""),
            ('list_select_related = ("author",)', "editor"),
            ("list_select_related = True", "editor"),
            ("list_select_related = ()", "author, DJC101 editor"),
            ("list_select_related = False", "editor"),
        ],
    )
    def test_list_select_related(self, tmp_path: Path, option: str, reads: str) -> None:
        mark = f"  # expect: DJC101 {reads}" if reads else ""
        check(tmp_path, book_admin(f'    {option}\n    list_display = ["author", "editor"]{mark}\n'))

    def test_own_queryset_that_joins_keeps_django_from_joining(self, tmp_path: Path) -> None:
        body = (
            "    list_display = ['title', 'author']  # expect: DJC101 author\n    def get_queryset(self, request):\n"
            "        return super().get_queryset(request).select_related('editor')\n"
        )
        check(tmp_path, book_admin(body))

    def test_own_queryset_that_joins(self, tmp_path: Path) -> None:
        body = (
            "    list_display = ['title', 'editor', 'author']\n    def get_queryset(self, request):\n"
            "        return super().get_queryset(request).select_related('editor', 'author')\n"
        )
        check(tmp_path, book_admin(body))

    def test_get_list_select_related(self, tmp_path: Path) -> None:
        body = (
            "    list_display = ['title', 'editor']\n    def get_list_select_related(self, request):\n"
            "        return ['editor']\n"
        )
        check(tmp_path, book_admin(body))


class TestRegistrations:
    @pytest.mark.parametrize(
        "line",
        [
            "admin.site.register(Book, BookAdmin)",
            "admin.site.register([Shelf, Book], BookAdmin)",
            "admin.site.register(Book, admin_class=BookAdmin)",
            "site = admin.AdminSite(); site.register(Book, BookAdmin)",
        ],
    )
    def test_by_a_call(self, tmp_path: Path, line: str) -> None:
        admin = (
            f'class BookAdmin(ModelAdmin):\n    list_display = ["pk", "editor"]  # expect: DJC101 editor\n\n\n{line}\n'
        )
        check(tmp_path, admin)

    def test_never_registered(self, tmp_path: Path) -> None:
        check(tmp_path, 'class BookAdmin(ModelAdmin):\n    list_display = ["pk", "editor"]\n')

    def test_base_of_another_package(self, tmp_path: Path) -> None:
        admin = (
            "from reversion.admin import VersionAdmin\n\n\n"
            'class BookAdmin(VersionAdmin):\n    list_display = ["pk", "editor"]  # expect: DJC101 editor\n\n\n'
            "admin.site.register(Book, BookAdmin)\n"
        )
        check(tmp_path, admin)


class TestInlines:
    SHELF = (
        "\n\n@register(Shelf)\nclass ShelfAdmin(ModelAdmin):\n    list_display = ['name']\n    inlines = [BookInline]\n"
    )

    def test_str_of_each_row(self, tmp_path: Path) -> None:
        inline = "class BookInline(admin.TabularInline):\n    model = Book\n"
        check(tmp_path, inline + self.SHELF, book="expect: DJC101 author")

    def test_read_only_method(self, tmp_path: Path) -> None:
        inline = (
            "class BookInline(admin.StackedInline):\n    model = Book\n    readonly_fields = ['place']\n"
            "    def get_queryset(self, request):\n        return super().get_queryset(request).select_related('author')\n"
            "    def place(self, book):\n        return book.shelf.name  # expect: DJC101 shelf\n"
        )
        check(tmp_path, inline + self.SHELF)

    def test_one_row_at_most(self, tmp_path: Path) -> None:
        inline = "class BookInline(admin.TabularInline):\n    model = Book\n    max_num = 1\n"
        check(tmp_path, inline + self.SHELF)

    def test_joined(self, tmp_path: Path) -> None:
        inline = (
            "class BookInline(admin.StackedInline):\n    model = Book\n    readonly_fields = ['author']\n"
            "    def get_queryset(self, request):\n        return super().get_queryset(request).select_related('author')\n"
        )
        check(tmp_path, inline + self.SHELF)


class TestFilters:
    @pytest.mark.parametrize(
        "item", ['"country"', '("country", admin.RelatedOnlyFieldListFilter)', '"author__country"']
    )
    def test_labels(self, tmp_path: Path, item: str) -> None:
        body = f"    list_display = ['title']\n    list_filter = [{item}, 'title', 'author']\n"
        check(tmp_path, book_admin(body), country="expect: DJC101 head")


def test_inline_of_one_row(tmp_path: Path) -> None:
    admin = (
        "from django.db import models\nclass Cover(models.Model):\n    book = models.OneToOneField(Book, models.CASCADE)\n"
        "    def __str__(self):\n        return self.book.title\n"
        "class CoverInline(admin.StackedInline):\n    model = Cover\n"
    )
    check(tmp_path, admin + book_admin("    list_display = ['title']\n    inlines = [CoverInline]\n"))


def test_change_forms_are_no_rows(tmp_path: Path) -> None:
    body = (
        "    list_display = ['title']\n    readonly_fields = ['place']\n    def place(self, book):\n"
        "        return book.author.country.name\n    def save_model(self, request, obj, form, change):\n"
        "        print(obj.author.name)\n"
    )
    check(tmp_path, book_admin(body))
