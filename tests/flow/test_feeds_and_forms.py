"""Does what feeds, sitemaps and forms show of each row count as read per row?"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from djcheck.domain.finding import Status
from tests.analysing import RELATED, analyse, told, write
from tests.sample_projects.markers import read_marks

MODELS = """\
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    title = models.CharField(max_length=20)
    author = models.ForeignKey(Author, models.CASCADE)
    shelf = models.ForeignKey(Author, models.CASCADE, related_name="+")

    def __str__(self):
        return f"{{self.title}} {{self.author.name}}"{str}

    def get_absolute_url(self):
        return f"/{{self.shelf.name}}/"{url}
"""
START = """\
from django import forms
from django.contrib.sitemaps import GenericSitemap, Sitemap
from django.contrib.syndication.views import Feed
from django.forms import ModelChoiceField
from shop.models import Author, Book

"""
AUTHOR = "expect: DJC101 author"
SHELF = "expect: DJC101 shelf"


def check(tmp_path: Path, code: str, template: str = "", **marks: str) -> None:
    places = {name: f"  # {marks[name]}" if name in marks else "" for name in ("str", "url")}
    write(tmp_path, {"manage.py": "", "shop/__init__.py": "", "shop/models.py": MODELS.format(**places)})
    write(tmp_path, {"shop/shown.py": START + dedent(code), "shop/templates/shop/item.html": template})
    findings = analyse(tmp_path).findings
    wanted = {
        (mark.path, mark.line, mark.code, mark.relation if mark.code in RELATED else "")
        for mark in read_marks(tmp_path)
        if mark.kind == "expect"
    }
    assert {told(each) for each in findings} == wanted
    assert all(each.status is Status.CERTAIN for each in findings)


def feed(body: str, rows: str = "Book.objects.all()") -> str:
    return f"class Books(Feed):\n    title = 'Books'\n    def items(self):\n        return {rows}\n{body}"


PLAIN_TITLE = "    def item_title(self, item):\n        return item.title\n"
PLAIN_DESCRIPTION = "    item_description = 'A book.'\n"
PLAIN_LINK = "    def item_link(self, item):\n        return f'/{item.pk}/'\n"
SILENT = PLAIN_TITLE + PLAIN_DESCRIPTION + PLAIN_LINK


class TestFeeds:
    def test_item_as_text(self, tmp_path: Path) -> None:
        check(tmp_path, feed(PLAIN_LINK), str=AUTHOR)

    def test_item_as_text_by_super(self, tmp_path: Path) -> None:
        title = "    def item_title(self, item):\n        return super().item_title(item)\n"
        check(tmp_path, feed(title + PLAIN_DESCRIPTION + PLAIN_LINK), str=AUTHOR)

    def test_address_of_the_item(self, tmp_path: Path) -> None:
        check(tmp_path, feed(PLAIN_TITLE + PLAIN_DESCRIPTION), url=SHELF)

    def test_everything_said_by_the_class(self, tmp_path: Path) -> None:
        check(tmp_path, feed(SILENT))

    @pytest.mark.parametrize("asked", ["item_author_name", "item_pubdate", "item_categories", "item_enclosures"])
    def test_further_methods(self, tmp_path: Path, asked: str) -> None:
        method = f"    def {asked}(self, item):\n        return item.author.name"
        check(tmp_path, feed(SILENT + method + "  # expect: DJC101 author\n"))
        check(tmp_path, feed(SILENT + method + "\n", rows="Book.objects.select_related('author')"))

    def test_methods_that_nobody_calls(self, tmp_path: Path) -> None:
        check(tmp_path, feed(SILENT + "    def item_colour(self, item):\n        return item.author.name\n"))

    def test_methods_of_the_feed_itself(self, tmp_path: Path) -> None:
        code = (
            "class Books(Feed):\n    def get_object(self, request, pk):\n        return Book.objects.get(pk=pk)\n"
            "    def title(self, book):\n        return book.author.name\n"
            "    def items(self, book):\n        return Book.objects.filter(shelf=book.shelf)\n"
        )
        check(tmp_path, code + SILENT)

    def test_items_of_the_object(self, tmp_path: Path) -> None:
        code = (
            "class Books(Feed):\n    def get_object(self, request, pk):\n        return Author.objects.get(pk=pk)\n"
            "    def items(self, author):\n        return author.book_set.all()[:50]\n"
            "    def item_title(self, item):\n        return item.shelf.name  # expect: DJC101 shelf\n"
        )
        check(tmp_path, code + PLAIN_DESCRIPTION + PLAIN_LINK)

    def test_template_of_the_title(self, tmp_path: Path) -> None:
        body = "    title_template = 'shop/item.html'\n" + PLAIN_DESCRIPTION + PLAIN_LINK
        check(tmp_path, feed(body), template="{{ obj.shelf.name }}{# expect: DJC101 shelf #}\n")

    def test_rows_and_methods_in_classes_apart(self, tmp_path: Path) -> None:
        base = "class Base(Feed):\n" + SILENT.replace("item.title", "item.author.name")
        eager = "class Eager(Base):\n    def items(self):\n        return Book.objects.select_related('author')\n"
        check(tmp_path, base + eager)
        lazy = "class Lazy(Base):\n    def items(self):\n        return Book.objects.all()\n"
        check(tmp_path, base.replace(".author.name\n", ".author.name  # expect: DJC101 author\n") + eager + lazy)


def sitemap(body: str, rows: str = "Book.objects.all()") -> str:
    return f"class Books(Sitemap):\n    def items(self):\n        return {rows}\n{body}"


class TestSitemaps:
    def test_address_of_the_item(self, tmp_path: Path) -> None:
        check(tmp_path, sitemap(""), url=SHELF)

    def test_joined(self, tmp_path: Path) -> None:
        check(tmp_path, sitemap("", rows="Book.objects.select_related('shelf')"))

    def test_own_address(self, tmp_path: Path) -> None:
        check(tmp_path, sitemap("    def location(self, item):\n        return f'/{item.pk}/'\n"))

    @pytest.mark.parametrize("asked", ["location", "lastmod", "priority", "changefreq"])
    def test_methods(self, tmp_path: Path, asked: str) -> None:
        method = f"    def {asked}(self, item):\n        return item.author.name  # expect: DJC101 author\n"
        check(tmp_path, sitemap(method, rows="Book.objects.select_related('shelf')"))

    def test_names_of_pages(self, tmp_path: Path) -> None:
        check(tmp_path, sitemap("    def location(self, item):\n        return item\n", rows="['home', 'about']"))

    def test_generic(self, tmp_path: Path) -> None:
        code = "def maps():\n    return {'books': GenericSitemap({'queryset': Book.objects.all()})}\n"
        check(tmp_path, code, url=SHELF)
        check(tmp_path, code.replace(".all()", ".select_related('shelf')"))


def form(field: str, rest: str = "", base: str = "forms.Form") -> str:
    return f"class Order({base}):\n    book = {field}\n{rest}"


CHOICE = "forms.ModelChoiceField(queryset=Book.objects.all())"


class TestForms:
    @pytest.mark.parametrize(
        "field",
        [
            CHOICE,
            "ModelChoiceField(Book.objects.all(), label='Book')",
            "forms.ModelMultipleChoiceField(queryset=Book.objects)",
            "forms.ModelChoiceField(queryset=Book.objects.filter(title='x'), widget=forms.RadioSelect())",
            "forms.ModelMultipleChoiceField(queryset=Book.objects.all(), widget=forms.CheckboxSelectMultiple)",
        ],
    )
    def test_labels(self, tmp_path: Path, field: str) -> None:
        check(tmp_path, form(field), str=AUTHOR)

    @pytest.mark.parametrize(
        "field",
        [
            "forms.ModelChoiceField(queryset=Book.objects.select_related('author'))",
            "forms.ModelChoiceField(queryset=Book.objects.none())",
            "forms.ModelChoiceField(queryset=Author.objects.all())",
            "forms.ModelChoiceField(queryset=Book.objects.all(), widget=forms.HiddenInput)",
            "forms.ModelChoiceField(queryset=Book.objects.all(), widget=Search())",
            "forms.ModelChoiceField(None)",
            "forms.ModelChoiceField(queryset=Book.objects.all(), **options)",
        ],
    )
    def test_no_labels(self, tmp_path: Path, field: str) -> None:
        search = "class Search(forms.Select):\n    pass\noptions = {'widget': forms.HiddenInput}\n"
        check(tmp_path, search + form(field))

    def test_model_form(self, tmp_path: Path) -> None:
        meta = "    class Meta:\n        model = Book\n        fields = ['title', 'book']\n"
        check(tmp_path, form(CHOICE, meta, "forms.ModelForm"), str=AUTHOR)

    def test_own_labels(self, tmp_path: Path) -> None:
        field = (
            "class BookField(forms.ModelChoiceField):\n    def label_from_instance(self, obj):\n"
            "        return obj.shelf.name  # expect: DJC101 shelf\n"
        )
        check(tmp_path, field + form("BookField(queryset=Book.objects.all())"))

    def test_own_labels_joined(self, tmp_path: Path) -> None:
        field = (
            "class BookField(forms.ModelMultipleChoiceField):\n    def label_from_instance(self, obj):\n"
            "        return obj.shelf.name\n"
        )
        check(tmp_path, field + form("BookField(queryset=Book.objects.select_related('shelf'))"))

    @pytest.mark.parametrize(
        "change",
        [
            "self.fields['book'].queryset = books",
            "self.fields['book'].widget = forms.HiddenInput()",
            "self.fields['book'].label_from_instance = lambda book: book.title",
            "self.fields['book'] = forms.ModelChoiceField(queryset=books)",
            "field = self.fields['book']\n        field.queryset = books",
            "for name in self.fields:\n            self.fields[name].queryset = books",
        ],
    )
    def test_changed_by_the_form(self, tmp_path: Path, change: str) -> None:
        method = (
            "    def __init__(self, books, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n"
            f"        {change}\n"
        )
        check(tmp_path, form(CHOICE, method))

    @pytest.mark.parametrize(("rows", "marks"), [("", {"str": AUTHOR}), (".select_related('author')", {})])
    def test_rows_put_in_place(self, tmp_path: Path, rows: str, marks: dict[str, str]) -> None:
        method = (
            "    def __init__(self, *args, shelf=None, **kwargs):\n        super().__init__(*args, **kwargs)\n"
            f"        self.fields['book'].queryset = Book.objects.filter(shelf=shelf){rows}\n"
        )
        check(tmp_path, form("forms.ModelChoiceField(queryset=Book.objects.none())", method), **marks)

    def test_rows_and_labels_put_in_place(self, tmp_path: Path) -> None:
        method = (
            "    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n"
            "        self.fields['book'].queryset = Book.objects.exclude(title='')\n"
            "        self.fields['book'].label_from_instance = lambda book: book.title\n"
        )
        check(tmp_path, form(CHOICE, method))

    def test_another_field_changed(self, tmp_path: Path) -> None:
        method = (
            "    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n"
            "        self.fields['other'].queryset = Author.objects.all()\n"
        )
        check(tmp_path, form(CHOICE, method), str=AUTHOR)

    def test_fields_outside_forms(self, tmp_path: Path) -> None:
        check(tmp_path, f"class Kept:\n    book = {CHOICE}\n")
