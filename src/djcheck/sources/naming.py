"""Which directories are no code of the project's own, which are tests, and what is a template: told by names."""

from __future__ import annotations

import re
from collections.abc import Sequence

TEMPLATE_SUFFIXES = (".html", ".htm", ".txt", ".xml", ".jinja", ".jinja2", ".j2", ".djhtml")

FOREIGN = frozenset(
    ("__pycache__", "__pypackages__", "node_modules", "bower_components", "site-packages", "dist-packages")
) | frozenset(("_vendor", "_vendored", "vendored", "third_party", "htmlcov"))
# These are foreign unless they are Python packages: an app may be called `vendor`.
FOREIGN_UNLESS_PACKAGE = frozenset(
    ("build", "dist", "_build", "vendor", "static", "staticfiles", "static_root", "sdist", "wheels", "eggs")
)
TEST_DIRECTORIES = frozenset(("tests", "test", "testing", "__tests__", "testproject", "test_project"))
TEST_FILE = re.compile(r"test_.*\.py|.*_tests?\.py|tests?\.py|conftest\.py")
TEMPLATE_DIRECTORY = re.compile(r"(?:.*[_-])?(?:templates?|jinja2?)(?:[_-].*)?", re.IGNORECASE)


def is_foreign(directory: str, files: frozenset[str]) -> bool:
    """Whether a directory of that name holding those files is no code of the project's own."""
    if directory.startswith(".") or directory in FOREIGN or directory.endswith((".egg-info", ".egg", ".dist-info")):
        return True
    if "pyvenv.cfg" in files or "conda-meta" in files:
        return True
    return directory in FOREIGN_UNLESS_PACKAGE and "__init__.py" not in files


def is_test_directory(name: str) -> bool:
    return name in TEST_DIRECTORIES


def is_migration_directory(name: str) -> bool:
    # MIGRATION_MODULES may move them; those who use it write `db_migrations` and the like.
    return name == "migrations" or name.endswith("_migrations")


def is_test_file(name: str) -> bool:
    return TEST_FILE.fullmatch(name) is not None


def is_python(name: str) -> bool:
    return name.endswith(".py")


def is_template(name: str, directories: Sequence[str]) -> bool:
    """A template's suffix, under a directory that is called after templates: a front end's HTML is none of Django's."""
    return name.endswith(TEMPLATE_SUFFIXES) and any(map(TEMPLATE_DIRECTORY.fullmatch, directories))
