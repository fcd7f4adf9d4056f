"""Settings read without running them."""

from __future__ import annotations

from djcheck.domain.index import Settings
from djcheck.index.settings import settings_named_in
from tests.index.building import index_of


def settings(source: str, **more: str) -> Settings:
    files = {path.replace("__", "/") + ".py": text for path, text in more.items()}
    return index_of({"site/settings.py": source, **files}).settings


def test_plain_settings() -> None:
    found = settings(
        """
        import os
        from pathlib import Path
        BASE_DIR = Path(__file__).resolve().parent.parent
        INSTALLED_APPS = ["shop"]
        INSTALLED_APPS += ("people",)
        INSTALLED_APPS.append("extra")
        INSTALLED_APPS.insert(0, "first")
        INSTALLED_APPS.extend(["last"])
        AUTH_USER_MODEL = "people.Member"
        ROOT_URLCONF = "site.urls"
        TEMPLATES = [{
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [BASE_DIR / "templates", os.path.join(BASE_DIR, "more", "templates")],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": ["shop.context.cart"],
                "builtins": ["shop.tags"],
                "libraries": {"prices": "shop.templatetags.prices"},
            },
        }, {
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "DIRS": [str(BASE_DIR / "jinja")],
            "OPTIONS": {"environment": "site.jinja.environment"},
        }]
        DATABASES = {"default": {"ENGINE": os.environ.get("ENGINE", "django.db.backends.sqlite3")}}
        DATABASES["replica"] = {"ENGINE": "django.db.backends.postgresql"}
        """
    )
    assert found.module == "site.settings"
    assert found.installed_apps == ("first", "shop", "people", "extra", "last")
    assert (found.auth_user_model, found.root_urlconf) == ("people.Member", "site.urls")
    django, jinja = found.templates
    assert (django.language, django.directories) == ("django", ("templates", "more/templates"))
    assert (django.app_directories, django.context_processors) == (True, ("shop.context.cart",))
    assert (django.builtins, django.libraries) == (("shop.tags",), {"prices": "shop.templatetags.prices"})
    assert (jinja.language, jinja.directories, jinja.environment) == ("jinja2", ("jinja",), "site.jinja.environment")
    assert found.databases == {
        "default": "django.db.backends.sqlite3",
        "replica": "django.db.backends.postgresql",
    }


def test_split_settings_and_who_names_them() -> None:
    files = {
        "conf/__init__.py": "",
        "conf/settings/__init__.py": "",
        "conf/settings/base.py": "INSTALLED_APPS = ['shop']\nAUTH_USER_MODEL = 'shop.Member'\nDEBUG = False\n",
        "conf/settings/dev.py": "from .base import *\nINSTALLED_APPS = INSTALLED_APPS + ['toolbar']\n",
        "conf/settings/prod.py": "from . import base\nINSTALLED_APPS = [*base.INSTALLED_APPS, 'sentry']\n",
        "conf/wsgi.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings.prod')\n",
    }
    found = index_of(files).settings
    assert found.module == "conf.settings.prod"
    assert sorted(found.installed_apps) == ["sentry", "shop", "toolbar"]
    assert index_of({**files, "conf/wsgi.py": ""}).settings.module == "conf.settings.base"


def test_settings_as_classes() -> None:
    found = settings(
        """
        from configurations import Configuration
        class Base(Configuration):
            INSTALLED_APPS = ["shop"]
        class Prod(Base):
            INSTALLED_APPS = Base.INSTALLED_APPS
            ROOT_URLCONF = "site.urls"
        """
    )
    assert found.installed_apps == ("shop",)
    assert found.root_urlconf == "site.urls"


def test_what_cannot_be_read_does_not_hide_what_can() -> None:
    found = settings(
        """
        import environ
        env = environ.Env()
        root = environ.Path(__file__) - 2
        INSTALLED_APPS = ["shop"] + env.list("MORE")
        INSTALLED_APPS = compute(INSTALLED_APPS)
        AUTH_USER_MODEL = env("USER", default="shop.Member")
        TEMPLATES = [{"BACKEND": "x.Y", "DIRS": [root("templates"), unknown()]}]
        DATABASES = {"default": env.db()}
        """
    )
    assert found.installed_apps == ("shop",)
    assert found.auth_user_model == "shop.Member"
    assert found.templates[0].directories == ("templates",)
    assert found.databases == {}


def test_no_settings() -> None:
    assert index_of({"a.py": "x = 1\n"}).settings == Settings()


def test_settings_that_import_each_other() -> None:
    files = {
        "one.py": "from two import *\nINSTALLED_APPS = ['a']\n",
        "two.py": "from one import *\nINSTALLED_APPS = ['b']\n",
    }
    assert index_of(files).settings.installed_apps == ("a", "b")


def test_the_module_that_a_script_names() -> None:
    script = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings.dev")\n'
    assert settings_named_in(script) == ["site.settings.dev"]
    assert settings_named_in("export DJANGO_SETTINGS_MODULE=site.settings\n") == ["site.settings"]
    assert settings_named_in("print(1)\n") == []
