"""Changed texts into files: parsed again before they are written, all of a file or nothing of it."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from djcheck.facts.parsing import Unparsable, parse
from djcheck.sources.read import decode_python, decode_template, normalise, read_bytes

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Unwritable(Exception):
    """The file is not written; the message says why."""


def is_sound(name: str, text: str) -> bool:
    """Can the text of a file still be parsed? Templates have no syntax that an edit of djcheck's could break."""
    if not name.endswith(".py"):
        return True
    try:
        parse(text)
    except Unparsable:
        return False
    return True


class Change(Struct, frozen=True):
    """A file's whole text before and after, with its own ends of lines."""

    path: Path
    before: str
    after: str
    encoding: str


def changes_in(texts: Mapping[str, tuple[str, str]]) -> list[Change]:
    """What (text before, text after) of each file, with "\\n" at the ends of its lines, means for the file itself.

    Line ends stay. Raises Unwritable where the file has changed meanwhile, and Illegible where it cannot be read.
    """
    return [change_of(name, *texts[name]) for name in sorted(texts)]


def change_of(name: str, before: str, after: str) -> Change:
    data = read_bytes(Path(name))
    decoded = (decode_python if name.endswith(".py") else decode_template)(data)
    if decoded.text != before:
        raise Unwritable(f"{name}: has changed since it was analysed")
    if not is_sound(name, after):
        raise Unwritable(f"{name}: would not be Python any more; please report it")
    raw = data.decode(decoded.encoding)
    return Change(Path(name), raw, with_line_ends(raw, after, decoded.newline), decoded.encoding)


def save(changes: Sequence[Change]) -> None:
    """Write all files: each new one is whole on the disk before the first old one is replaced.

    Encoding, byte order mark and permissions stay. Raises Unwritable.
    """
    made: list[tuple[str, Path]] = []
    try:
        for change in changes:
            target = Path(os.path.realpath(change.path))
            made.append((beside(target, change.after.encode(change.encoding)), target))
        while made:
            new, target = made[0]
            os.replace(new, target)
            made.pop(0)
    except UnicodeEncodeError as error:
        raise Unwritable(f"{change.path}: {change.encoding} has no {error.object[error.start]!r}") from error
    except OSError as error:
        raise Unwritable(f"{error.filename}: cannot be written: {error.strerror or error}") from error
    finally:
        for new, _ in made:
            Path(new).unlink(missing_ok=True)


def with_line_ends(raw: str, after: str, newline: str) -> str:
    """The new text, where lines that stay keep the ends they had, and new ones get the file's."""
    if "\r" not in raw:
        return after
    old, new = LINE.findall(raw), LINE.findall(after)
    bare = [normalise(line) for line in old]
    pieces: list[str] = []
    for tag, first, last, start, end in difflib.SequenceMatcher(None, bare, new, autojunk=False).get_opcodes():
        pieces += old[first:last] if tag == "equal" else [line.replace("\n", newline) for line in new[start:end]]
    return "".join(pieces)


def beside(target: Path, data: bytes) -> str:
    """A new file next to the one that it is to replace, with its permissions."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(target, name)
    return name
