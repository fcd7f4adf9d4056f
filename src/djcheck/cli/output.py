"""Where results go: standard output or a file, as bytes that every receiver can take."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Literal

import click

from djcheck.reporters.style import PIPE_WIDTH

Colour = Literal["auto", "always", "never"]


def write(data: bytes, file: Path | None) -> None:
    """Write to `file`, else to standard output. A reader that has gone away (`| head`) is no failure."""
    if file is not None:
        try:
            file.write_bytes(data)
        except OSError as error:
            raise failure(f"{file}: cannot be written: {error.strerror or error}") from error
        return
    stream = sys.stdout.buffer
    try:
        stream.write(data)
        stream.flush()
    except BrokenPipeError:
        # Python flushes once more when it ends; let that go nowhere instead of failing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def encoding(file: Path | None) -> str:
    """What the receiver takes: UTF-8 in a file; a terminal or pipe may lack some characters."""
    return "utf-8" if file is not None else (sys.stdout.encoding or "utf-8")


def encoded(text: str, file: Path | None) -> bytes:
    """`text` for the receiver, with escapes for characters that it lacks."""
    return text.encode(encoding(file), errors="backslashreplace")


def wants_colour(choice: Colour, file: Path | None) -> bool:
    """Colour goes to terminals only, unless the user or NO_COLOR or FORCE_COLOR says otherwise."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return file is None
    return file is None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def width(file: Path | None) -> int:
    """How many cells a line may take: what the terminal has, and a fixed number elsewhere."""
    if file is None and sys.stdout.isatty():
        return max(shutil.get_terminal_size().columns, 40)
    return PIPE_WIDTH


def failure(message: str) -> click.ClickException:
    """An error that ends the run with status 2 and one line on standard error."""
    return click.ClickException(message)
