"""Does `djcheck init` see what kind of project it is, and write a configuration without harming what is there?"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from djcheck.cli.main import main
from djcheck.config import Settings, load
from tests.analysing import write
from tests.gate.histories import PROJECT

EXTRA = {
    "site_/settings.py": """\
        INSTALLED_APPS = ["django.contrib.auth", "shop.apps.ShopConfig", "rest_framework"]
        TEMPLATES = [
            {"BACKEND": "django.template.backends.django.DjangoTemplates"},
            {"BACKEND": "django.template.backends.jinja2.Jinja2"},
        ]
        """,
    "shop/tasks.py": "from celery import shared_task\nfrom rest_framework import serializers\n",
    "requirements.txt": "Django>=5.2,<6\nmarkdown\n",
}
PYPROJECT = '# ours\n[project]\nname = "shop"   # keep\n\n[tool.black]\nline-length = 90'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, {**PROJECT, **EXTRA})
    monkeypatch.chdir(tmp_path)
    return tmp_path


Capture = pytest.CaptureFixture[str]


def test_what_was_found_is_shown(project: Path, capsys: Capture) -> None:
    assert main(["init"]) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.split("\n\n")[0].splitlines())
    assert lines == {
        "settings": "site_.settings",
        "Django": "5.2",
        "apps": "shop (2 models)",
        "templates": "Django, Jinja2",
        "libraries": "Celery, Django REST framework",
    }


def test_nothing_to_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    assert "none found in INSTALLED_APPS" in capsys.readouterr().out
    assert load([tmp_path]).problems == ()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_a_pyproject_is_kept_byte_for_byte(project: Path, capsys: Capture, end: str, last: str) -> None:
    before = (PYPROJECT + last).replace("\n", end).encode()
    (project / "pyproject.toml").write_bytes(before)
    assert main(["init", str(project)]) == 0
    after = (project / "pyproject.toml").read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == after.count(end.encode())
    tables = tomllib.loads(after.decode())
    assert tables["tool"] == {"black": {"line-length": 90}, "djcheck": {}}
    assert not (project / "djcheck.toml").exists()


@pytest.mark.parametrize("name", ["pyproject.toml", "djcheck.toml"])
def test_every_line_may_be_uncommented(project: Path, capsys: Capture, name: str) -> None:
    if name == "pyproject.toml":
        (project / name).write_text("")
    main(["init"])
    text = (project / name).read_text()
    keys = [line.removeprefix("# ") for line in text.splitlines() if " = " in line or line.startswith(("# [", "["))]
    (project / name).write_text("\n".join(keys))
    config = load([project])
    assert config.problems == ()
    assert (config.settings_module, config.baseline) == ("site_.settings", "djcheck-baseline.jsonl")
    assert config.per_app_ignores == {"shop": ("DJC104",)}
    assert config.per_relation_ignores == {"shop.Model.relation": ("DJC101",)}
    for key in ("select", "fail_on", "ambiguous", "include_tests", "include_migrations"):
        assert getattr(config, key) == getattr(Settings(), key)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("djcheck.toml", "# empty but there\n"),
        ("pyproject.toml", "[tool.djcheck]\nselect = ['DJC1']\n"),
        ("pyproject.toml", "[tool]\ndjcheck = {select = ['DJC1']}\n"),
        ("pyproject.toml", "[tool.djcheck.per-path-ignores]\n'a' = ['DJC1']\n"),
    ],
)
def test_an_earlier_configuration_is_told_and_left_alone(project: Path, capsys: Capture, name: str, text: str) -> None:
    (project / name).write_text(text)
    assert main(["init"]) == 2
    assert capsys.readouterr().err == f"Error: {name} configures djcheck already: nothing was written\n"
    assert (project / name).read_text() == text


def test_a_file_to_which_nothing_can_be_added(project: Path, capsys: Capture) -> None:
    for text in ("tool = {black = {}}\n", "[broken\n"):
        (project / "pyproject.toml").write_text(text)
        assert main(["init"]) == 2
        assert "pyproject.toml is written in a way" in capsys.readouterr().err
        assert (project / "pyproject.toml").read_text() == text


def test_the_proposed_commands_do_what_they_say(project: Path, capsys: Capture) -> None:
    main(["init"])
    *_, last = capsys.readouterr().out.splitlines()
    assert main(["check", ".", "-q"]) == 1
    assert main(last.split()[1:]) == 0
    file = project / "djcheck.toml"
    file.write_text(file.read_text().replace("# baseline =", "baseline ="))
    assert main(["check", "."]) == 0
