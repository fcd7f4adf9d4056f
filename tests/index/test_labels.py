"""Models by label, and targets that are computed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from djcheck.facts.survey import survey
from djcheck.index.project import ProjectIndex
from tests.index.building import index_of, module_name

HEAD = "from django.db import models\nfrom django.conf import settings\nfrom django.apps import apps\n"
BOOK = HEAD + "class Book(models.Model): pass\n"


def target(expression: str, more: Mapping[str, str] | None = None, before: str = "") -> str | None:
    source = f"{HEAD}{before}\nclass Note(models.Model):\n    to = models.ForeignKey({expression}, on_delete=1)\n"
    index = index_of({"shop/models.py": BOOK, "notes/models.py": source, **(more or {})})
    note = index.model("notes.models.Note")
    assert note is not None
    return note.relations["to"].target


@pytest.mark.parametrize(
    "expression",
    [
        "'shop.Book'",
        "unknown if later else 'shop.Book'",
        "apps.get_model('shop', 'Book')",
        "apps.get_model('shop.Book')",
        "swapper.get_model_name('shop', 'Book')",
        "getattr(settings, 'NOTE_TARGET', 'shop.Book')",
        "'{}.{}'.format('shop', 'Book')",
        "APP + '.Book'",
        "'%s.Book' % APP",
        "f'{APP}.Book'",
        "LABEL",
    ],
)
def test_computed_targets(expression: str) -> None:
    assert target(expression, before="APP = 'shop'\nLABEL = APP + '.Book'\n") == "shop.models.Book"


def test_targets_from_settings() -> None:
    more = {"conf/settings.py": "INSTALLED_APPS = ['shop', 'notes']\nNOTE_TARGET = 'shop.Book'\n"}
    assert target("settings.NOTE_TARGET", more) == "shop.models.Book"
    assert target("getattr(settings, 'NOTE_TARGET', 'no.Thing')", more) == "shop.models.Book"
    assert target("settings.ABSENT", more) is None


@pytest.mark.parametrize("expression", ["compute()", "'%d.Book' % 3", "'{x}'.format('a')", "apps.get_model(name)", "X"])
def test_what_cannot_be_told_is_none(expression: str) -> None:
    assert target(expression, before="X = X") is None


def test_a_class_of_the_same_module_serves_where_the_label_does_not() -> None:
    source = HEAD + "class Book(models.Model):\n    class Meta:\n        app_label = 'other'\n"
    source += "class Note(models.Model):\n    book = models.ForeignKey('Book', on_delete=1)\n"
    index = index_of({"shop/models.py": source})
    note = index.model("shop.models.Note")
    assert note is not None
    assert note.relations["book"].target == "shop.models.Book"


def test_two_models_of_one_label() -> None:
    files = {
        "a/shop/models.py": BOOK,
        "b/shop/models.py": BOOK,
        "a/notes/models.py": HEAD + "class A(models.Model):\n    book = models.ForeignKey('shop.Book', on_delete=1)\n",
        "b/notes/models.py": HEAD + "class B(models.Model):\n    book = models.ForeignKey('shop.Book', on_delete=1)\n",
    }
    index = index_of(files)
    found = {key: index.model(f"{key}.notes.models.{key.upper()}") for key in "ab"}
    assert {key: model.relations["book"].target for key, model in found.items() if model} == {
        "a": "a.shop.models.Book",
        "b": "b.shop.models.Book",
    }
    near = index.model_by_label("shop.book", "b.notes.models")
    assert near is not None
    assert near.key == "b.shop.models.Book"


def test_models_of_two_projects_do_not_mix() -> None:
    note = (
        HEAD + "class Note(models.Model):\n    book = models.ForeignKey('shop.Book', on_delete=1, related_name='n')\n"
    )
    files = {
        f"{root}/{app}/models.py": text for root in ("one", "two") for app, text in (("shop", BOOK), ("notes", note))
    }
    modules = [
        (survey(path, text), module_name(path.partition("/")[2]), path.partition("/")[0])
        for path, text in files.items()
    ]
    index = ProjectIndex.build(modules)
    for model in index.models():
        for relation in model.relations.values():
            other = index.model(relation.target or "")
            assert other is not None
            assert model.place is not None
            assert other.place is not None
            assert model.place.path[:3] == other.place.path[:3]


def test_the_user_model_without_settings() -> None:
    source = "from django.contrib.auth.models import AbstractUser\nclass Member(AbstractUser): pass\n"
    assert index_of({"people/models.py": source}).user_model() == "people.models.Member"
    assert index_of({"people/models.py": ""}).user_model() == "django.contrib.auth.models.User"


def test_labels_come_from_app_configurations() -> None:
    config = "from django.apps import AppConfig\nNAME = 'pkg.shop'\n"
    config += "class C(AppConfig):\n    name = NAME\n    label = 'store'\n"
    files = {"pkg/shop/apps.py": config, "pkg/shop/models/books.py": BOOK, "pkg/other/models.py": BOOK}
    index = index_of({**files, "single.py": BOOK})
    assert sorted(model.label for model in index.models()) == ["other.Book", "single.Book", "store.Book"]


def test_the_order_of_files_changes_nothing() -> None:
    files = {"shop/models.py": BOOK, "a/models.py": BOOK, "b/shop/models.py": BOOK, "notes/models.py": HEAD + "X = 1\n"}
    one, other = index_of(files), index_of(dict(reversed(files.items())))
    assert [(model.key, model.label) for model in one.models()] == [
        (model.key, model.label) for model in other.models()
    ]
