"""What the files of a run hold at this moment: on the disk, or unsaved in an editor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from types import MappingProxyType

from msgspec import Struct

from djcheck.sources.discover import FileKind, SourceFile
from djcheck.sources.read import Illegible, decode_python, decode_template, normalise, read_bytes

BYTE_ORDER_MARK = "\ufeff"
# What an editor holds and the disk does not have yet: texts by the files' names.
Unsaved = Mapping[str, str]
NOTHING: Unsaved = MappingProxyType({})


class Content(Struct, frozen=True, array_like=True):
    """One file's bytes; `text` instead where an editor holds it. `reason` says why there are none."""

    data: bytes = b""
    text: str | None = None
    reason: str | None = None

    @property
    def digest(self) -> bytes:
        """The same for the same bytes, whatever the file is called."""
        if self.text is None and self.reason is None:
            return blake2b(self.data, digest_size=16).digest()
        told = f"text:{self.text}" if self.reason is None else f"reason:{self.reason}"
        return blake2b(told.encode(errors="surrogatepass"), digest_size=16, person=b"djcheck").digest()

    def decoded(self, kind: FileKind) -> str:
        """The text with "\\n" at the ends of its lines. Raises Illegible."""
        if self.reason is not None:
            raise Illegible(self.reason)
        if self.text is not None:
            return normalise(self.text.removeprefix(BYTE_ORDER_MARK))
        return (decode_python if kind is FileKind.PYTHON else decode_template)(self.data).text


def content_of(file: SourceFile, unsaved: Unsaved = NOTHING) -> Content:
    """What the file holds; never raises."""
    if file.name in unsaved:
        return Content(text=unsaved[file.name])
    try:
        return Content(read_bytes(file.path))
    except Illegible as error:
        return Content(reason=error.reason)


def contents_of(files: Iterable[SourceFile], unsaved: Unsaved = NOTHING) -> dict[str, Content]:
    """What each file holds, by its name."""
    return {file.name: content_of(file, unsaved) for file in files}


def overlaid(contents: Mapping[str, Content], unsaved: Unsaved) -> dict[str, Content]:
    """The contents with an editor's texts over those of the same files."""
    texts = {name: Content(text=text) for name, text in unsaved.items() if name in contents}
    return {**contents, **texts}
