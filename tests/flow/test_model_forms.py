"""Are the choices that Django makes of a model's relations told where, and only where, a form shows them?"""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.domain.finding import Status
from tests.analysing import analyse, told, write

MODELS = """\
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=20)

    def __str__(self):
        return self.name


class Book(models.Model):
    title = models.CharField(max_length=20)
    author = models.ForeignKey(Author, models.CASCADE)

    def __str__(self):
        return f"{self.title} {self.author.name}"


class Review(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    others = models.ManyToManyField(Book, related_name="+")
    hidden = models.ForeignKey(Book, models.CASCADE, editable=False, related_name="+")
    stars = models.IntegerField()
"""
START = """\
from crispy_forms.helper import FormHelper
from django import forms
from django.shortcuts import render
from django.views.generic import CreateView, FormView, UpdateView
from shop.models import Book, Review

"""
META = "    class Meta:\n        model = Review\n"
FORM = f"class ReviewForm(forms.ModelForm):\n{META}        fields = ['book', 'stars']\n"
VIEW = (
    "def page(request):\n    form = ReviewForm(request.POST)\n    return render(request, 'page.html', {'form': form})\n"
)
TOLD = {("shop/models.py", 16, "DJC101", "author")}


def told_of(tmp_path: Path, code: str, template: str = "{{ form }}") -> set[tuple[str, int, str, str]]:
    write(
        tmp_path,
        {
            "manage.py": "",
            "shop/__init__.py": "",
            "shop/models.py": MODELS,
            "shop/views.py": START + code,
            "shop/templates/page.html": template,
        },
    )
    findings = analyse(tmp_path).findings
    assert all(each.status is Status.CERTAIN for each in findings)
    return {told(each) for each in findings}


class TestTemplates:
    @pytest.mark.parametrize(
        "template",
        [
            "{{ form }}",
            "{{ form.as_p }}",
            "{{ form.book }}",
            "{% for field in form %}{{ field.label }} {{ field }}{% endfor %}",
            "{% for field in form.visible_fields %}{{ field }}{% endfor %}",
            "{{ form|crispy }}",
            "{{ form.book|as_crispy_field }}",
            "{% crispy form %}",
            '{% render_field form.book class="wide" %}',
            '{% include "field.html" with field=form.book %}',
        ],
    )
    def test_shown(self, tmp_path: Path, template: str) -> None:
        write(tmp_path, {"shop/templates/field.html": "{{ field }}"})
        assert told_of(tmp_path, FORM + VIEW, template) == TOLD

    @pytest.mark.parametrize(
        "template",
        ["", "{{ form.stars }}", "{{ form.errors }}", "{{ form.book.label }}", "{% if form.book %}x{% endif %}"],
    )
    def test_not_shown(self, tmp_path: Path, template: str) -> None:
        assert told_of(tmp_path, FORM + VIEW, template) == set()

    def test_where_it_is_told(self, tmp_path: Path) -> None:
        told_of(tmp_path, FORM + VIEW)
        (finding,) = analyse(tmp_path).findings
        assert [(step.path, step.line) for step in finding.related if step.role == "origin"] == [("shop/views.py", 10)]


class TestFields:
    @pytest.mark.parametrize("fields", ["fields = '__all__'", "fields = ('others',)", "exclude = ['stars']"])
    def test_offered(self, tmp_path: Path, fields: str) -> None:
        form = f"class ReviewForm(forms.ModelForm):\n{META}        {fields}\n"
        assert told_of(tmp_path, form + VIEW) == TOLD

    @pytest.mark.parametrize(
        "body",
        [
            "        fields = ['stars']\n",
            "        fields = ['hidden']\n",
            "        exclude = ['book', 'others']\n",
            "        fields = ['book']\n        widgets = {'book': forms.HiddenInput()}\n",
            "        fields = ['book']\n        widgets = {}\n        widgets['book'] = forms.HiddenInput()\n",
            "        fields = ['book']\n        field_classes = {'book': forms.CharField}\n",
            "        fields = ['book']\n    book = forms.CharField()\n",
            (
                "        fields = ['book']\n    def __init__(self, *args):\n        super().__init__(*args)\n"
                "        self.fields['book'].queryset = Book.objects.select_related('author')\n"
            ),
            (
                "        fields = ['book']\n    def __init__(self, *args):\n        super().__init__(*args)\n"
                "        del self.fields['book']\n"
            ),
        ],
    )
    def test_not_offered(self, tmp_path: Path, body: str) -> None:
        assert told_of(tmp_path, f"class ReviewForm(forms.ModelForm):\n{META}{body}{VIEW}") == set()

    def test_widget_that_shows_all_rows(self, tmp_path: Path) -> None:
        form = FORM + "        widgets = {'book': forms.RadioSelect}\n"
        assert told_of(tmp_path, form + VIEW) == TOLD

    @pytest.mark.parametrize("name", ["'book'", "name"])
    def test_changed_by_the_view(self, tmp_path: Path, name: str) -> None:
        change = f"    form.fields[{name}].queryset = Book.objects.select_related('author')\n    return"
        assert told_of(tmp_path, FORM + VIEW.replace("    return", change)) == set()

    def test_another_field_changed_by_the_view(self, tmp_path: Path) -> None:
        change = "    form.fields['stars'].widget = forms.HiddenInput()\n    return"
        assert told_of(tmp_path, FORM + VIEW.replace("    return", change)) == TOLD


class TestViews:
    @pytest.mark.parametrize(
        "view",
        [
            "class Page(CreateView):\n    model = Review\n    fields = ['book']\n    template_name = 'page.html'\n",
            "class Page(UpdateView):\n    model = Review\n    fields = ['book']\n    template_name = 'page.html'\n",
            "class Page(FormView):\n    form_class = ReviewForm\n    template_name = 'page.html'\n",
            (
                "class Page(CreateView):\n    template_name = 'page.html'\n    def get_form_class(self):\n"
                "        return ReviewForm\n"
            ),
        ],
    )
    def test_generic_views(self, tmp_path: Path, view: str) -> None:
        assert told_of(tmp_path, FORM + view) == TOLD

    def test_form_changed_in_get_form(self, tmp_path: Path) -> None:
        view = (
            "class Page(CreateView):\n    model = Review\n    fields = ['book']\n    template_name = 'page.html'\n"
            "    def get_form(self, form_class=None):\n        form = super().get_form(form_class)\n"
            "        form.fields['book'].queryset = Book.objects.select_related('author')\n        return form\n"
        )
        assert told_of(tmp_path, view) == set()
