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
        return {country}


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
    places = {name: f"  # {marks[name]}" if name in marks else "" for name in ("property", "label", "book")}
    places["country"] = f"self.head.name  # {marks['country']}" if "country" in marks else "self.name"
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
        body = (
            '    fields = ["title"]\n    list_display = ["title", "country"]\n    list_select_related = ["country"]\n'
        )
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

    def test_some_of_what_the_class_declares(self, tmp_path: Path) -> None:
        body = (
            '    list_display = ["title", "place"]\n    list_select_related = ["editor"]\n'
            "    def get_list_display(self, request):\n        shown = super().get_list_display(request)\n"
            "        return [name for name in shown if self.may_see(request, name)]\n    def place(self, book):\n"
            "        return book.editor.name + book.author.name  # expect: DJC101 author\n"
        )
        check(tmp_path, book_admin(body))

    def test_default_by_a_method(self, tmp_path: Path) -> None:
        body = (
            '    def get_list_display(self, request):\n        return [*super().get_list_display(request), "title"]\n'
        )
        check(tmp_path, book_admin(body), book="expect: DJC101 author")

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

    def test_a_prefetch_goes_on_from_what_django_joins(self, tmp_path: Path) -> None:
        body = (
            "    list_display = ['author', 'place']\n    def get_queryset(self, request):\n"
            "        return super().get_queryset(request).prefetch_related('author__read')\n"
            "    def place(self, book):\n        return book.author.country.name\n"
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
        inline = "class BookInline(admin.TabularInline):\n    model = Book\n    fields = ['title']\n"
        check(tmp_path, inline + self.SHELF, book="expect: DJC101 author")

    def test_read_only_method(self, tmp_path: Path) -> None:
        inline = (
            "class BookInline(admin.StackedInline):\n    model = Book\n    fields = ['title']\n    readonly_fields = ['place']\n"
            "    def get_queryset(self, request):\n        return super().get_queryset(request).select_related('author')\n"
            "    def place(self, book):\n        return book.shelf.name  # expect: DJC101 shelf\n"
        )
        check(tmp_path, inline + self.SHELF)

    def test_the_key_to_the_row_above_is_never_shown(self, tmp_path: Path) -> None:
        inline = (
            "class BookInline(admin.TabularInline):\n    model = Book\n    fields = ['title', 'shelf', 'editor']\n"
            "    readonly_fields = [\n        'shelf',\n        'editor',  # expect: DJC101 editor\n    ]\n"
            "    def get_queryset(self, request):\n        return super().get_queryset(request).select_related('author')\n"
        )
        check(tmp_path, inline + self.SHELF)

    def test_one_row_at_most(self, tmp_path: Path) -> None:
        inline = "class BookInline(admin.TabularInline):\n    model = Book\n    fields = ['title']\n    max_num = 1\n"
        check(tmp_path, inline + self.SHELF)

    def test_rows_between_two_models(self, tmp_path: Path) -> None:
        between = (
            "from django.db import models\nfrom shop.models import Author, Book\n\n\n"
            "class Loan(models.Model):\n    book = models.ForeignKey(Book, models.CASCADE)\n"
            "    reader = models.ForeignKey(Author, models.CASCADE)\n\n\n"
            "class Club(models.Model):\n    books = models.ManyToManyField(Book, through='Lending')\n\n\n"
            "class Lending(models.Model):\n    club = models.ForeignKey(Club, models.CASCADE)\n"
            "    loan = models.ForeignKey(Loan, models.CASCADE)\n    book = models.ForeignKey(Book, models.CASCADE)\n"
        )
        write(tmp_path, {"lent/__init__.py": "", "lent/models.py": between})
        admin_code = (
            "from lent.models import Club\n\n\n"
            "class LendingInline(admin.TabularInline):\n    model = Club.books.through\n    raw_id_fields = ['loan', 'book']\n"
            "    fields = ['loan', 'book']\n    readonly_fields = ['reader']\n"
            "    def reader(self, lending):\n        return lending.loan.pk, lending.book.title  # expect: DJC101 loan, DJC101 book\n"
            "\n\n@register(Club)\nclass ClubAdmin(ModelAdmin):\n    inlines = [LendingInline]\n"
        )
        check(tmp_path, admin_code)

    def test_joined_by_its_formset(self, tmp_path: Path) -> None:
        formset = (
            "from django.forms import BaseInlineFormSet\n\n"
            "class Joined(BaseInlineFormSet):\n"
            "    def __init__(self, *args, **kwargs):\n"
            "        super().__init__(*args, **kwargs)\n"
            "        self.queryset = self.queryset.select_related('author')\n\n"
        )
        inline = (
            "class BookInline(admin.TabularInline):\n    model = Book\n    fields = ['title']\n    formset = Joined\n"
        )
        check(tmp_path, formset + inline + self.SHELF)

    def test_joined(self, tmp_path: Path) -> None:
        inline = (
            "class BookInline(admin.StackedInline):\n    model = Book\n    fields = ['title']\n    readonly_fields = ['author']\n"
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


class TestChoices:
    """A foreign key in a form is a choice among all rows, each labelled by its `__str__`."""

    HEAD = "expect: DJC101 head"

    @pytest.mark.parametrize(
        "options",
        ["pass", "fields = ['title', 'country']", "fieldsets = [(None, {'fields': ('title', ('pages', 'country'))})]"],
    )
    def test_labels(self, tmp_path: Path, options: str) -> None:
        check(tmp_path, book_admin(f"    {options}\n    list_display = ['title']\n"), country=self.HEAD)

    @pytest.mark.parametrize(
        "options",
        [
            "fields = ['title']",
            "exclude = ['country']",
            "raw_id_fields = ['country']",
            "autocomplete_fields = ('country',)",
            "readonly_fields = ['country']",
            "def get_autocomplete_fields(self, request): return ['country']",
            "def formfield_for_foreignkey(self, field, request, **kwargs): return None",
            "def get_form(self, request, obj=None, **kwargs): return None",
        ],
    )
    def test_no_choice(self, tmp_path: Path, options: str) -> None:
        check(tmp_path, book_admin(f"    {options}\n    list_display = ['title']\n"), country="head is read by nobody")

    def test_method_that_makes_another_field(self, tmp_path: Path) -> None:
        hook = (
            "    def formfield_for_foreignkey(self, field, request, **kwargs):\n        if field.name == 'author':\n"
            "            kwargs['label'] = '?'\n        return super().formfield_for_foreignkey(field, request, **kwargs)\n"
        )
        check(tmp_path, book_admin(f"    list_display = ['title']\n{hook}"), country=self.HEAD)

    def test_form_with_a_field_of_its_own(self, tmp_path: Path) -> None:
        form = (
            "from django import forms\n\n\nclass BookForm(forms.ModelForm):\n    country = forms.CharField()\n"
            "    class Meta:\n        model = Book\n        fields = ['title', 'country']\n\n\n"
        )
        admin = form + book_admin("    form = BookForm\n    list_display = ['title']\n")
        check(tmp_path, admin, country="head is read by nobody")

    def test_many_to_many(self, tmp_path: Path) -> None:
        body = "    list_display = ['name']\n    filter_horizontal = ['books']\n"
        admin = (
            "from django.db import models\nclass Window(models.Model):\n    name = models.CharField()\n"
            "    books = models.ManyToManyField(Book)\n\n\n@register(Window)\nclass WindowAdmin(ModelAdmin):\n" + body
        )
        check(tmp_path, admin, book="expect: DJC101 author")


class TestRowForms:
    """Each row of an inline, and of an editable change list, has a form of its own, which fetches its choices anew."""

    INLINE = "class BookInline(admin.TabularInline):\n    model = Book\n    exclude = ['readers']\n"
    SPARING = "    raw_id_fields = ['author']\n    autocomplete_fields = ['country', 'editor']\n"
    JOINED = (
        "    def get_queryset(self, request):\n        return super().get_queryset(request).select_related('author')\n"
    )

    def test_inline(self, tmp_path: Path) -> None:
        inline = self.INLINE.replace(":\n", ":  # expect: DJC103\n", 1) + self.JOINED
        check(tmp_path, inline + TestInlines.SHELF)

    def test_inline_that_asks_for_single_rows(self, tmp_path: Path) -> None:
        check(tmp_path, self.INLINE + self.SPARING + self.JOINED + TestInlines.SHELF)

    def test_named_field(self, tmp_path: Path) -> None:
        inline = self.INLINE + "    fields = ['title', 'editor', 'shelf']  # expect: DJC103\n" + self.JOINED
        check(tmp_path, inline + TestInlines.SHELF)

    def test_inline_that_nobody_may_change(self, tmp_path: Path) -> None:
        inline = (
            self.INLINE + "    fields = ['title', 'author', 'editor']  # expect: DJC101 editor\n" + self.JOINED
        ) + "    def has_change_permission(self, request, obj=None):\n        return False\n"
        check(tmp_path, inline + TestInlines.SHELF)

    def test_many_to_many_as_text(self, tmp_path: Path) -> None:
        inline = (
            "class BookInline(admin.TabularInline):\n    model = Book\n    fields = ['title', 'readers']\n"
            "    readonly_fields = ['readers']  # expect: DJC102 readers\n"
        ) + self.JOINED
        check(tmp_path, inline + TestInlines.SHELF)

    def test_generic_inline(self, tmp_path: Path) -> None:
        admin = (
            "from django.db import models\nfrom django.contrib.contenttypes.admin import GenericTabularInline\n"
            "from django.contrib.contenttypes.models import ContentType\n"
            "class Note(models.Model):\n    content_type = models.ForeignKey(ContentType, models.CASCADE)\n"
            "    object_id = models.IntegerField()\n    about = models.ForeignKey(Country, models.CASCADE)\n"
            "class BookInline(GenericTabularInline):  # expect: DJC103\n    model = Note\n"
        )
        check(tmp_path, admin + TestInlines.SHELF)

    def test_list_editable(self, tmp_path: Path) -> None:
        body = "    list_display = ['title', 'author']\n    list_editable = ['author']  # expect: DJC103\n"
        check(tmp_path, book_admin(body))

    def test_list_editable_of_raw_ids(self, tmp_path: Path) -> None:
        body = (
            "    list_display = ['title', 'author']\n    list_editable = ['author']\n    raw_id_fields = ['author']\n"
        )
        check(tmp_path, book_admin(body))


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
