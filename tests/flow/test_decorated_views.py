"""What a project's own decorator hands to a view is what the view has, in its loops and in its template."""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.domain.finding import Status
from tests.analysing import analyse, write

MODELS = """\
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=20)


class Shop(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    shop = models.ForeignKey(Shop, models.CASCADE)
    author = models.ForeignKey(Author, models.CASCADE)
"""
BY_KEYWORD = """\
def shop_required(view):
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if "shop_pk" not in kwargs:
            raise TypeError("shop_pk must be given")
        shop = get_object_or_404(Shop, pk=kwargs.pop("shop_pk"))
        kwargs["shop"] = shop
        if request.user.is_staff:
            return view(request, *args, **kwargs)
        raise PermissionDenied

    return wrapper
"""
BY_POSITION = """\
def shop_required(view):
    @wraps(view)
    def wrapper(request, shop_pk):
        return view(request, get_object_or_404(Shop, pk=shop_pk))

    return wrapper
"""
MADE = """\
def required(model):
    def decorate(view):
        @wraps(view)
        def wrapper(request, shop_pk):
            return view(request, get_object_or_404(model, pk=shop_pk))

        return wrapper

    return decorate
"""
LOADED = """\
def shop_required(view):
    @wraps(view)
    def wrapper(request, shop_pk):
        rows = Shop.objects.prefetch_related("book_set__author")
        return view(request, get_object_or_404(rows, pk=shop_pk))

    return wrapper
"""
IMPORTS = """\
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render

from .models import Shop


"""
VIEW = """

@login_required
@{used}
def show(request, shop):
    return render(request, "show.html", {{"shop": shop}})
"""
TEMPLATE = "{% for book in shop.book_set.all %}{{ book.author.name }}{% endfor %}\n"
URLS = """\
from django.urls import path

from shop import views

urlpatterns = [path("shops/<int:shop_pk>/", views.show)]
"""


def told(root: Path, decorator: str, used: str = "shop_required", urls: str = URLS) -> list[tuple[str, str, Status]]:
    engine = '{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}'
    files = {
        "manage.py": 'import os\n\nos.environ["DJANGO_SETTINGS_MODULE"] = "settings"\n',
        "settings.py": f'INSTALLED_APPS = ["shop"]\nROOT_URLCONF = "urls"\nTEMPLATES = [{engine}]\n',
        "urls.py": urls,
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/views.py": IMPORTS + decorator + VIEW.format(used=used),
        "shop/templates/show.html": TEMPLATE,
    }
    return [(finding.rule, finding.relation or "", finding.status) for finding in analyse(write(root, files)).findings]


@pytest.mark.parametrize(
    ("decorator", "used"),
    [(BY_KEYWORD, "shop_required"), (BY_POSITION, "shop_required"), (MADE, "required(Shop)")],
)
def test_what_a_decorator_fetches_is_what_the_template_shows(tmp_path: Path, decorator: str, used: str) -> None:
    assert told(tmp_path, decorator, used) == [("DJC101", "author", Status.CERTAIN)]


def test_what_the_decorator_loads_is_not_missing(tmp_path: Path) -> None:
    assert told(tmp_path, LOADED) == []


def test_functions_without_a_route_are_no_views(tmp_path: Path) -> None:
    assert told(tmp_path, BY_POSITION, urls="urlpatterns = []\n") == []
