"""Does `manage.py djcheck` in a Django project do what `djcheck` does, without importing what it analyses?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysing import write
from tests.gate.histories import PROJECT

MANAGE = """\
    import os
    import sys

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    """
SETTINGS = """\
    from pathlib import Path

    BASE_DIR = Path(__file__).parent.parent
    INSTALLED_APPS = ["shop", "djcheck.django"]
    """


@pytest.fixture
def project(tmp_path: Path) -> Path:
    views = "import sys\n\nsys.exit('imported')\n"
    return write(tmp_path, {**PROJECT, "manage.py": MANAGE, "site_/settings.py": SETTINGS, "shop/admin.py": views})


def manage(project: Path, *arguments: str, folder: str = ".") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(project / "manage.py"), *arguments]
    return subprocess.run(command, cwd=project / folder, capture_output=True, text=True)


def paths(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [each["path"] for each in json.loads(done.stdout)["findings"]]


def test_without_a_path_the_base_directory_is_analysed(project: Path) -> None:
    done = manage(project, "djcheck", "--format", "json")
    assert (done.returncode, paths(done)) == (1, ["shop/models.py", "shop/views.py"])
    done = manage(project, "djcheck", "--format", "json", folder="site_")
    assert paths(done) == ["../shop/models.py", "../shop/views.py"]


def test_options_and_paths_are_those_of_djcheck(project: Path) -> None:
    assert paths(manage(project, "djcheck", "check", "site_", "--format=json")) == []
    assert manage(project, "djcheck", "--exit-zero", "-q").returncode == 0
    assert manage(project, "djcheck", "--settings", "site_.settings", "--fail-on", "error").returncode == 0
    assert "missing-select-related" in manage(project, "djcheck", "explain", "DJC101").stdout
    assert "--baseline FILE" in manage(project, "djcheck", "--help").stdout


def test_bad_usage(project: Path) -> None:
    done = manage(project, "djcheck", "--no-such-option")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--no-such-option" in done.stderr


def test_called_from_code(project: Path) -> None:
    write(project, {"call.py": "import django\nfrom django.core.management import call_command\n\ndjango.setup()\n"})
    with (project / "call.py").open("a") as file:
        file.write('call_command("djcheck", "shop")\n')
    environment = {"DJANGO_SETTINGS_MODULE": "site_.settings", "PATH": "", "HOME": str(project)}
    done = subprocess.run([sys.executable, "call.py"], cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "shop/views.py:9:22: warning DJC101" in done.stdout


def test_djcheck_itself_does_not_import_django() -> None:
    seen = "import sys, djcheck.cli.main, djcheck.pipeline; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", seen]).returncode == 0
