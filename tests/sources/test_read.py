from __future__ import annotations

import os
from pathlib import Path

import pytest

from djcheck.sources.read import Illegible, decode_python, decode_template, normalise, read_bytes


@pytest.mark.parametrize(
    ("data", "text", "encoding", "newline"),
    [
        (b"x = 1\n", "x = 1\n", "utf-8", "\n"),
        (b"", "", "utf-8", "\n"),
        ("é = 1\r\nb\r\n".encode(), "é = 1\nb\n", "utf-8", "\r\n"),
        (b"a\rb\r", "a\nb\n", "utf-8", "\r"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n", "utf-8-sig", "\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n", "iso-8859-1", "\n"),
        (b"#!/bin/env python\n# vim: set fileencoding=cp1252 :\n'\x80'", None, "cp1252", "\n"),
    ],
)
def test_python_is_decoded_as_python_decodes_it(data: bytes, text: str | None, encoding: str, newline: str) -> None:
    decoded = decode_python(data)
    assert (decoded.encoding, decoded.newline) == (encoding, newline)
    assert decoded.text == (text if text is not None else data.decode(encoding))


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"a = 1\nb = '\xe9'\n", "is not valid UTF-8: byte 0xe9", 2),
        (b"1\r\n2\r\n3\r\n4 '\xff'\n", "is not valid UTF-8: byte 0xff", 4),
        (b"a\n\0b", "contains a null byte: it is binary or damaged", 2),
        (b"\x7fELF\x02\x01\x01\0\0", "contains a null byte: it is binary or damaged", 1),
        ("x".encode("utf-16"), "is UTF-16, which Python does not read", 1),
        (b"# coding: nonsense\n", "has no encoding that can be used: unknown encoding: nonsense", 1),
        (b"# coding: bz2\n", "declares the encoding bz2, which is none for text", 1),
        (b"\xef\xbb\xbf# coding: latin-1\n", "has no encoding that can be used: encoding problem: utf-8", 1),
        (b"# coding: ascii\n\n'\xe9'", "is not valid ascii: byte 0xe9", 3),
    ],
)
def test_what_cannot_be_decoded_is_said_with_its_line(data: bytes, reason: str, line: int) -> None:
    with pytest.raises(Illegible) as caught:
        decode_python(data)
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_templates_are_utf8() -> None:
    assert decode_template(b"\xef\xbb\xbf{{ a }}\r\n").text == "{{ a }}\n"
    assert decode_template(b"# coding: latin-1\n").encoding == "utf-8"
    with pytest.raises(Illegible, match="0xe9"):
        decode_template(b"\n\xe9")


def test_normalise_is_idempotent() -> None:
    assert normalise("a\r\nb\rc\n") == "a\nb\nc\n"
    assert normalise("a\nb") == "a\nb"


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "big.py"
    file.write_bytes(b"x = 1\n" * 900_000)
    with pytest.raises(Illegible, match=r"is too large: 5\.4 MB, and djcheck reads up to 2\.0 MB"):
        read_bytes(file)
    assert len(read_bytes(file, largest=10_000_000)) == 5_400_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_a_pipe_does_not_hang_the_run(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(Illegible, match="is not a regular file"):
        read_bytes(tmp_path / "pipe.py")


def test_directories_links_to_nothing_and_loops(tmp_path: Path) -> None:
    (tmp_path / "dangling.py").symlink_to("nowhere.py")
    (tmp_path / "loop.py").symlink_to("loop.py")
    for name, reason in [
        (".", "is not a regular file"),
        ("dangling.py", "cannot be opened: No such file"),
        ("loop.py", "cannot be opened: "),
    ]:
        with pytest.raises(Illegible, match=reason):
            read_bytes(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("")
    (tmp_path / "x.py").chmod(0)
    with pytest.raises(Illegible, match="cannot be opened: Permission denied"):
        read_bytes(tmp_path / "x.py")
