"""What the server and the process that analyses a folder tell each other, and how it travels through a pipe."""

from __future__ import annotations

from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from djcheck.reporters.diagnostics import Diagnostic

HEADER = 4


class Task(Struct, frozen=True, tag=True):
    """Analyse again. A later task takes the place of one that is under way, and a task holds only what is new.

    `unsaved` are texts that the editor holds, by path relative to the folder; None: the disk's text counts again.
    `disk` says that files may have changed, come or gone there.
    `settings` are the editor's, spelled as in the configuration file. `units` is the encoding whose code units
    positions count: "utf-8", "utf-16" or "utf-32".
    """

    number: int
    unsaved: dict[str, str | None]
    disk: bool
    settings: dict[str, Any]
    units: str


class Progress(Struct, frozen=True, tag=True):
    """How far a task that takes its time is."""

    number: int
    stage: str
    done: int
    total: int


class Answer(Struct, frozen=True, tag=True):
    """What a task found: the diagnostics of each file for which they changed since the last answer.

    `is_first` says that there was none. `troubles` are lines for the log.
    """

    number: int
    is_first: bool
    diagnostics: dict[str, tuple[Diagnostic, ...]]
    troubles: tuple[str, ...]


class Failure(Struct, frozen=True, tag=True):
    """A task came to nothing. `blames_user` says that the configuration is at fault, not djcheck."""

    number: int
    reason: str
    blames_user: bool


Message = Progress | Answer | Failure
encode = msgspec.msgpack.encode
decode_task = msgspec.msgpack.Decoder(Task).decode
decode_message = msgspec.msgpack.Decoder(Message).decode


def framed(message: Struct) -> bytes:
    """The message with its length before it."""
    body = encode(message)
    return len(body).to_bytes(HEADER) + body


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next message's bytes, or None at the end of the stream."""
    header = stream.read(HEADER)
    return stream.read(int.from_bytes(header)) if len(header) == HEADER else None
