"""The model graph equals what real Django says of the same declarations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from djcheck.domain.index import Model
from djcheck.index.project import ProjectIndex
from tests.index.building import index_of
from tests.index.shapes import SHAPES, USERS
from tests.index.truth import ask_django

CONTRIB = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.flatpages",
    "django.contrib.redirects",
    "django.contrib.sessions",
    "django.contrib.sites",
]


def label(index: ProjectIndex, key: str | None) -> str | None:
    model = index.model(key) if key is not None else None
    return model.label if model is not None else key


def described(index: ProjectIndex, model: Model) -> dict[str, Any]:
    relations = {
        item.name: {
            "kind": item.kind.value,
            "name": item.name,
            "query_name": item.query_name,
            "target": label(index, item.target),
            "nullable": item.nullable,
            "attname": item.attname,
            "inverse": item.inverse,
            "to_key": item.to_key,
            "through": label(index, item.through),
            "many_to_many": item.is_many_to_many,
        }
        for item in model.relations.values()
    }
    return {
        "pk": model.primary_key,
        "proxy_for": label(index, model.proxy_for),
        "columns": sorted(model.fields),
        "relations": relations,
        "unique": sorted(sorted(names) for names in model.unique),
        "managers": list(model.managers),
        "default_manager": model.default_manager,
    }


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """(relation, ours, Django's) where the two are not equal."""
    names = sorted({*ours, *theirs})
    return [(name, ours.get(name), theirs.get(name)) for name in names if ours.get(name) != theirs.get(name)]


def settings_source(apps: list[str], **settings: object) -> str:
    lines = [f"INSTALLED_APPS = {apps!r}", *(f"{name} = {value!r}" for name, value in settings.items())]
    return "\n".join(lines) + "\n"


def assert_agreement(directory: Path, sources: Mapping[str, str], apps: list[str], **settings: object) -> None:
    truth = ask_django(directory, sources, apps, **settings)
    index = index_of({**sources, "config/settings.py": settings_source(apps, **settings)})
    ours = {model.label: model for model in index.models() if not model.abstract}
    assert set(truth) <= set(ours)
    for name, expected in truth.items():
        querysets = expected.pop("querysets")
        expected.pop("class")
        found = described(index, ours[name])
        assert differences(found.pop("relations"), expected.pop("relations")) == [], name
        assert found == expected, name
        for manager, queryset in querysets.items():
            known = ours[name].managers[manager].queryset
            plain = known.replace("django.db.models.", "django.db.models.query.") if known else None
            assert plain in (None, queryset), (name, manager)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.name))
def test_shape(shape: Any, tmp_path: Path) -> None:
    assert_agreement(tmp_path, shape.sources, [*shape.apps, *CONTRIB[1:3]])


def test_all_contrib_models(tmp_path: Path) -> None:
    sources = {"shop/__init__.py": "", "shop/models.py": "import django.contrib.auth.models\n"}
    assert_agreement(tmp_path, sources, ["shop", *CONTRIB])


def test_a_proxy_of_the_user_model(tmp_path: Path) -> None:
    proxy = """
from django.contrib.auth import get_user_model
User = get_user_model()
class Boss(User):
    class Meta:
        proxy = True
class Clerk(get_user_model()):
    pass
"""
    sources = {**USERS, "office/__init__.py": "", "office/models.py": proxy}
    assert_agreement(tmp_path, sources, ["people", "office", *CONTRIB], AUTH_USER_MODEL="people.Member")


def test_own_user_model(tmp_path: Path) -> None:
    assert_agreement(tmp_path, USERS, ["people", *CONTRIB], AUTH_USER_MODEL="people.Member")
