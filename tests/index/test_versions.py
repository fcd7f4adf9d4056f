"""The Django release that requirement files name."""

from __future__ import annotations

import pytest

from djcheck.index.versions import django_version


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        ("requirements.txt", "requests==2\nDjango==4.2.11\n", (4, 2)),
        ("requirements.txt", "django>=5.0,<5.2  # web\n", (5, 0)),
        ("requirements.txt", "django~=3.2\ndjango-filter==24.1\n", (3, 2)),
        ("requirements.txt", "django<5\n", (4, 2)),
        ("requirements.txt", "Django[argon2] == 5.1.4 ; python_version > '3.9'\n", (5, 1)),
        ("requirements.txt", "django-filter==24.1\n", None),
        ("pyproject.toml", '[project]\ndependencies = [\n  "Django>=4.2,<6",\n]\n', (4, 2)),
        ("pyproject.toml", '[project]\ndependencies = ["a", "django ~= 5.2"]\n', (5, 2)),
        ("pyproject.toml", '[tool.poetry.dependencies]\ndjango = "^5.1"\n', (5, 1)),
        ("pyproject.toml", '[tool.poetry.dependencies]\nDjango = {version = "^4.2", extras = ["argon2"]}\n', (4, 2)),
        ("pyproject.toml", '[tool.uv.exclude-newer-package]\ndjango = "2026-08-04T15:05:00Z"\n', None),
        ("setup.cfg", "install_requires =\n    Django >= 3.2\n", (3, 2)),
        ("poetry.lock", '[[package]]\nname = "django"\nversion = "5.0.3"\n', (5, 0)),
        ("uv.lock", '[[package]]\nname = "django"\nversion = "5.2.1"\n', (5, 2)),
        ("Pipfile.lock", '{"django": {"hashes": [], "version": "==4.1.2"}}', (4, 1)),
    ],
)
def test_django_version(name: str, text: str, version: tuple[int, int] | None) -> None:
    assert django_version({name: text}) == version


def test_a_lock_file_is_believed_first() -> None:
    texts = {"pyproject.toml": 'dependencies = ["django>=4.2"]', "uv.lock": 'name = "django"\nversion = "5.2.1"\n'}
    assert django_version(texts) == (5, 2)
