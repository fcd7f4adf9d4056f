"""What kind of project it is: what `djcheck init` shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from djcheck.index.project import ProjectIndex
from djcheck.index.versions import Version, django_version

# Libraries that bring views, serializers, tasks or rows of their own, by the package that is imported.
LIBRARIES = {
    "celery": "Celery",
    "channels": "Channels",
    "django_filters": "django-filter",
    "django_tables2": "django-tables2",
    "graphene_django": "Graphene",
    "import_export": "django-import-export",
    "ninja": "Django Ninja",
    "rest_framework": "Django REST framework",
    "strawberry": "Strawberry",
    "wagtail": "Wagtail",
}
LANGUAGES = {"django": "Django", "jinja2": "Jinja2"}


class Profile(NamedTuple):
    """`settings` is the module that djcheck reads, `django` the release that requirement files name.

    `apps` are the labels of the project's own apps, `models` how many models these have; `libraries` and `templates`
    (languages) are in words.
    """

    settings: str | None
    django: Version | None
    apps: tuple[str, ...]
    models: int
    libraries: tuple[str, ...]
    templates: tuple[str, ...]


def profile(index: ProjectIndex, requirements: Mapping[str, str]) -> Profile:
    """The project's profile; `requirements` are the texts of its requirement files."""
    modules = {module.name: module.key for module in index.modules()}
    settings = index.module(index.settings.module) if index.settings.module else None
    apps = {app_of(entry, modules, index) for entry in index.settings.installed_apps} - {""}
    labels = [model.label.partition(".")[0] for model in index.models() if not model.abstract]
    imported = {
        fact.module.partition(".")[0] for module in index.modules() for fact in module.facts.imports if not fact.level
    }
    languages = dict.fromkeys(engine.language for engine in index.settings.templates)
    return Profile(
        settings=settings.name if settings is not None else None,
        django=django_version(requirements),
        apps=tuple(sorted(apps)),
        models=sum(label in apps for label in labels),
        libraries=tuple(words for package, words in LIBRARIES.items() if package in imported),
        templates=tuple(LANGUAGES.get(language, language) for language in languages),
    )


def app_of(entry: str, modules: Mapping[str, str], index: ProjectIndex) -> str:
    """The label of an entry of INSTALLED_APPS, a package or a configuration class; "" for what is not the project's."""
    while entry:
        if entry in modules:
            return index.app_label(modules[entry])
        entry = entry.rpartition(".")[0]
    return ""
