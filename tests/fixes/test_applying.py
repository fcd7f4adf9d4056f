"""Are files written whole or not at all, with everything about them kept that no edit speaks of?"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from djcheck.fixes.editing.applying import Unwritable, changes_in, save
from djcheck.sources.read import Illegible, decode_python

BEFORE = "# été\nbooks = Book.objects.all()\nlast = 1\n"
AFTER = "# été\nbooks = Book.objects.select_related('author')\nmore = 2\nlast = 1\n"


def write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def fixed(name: str, data: bytes, after: str = AFTER) -> bytes:
    """The file's bytes after its text became `after`."""
    save(changes_in({name: (decode_python(data).text, after)}))
    return Path(name).read_bytes()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_encoding_and_line_ends_stay(tmp_path: Path, newline: str, encoding: str) -> None:
    data = BEFORE.replace("\n", newline).encode(encoding)
    made = fixed(write(tmp_path / "views.py", data), data)
    assert made == AFTER.replace("\n", newline).encode(encoding)


def test_a_declared_encoding_stays(tmp_path: Path) -> None:
    data = f"# coding: latin-1\n{BEFORE}".encode("latin-1")
    made = fixed(write(tmp_path / "views.py", data), data, f"# coding: latin-1\n{AFTER}")
    assert made == f"# coding: latin-1\n{AFTER}".encode("latin-1")


def test_mixed_line_ends_stay_where_lines_stay(tmp_path: Path) -> None:
    data = "# été\r\nbooks = Book.objects.all()\nlast = 1".encode()
    made = fixed(write(tmp_path / "views.py", data), data)
    assert made == "# été\r\nbooks = Book.objects.select_related('author')\r\nmore = 2\r\nlast = 1\r\n".encode()


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    real = tmp_path / "real.py"
    real.write_text(BEFORE)
    real.chmod(0o750)
    link = tmp_path / "views.py"
    link.symlink_to(real)
    save(changes_in({str(link): (BEFORE, AFTER)}))
    assert link.is_symlink()
    assert real.read_text() == AFTER
    assert stat.S_IMODE(real.stat().st_mode) == 0o750


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    name = write(tmp_path / "views.py", b"other = 1\n")
    with pytest.raises(Unwritable, match="has changed"):
        changes_in({name: (BEFORE, AFTER)})


def test_what_is_no_python_is_never_written(tmp_path: Path) -> None:
    name = write(tmp_path / "views.py", BEFORE.encode())
    with pytest.raises(Unwritable, match="would not be Python"):
        changes_in({name: (BEFORE, "def f(:\n")})
    assert Path(name).read_text() == BEFORE


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(Illegible):
        changes_in({str(tmp_path / "gone.py"): (BEFORE, AFTER)})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_where_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    free, closed = tmp_path / "free", tmp_path / "shut"
    names = []
    for folder in (free, closed):
        folder.mkdir()
        names.append(write(folder / "views.py", BEFORE.encode()))
    changes = changes_in(dict.fromkeys(names, (BEFORE, AFTER)))
    closed.chmod(0o500)
    try:
        with pytest.raises(Unwritable, match="cannot be written"):
            save(changes)
    finally:
        closed.chmod(0o700)
    assert [Path(name).read_text() for name in names] == [BEFORE, BEFORE]
    assert [each.name for each in free.iterdir()] == ["views.py"]


def test_a_character_that_the_encoding_lacks_is_told(tmp_path: Path) -> None:
    name = write(tmp_path / "views.py", b"# coding: ascii\nx = 1\n")
    changes = changes_in({name: ("# coding: ascii\nx = 1\n", "# coding: ascii\nx = 'é'\n")})
    with pytest.raises(Unwritable, match="has no"):
        save(changes)
    assert Path(name).read_bytes() == b"# coding: ascii\nx = 1\n"
