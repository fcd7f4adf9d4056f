"""`djcheck lsp` where its extra is not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == {library!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
from djcheck.cli.main import main
sys.exit(main(["lsp"]))
"""


@pytest.mark.parametrize("library", ["pygls", "lsprotocol"])
def test_the_extra_is_named(library: str) -> None:
    code = WITHOUT.format(library=library)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert ran.returncode == 2
    assert f"the language server needs {library}: pip install 'djcheck[lsp]'" in ran.stderr
    assert ran.stdout == ""
