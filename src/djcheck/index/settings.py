"""The project's settings: which module holds them, what it says of apps, user model, templates and databases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from djcheck.domain.index import Settings, TemplateEngine
from djcheck.domain.ir import Call, Constant, Dictionary
from djcheck.index.names import Module, Names
from djcheck.index.reading import string
from djcheck.index.static_values import Environment, StaticValues, Value

VARIABLE = "DJANGO_SETTINGS_MODULE"
NAMED_IN_TEXT = re.compile(rf"""{VARIABLE}["']?\s*(?:,|\]\s*=|=)\s*["']?([A-Za-z_][\w.]*)""")
LANGUAGES = {
    "django.template.backends.django.DjangoTemplates": "django",
    "django.template.backends.jinja2.Jinja2": "jinja2",
    "django_jinja.backend.Jinja2": "jinja2",
    "django_jinja.jinja2.Jinja2": "jinja2",
}
# Where nothing names the settings module, the plainer name is the likelier.
LIKELY = ("settings", "base", "common", "defaults", "production", "prod", "local", "development", "dev")
TESTING = re.compile(r"(^|[._])(tests?|testing|testproject|ci|sandbox|docs|demo|example)([._]|$)")


def settings_named_in(text: str) -> list[str]:
    """The settings modules that a script such as `manage.py` names."""
    return list(dict.fromkeys(NAMED_IN_TEXT.findall(text)))


def read_settings(names: Names, named: Sequence[str]) -> Settings:
    """`named` are the modules that `manage.py` names; where none of them is found, others are looked for."""
    values = StaticValues(names)
    candidates = [module.key for module in candidates_of(names, named)]
    if not candidates:
        return Settings()
    chosen = values.of(candidates[0])
    apps: dict[str, None] = {}
    for module in candidates:
        apps.update(dict.fromkeys(texts(values.of(module).get("INSTALLED_APPS"))))
    return shaped(candidates[0], chosen, tuple(apps))


def candidates_of(names: Names, named: Sequence[str]) -> list[Module]:
    """Settings modules, the one that counts first: named by manage.py, by wsgi.py, else found by INSTALLED_APPS."""
    known = [*named, *named_in_facts(names)]
    roots = sorted({module.root for module in names.modules.values()})
    found = [module for name in known for root in roots if (module := names.find_module(name, root)) is not None]
    holders = sorted(filter(holds_apps, names.modules.values()), key=likelihood)
    plain = [module for module in holders if not TESTING.search(module.name)]
    return list({module.key: module for module in [*found, *(plain or ([] if found else holders))]}.values())


def named_in_facts(names: Names) -> list[str]:
    """What module-level statements (of `wsgi.py`, `asgi.py`, `celery.py`, `manage.py`) set the variable to."""
    found: dict[str, None] = {}
    ordered = sorted(names.modules.values(), key=lambda module: (bool(TESTING.search(module.name)), module.path))
    for module in ordered:
        for fact in module.facts.calls:
            if isinstance(fact.call, Call) and len(fact.call.args) == 2 and string(fact.call.args[0]) == VARIABLE:
                found.update({name: None for name in [string(fact.call.args[1])] if name})
        for assign in module.facts.assignments:
            if assign.operator == "[]" and isinstance(assign.value, Dictionary):
                for key, value in assign.value.items:
                    if string(key) == VARIABLE and isinstance(value, Constant):
                        found[str(value.value)] = None
    return list(found)


def holds_apps(module: Module) -> bool:
    facts = module.facts
    if any(fact.name == "INSTALLED_APPS" for fact in facts.assignments):
        return True
    return any(fact.name == "INSTALLED_APPS" for cls in facts.classes for fact in cls.attributes)


def likelihood(module: Module) -> tuple[int, int, str]:
    last = module.name.rpartition(".")[2]
    rank = LIKELY.index(last) if last in LIKELY else len(LIKELY)
    return rank, module.name.count("."), module.path


def shaped(module: str, environment: Environment, apps: tuple[str, ...]) -> Settings:
    user = environment.get("AUTH_USER_MODEL")
    urlconf = environment.get("ROOT_URLCONF")
    return Settings(
        module=module,
        installed_apps=apps,
        auth_user_model=user if isinstance(user, str) else "auth.User",
        templates=tuple(engine(entry) for entry in mappings(environment.get("TEMPLATES"))),
        root_urlconf=urlconf if isinstance(urlconf, str) else None,
        databases=databases(environment.get("DATABASES")),
        database_routers=texts(environment.get("DATABASE_ROUTERS")),
        texts={name: str(value) for name, value in environment.items() if name.isupper() and isinstance(value, str)},
    )


def engine(entry: dict[Value, Value]) -> TemplateEngine:
    options = entry.get("OPTIONS")
    known = options if isinstance(options, dict) else {}
    libraries = known.get("libraries")
    backend, environment = str(entry.get("BACKEND", "")), known.get("environment")
    return TemplateEngine(
        language=LANGUAGES.get(backend, backend),
        directories=texts(entry.get("DIRS")),
        app_directories=entry.get("APP_DIRS") is True or "loaders" in known,
        context_processors=texts(known.get("context_processors")),
        builtins=texts(known.get("builtins")),
        libraries={str(name): value for name, value in pairs(libraries) if isinstance(value, str)},
        environment=environment if isinstance(environment, str) else None,
    )


def databases(value: Value) -> dict[str, str]:
    found: dict[str, str] = {}
    for alias, entry in pairs(value):
        name = entry.get("ENGINE") if isinstance(entry, dict) else None
        if isinstance(name, str):
            found[str(alias)] = name
    return found


def texts(value: Value) -> tuple[str, ...]:
    return tuple(str(item) for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def mappings(value: Value) -> Iterable[dict[Value, Value]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def pairs(value: Value) -> Iterable[tuple[Value, Value]]:
    return value.items() if isinstance(value, dict) else ()
