"""A real Neovim with the settings of docs/editors/neovim.md: diagnostics come, a code action changes the file."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp.library import TEMPLATE, VIEWS, library

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs/editors/neovim.md"
SCRIPT = Path(__file__).with_name("neovim.lua")
NVIM = shutil.which("nvim")
DJCHECK = shutil.which("djcheck", path=str(Path(sys.executable).parent))

pytestmark = [
    pytest.mark.skipif(NVIM is None, reason="Neovim is not installed (apt-get install neovim)"),
    pytest.mark.skipif(DJCHECK is None, reason="djcheck is not installed beside this Python"),
]


def documented(version: tuple[int, int]) -> str:
    """The settings for a version: those of the last heading that is not newer."""
    blocks = re.findall(r"<!-- neovim (\d+)\.(\d+) -->\n```lua\n(.*?)```", PAGE.read_text(), re.DOTALL)
    known: dict[tuple[int, int], str] = {(int(major), int(minor)): block for major, minor, block in blocks}
    return known[max(each for each in known if each <= version)]


def version() -> tuple[int, int]:
    assert NVIM is not None
    told = subprocess.run([NVIM, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"NVIM v(\d+)\.(\d+)", told)
    assert found is not None
    return int(found[1]), int(found[2])


def edited(tmp_path: Path, file: str, action: str) -> dict[str, object]:
    """What Neovim saw in a file of the project, taking an action at the first finding."""
    assert NVIM is not None
    assert DJCHECK is not None
    home = tmp_path / "home"
    home.mkdir()
    (home / "init.lua").write_text(documented(version()))
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(DJCHECK).parent), os.environ["PATH"]]),
        "HOME": str(home),
        **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA", "STATE")},
        "FIXTURE_FILE": file,
        "FIXTURE_CODE": "DJC101",
        "FIXTURE_ACTION": action,
        "FIXTURE_OUT": str(home / "seen.json"),
    }
    command = [NVIM, "--headless", "-n", "-u", str(home / "init.lua"), "-S", str(SCRIPT)]
    ran = subprocess.run(command, cwd=tmp_path / "shop", env=environment, capture_output=True, text=True, timeout=200)
    assert (home / "seen.json").exists(), ran.stderr
    seen = json.loads((home / "seen.json").read_text())
    assert isinstance(seen, dict)
    assert "error" not in seen, seen
    return seen


def test_a_view(tmp_path: Path) -> None:
    project = library(tmp_path / "shop")
    seen = edited(tmp_path, "library/views.py", "Ignore DJC101")
    assert (seen["line"], seen["column"], seen["source"]) == (11, 12, "djcheck")
    assert "runs one query for each row" in str(seen["message"])
    assert seen["gone"] is True, seen
    line = "    return [book.author.name for book in Book.objects.all()]"
    expected = VIEWS.replace(line, f"{line}  # djcheck: ignore[DJC101] TODO: say why")
    assert (project / "library/views.py").read_text() == expected


def test_a_fix(tmp_path: Path) -> None:
    project = library(tmp_path / "shop")
    seen = edited(tmp_path, "library/views.py", "Join `author`")
    assert seen["gone"] is True, seen
    line = "    return [book.author.name for book in Book.objects.all()]"
    expected = VIEWS.replace(line, line.replace("all()", 'select_related("author")'))
    assert (project / "library/views.py").read_text() == expected


def test_a_template(tmp_path: Path) -> None:
    project = library(tmp_path / "shop")
    seen = edited(tmp_path, "library/templates/titles.html", "Ignore DJC101")
    assert (seen["line"], seen["gone"]) == (2, True)
    expected = TEMPLATE.replace("</li>", "</li>{# djcheck: ignore[DJC101] TODO: say why #}")
    assert (project / "library/templates/titles.html").read_text() == expected
