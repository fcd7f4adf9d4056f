"""Projects of any size to measure growth on: always the same mixture, so that only the size differs.

An app has models, views, serializers, an admin, templates, tests, and code that has nothing to do with a database.
Relations and calls lead to other entities of the same app, and to the first app of its block of ten.
"""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks import generated_code as code

ENTITIES = [f"thing{at}" for at in range(8)]
BLOCK = 10


def write_project(root: Path, lines: int) -> int:
    """Write apps into `root` until they have so many lines of Python. Returns how many they have."""
    (root / "templates").mkdir(parents=True)
    (root / "templates" / "base.html").write_text("{% block content %}{% endblock %}\n")
    written = 0
    names: list[str] = []
    while written < lines:
        written += write_app(root, len(names))
        names.append(f"app_{len(names)}")
    return written + write_main(root, names)


def write_app(root: Path, number: int) -> int:
    app, base = f"app_{number}", f"app_{number - number % BLOCK}"
    texts = {f"{stem}.py": module(head, body, app, base) for stem, (head, body) in code.MODULES.items()}
    if app == base:
        texts["services.py"] = texts["services.py"].replace(f"from {base}.services import shared\n", "") + code.SHARED
    texts["__init__.py"] = ""
    paths = "".join(code.URLS.format(e=e, E=e.title()) for e in ENTITIES)
    texts["urls.py"] = f"""from django.urls import path

from {app} import views

app_name = "{app}"
urlpatterns = [
{paths}]
"""
    templates = {f"templates/{app}/{e}_list.html": code.TEMPLATE.format() for e in ENTITIES}
    return write(root / app, texts | templates)


def module(head: str, body: str, app: str, base: str) -> str:
    """A module of an app: its beginning, and its part for each entity."""
    text = head.format(app=app, base=base)
    for at, e in enumerate(ENTITIES):
        parent = f"{app}.{ENTITIES[at - 1].title()}" if at else f"{base}.Thing0"
        text += "\n" + body.format(app=app, e=e, E=e.title(), parent=parent, tag=f"{base}.Thing0")
    return text


def write_main(root: Path, names: list[str]) -> int:
    apps = [*("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.admin"), *names]
    included = "\n".join(f'    path("{app}/", include("{app}.urls")),' for app in names)
    return write(
        root,
        {
            "manage.py": code.MANAGE,
            "main/__init__.py": "",
            "main/settings.py": code.SETTINGS.format(apps="\n".join(f'    "{app}",' for app in apps)),
            "main/urls.py": f"from django.urls import include, path\n\nurlpatterns = [\n{included}\n]\n",
        },
    )


def write(where: Path, texts: dict[str, str]) -> int:
    """Write files, and tell how many lines of Python they have."""
    for name, text in texts.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return sum(text.count("\n") for name, text in texts.items() if name.endswith(".py"))
