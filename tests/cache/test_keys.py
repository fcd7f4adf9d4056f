"""Do two revisions of djcheck that call themselves by one version leave each other's results alone?"""

from __future__ import annotations

import os
from pathlib import Path

from djcheck import __version__
from djcheck.cache.keys import own_files
from tests.analysing import write


def test_installed_revisions_are_told_apart_by_their_record(tmp_path: Path) -> None:
    record = f"site-packages/djcheck-{__version__}.dist-info/RECORD"
    roots = [write(tmp_path / name, {record: f"djcheck/cli/main.py,sha256={name},7\n"}) for name in ("one", "two")]
    one, two = (own_files(root / "site-packages" / "djcheck") for root in roots)
    assert one != two
    os.utime(tmp_path / "one" / record, (1, 1))
    assert own_files(tmp_path / "one" / "site-packages" / "djcheck") == one


def test_a_checkout_is_known_by_the_state_of_its_files(tmp_path: Path) -> None:
    write(tmp_path, {"src/djcheck/a.py": "1\n", "rules/djc001.yaml": "1\n", "src/djcheck/notes.txt": "1\n"})
    before = own_files(tmp_path / "src" / "djcheck")
    write(tmp_path, {"src/djcheck/notes.txt": "22\n"})
    assert own_files(tmp_path / "src" / "djcheck") == before
    write(tmp_path, {"rules/djc001.yaml": "22\n"})
    assert own_files(tmp_path / "src" / "djcheck") != before
