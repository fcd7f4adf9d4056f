"""From a file's bytes to its text, as Python and Django would decode them."""

from __future__ import annotations

import codecs
import io
import os
import stat
import tokenize
from dataclasses import dataclass
from pathlib import Path

# Nobody writes such a file by hand; reading one could take as long as the rest of the project.
LARGEST = 2_000_000


class Illegible(Exception):
    """The file cannot be read; `reason` says why in words that complete "the file …"."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text with "\\n" at the ends of its lines, and how it was written."""

    text: str
    encoding: str
    newline: str


def read_bytes(path: Path, largest: int = LARGEST) -> bytes:
    """The file's bytes. Raises Illegible; never waits for a pipe or reads a device."""
    try:
        # Opened without waiting: between a look at a path and its opening it could become something else.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise Illegible(f"cannot be opened: {error.strerror or error}") from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Illegible("is not a regular file")
        if status.st_size > largest:
            size, most = _megabytes(status.st_size), _megabytes(largest)
            raise Illegible(f"is too large: {size}, and djcheck reads up to {most}")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(largest)
    except OSError as error:
        raise Illegible(f"cannot be read: {error.strerror or error}") from error
    finally:
        os.close(descriptor)


def decode_python(data: bytes) -> Text:
    """Decode as PEP 263 has it: a byte order mark, a coding comment, else UTF-8. Raises Illegible."""
    _refuse_binary(data)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise _undeclared(data, str(error)) from error
    return _decode(data, encoding)


def decode_template(data: bytes) -> Text:
    """Decode as Django does: UTF-8. Raises Illegible."""
    _refuse_binary(data)
    return _decode(data, "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8")


def normalise(text: str) -> str:
    """The text with "\\n" at the ends of its lines, as Python's own tokenizer reads it."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _decode(data: bytes, encoding: str) -> Text:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        byte = f"0x{data[error.start]:02x}" if error.start < len(data) else "its end"
        raise Illegible(f"is not valid {_plain(encoding)}: byte {byte}", _line(data, error.start)) from error
    except (LookupError, ValueError) as error:
        raise Illegible(f"declares the encoding {encoding}, which is none for text") from error
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    return Text(normalise(text), encoding, newline)


def _refuse_binary(data: bytes) -> None:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Illegible("is UTF-16, which Python does not read")
    null = data.find(b"\0")
    if null >= 0:
        raise Illegible("contains a null byte: it is binary or damaged", _line(data, null))


def _undeclared(data: bytes, message: str) -> Illegible:
    """tokenize says what is wrong with the first lines, but not where."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if "invalid or missing encoding" in message:
            return Illegible(f"is not valid UTF-8: byte 0x{data[error.start]:02x}", _line(data, error.start))
    return Illegible(f"has no encoding that can be used: {message}")


def _plain(encoding: str) -> str:
    return encoding.removesuffix("-sig").upper() if encoding.startswith("utf-8") else encoding


def _line(data: bytes, offset: int) -> int:
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
