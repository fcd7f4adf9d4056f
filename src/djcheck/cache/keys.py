"""What results are filed under: digests of all that they were made from, this djcheck and its libraries included."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

from djcheck import __version__
from djcheck.sources.environment import own_paths

DIGEST = 16
PACKAGE = Path(__file__).parent.parent


def digest(*parts: str | bytes) -> bytes:
    """A digest of the parts in their order, and of where each ends."""
    made = blake2b(digest_size=DIGEST)
    for part in parts:
        data = part.encode(errors="surrogatepass") if isinstance(part, str) else part
        made.update(len(data).to_bytes(8, "little"))
        made.update(data)
    return made.digest()


@cache
def tool() -> bytes:
    """This djcheck: its files, its version, its Python's, its libraries'."""
    return digest(__version__, sys.version, *installed(own_paths()), *own_files(PACKAGE))


def own_files(package: Path) -> list[str | bytes]:
    """What djcheck's files are told by: in a checkout their state, else the list with digests that pip leaves.

    The version is not enough, since action.yml and the pre-commit hook install any revision.
    """
    if package.parent.name == "src":
        return [*states(package, ".py"), *states(package.parent.parent / "rules", ".yaml")]
    record = package.parent / f"djcheck-{__version__}.dist-info" / "RECORD"
    return [record.read_bytes()] if record.is_file() else []


def installed(directories: Iterable[str]) -> Iterator[str]:
    """The packages in directories of installed ones, with their versions, as their metadata are called."""
    for directory in directories:
        try:
            names = sorted(os.listdir(directory))
        except OSError:
            continue
        yield from (name for name in names if name.endswith((".dist-info", ".egg-info", ".egg-link", ".pth")))


def states(directory: Path, suffix: str) -> Iterator[str]:
    """Name, size and time of change of each file below a directory that ends so."""
    for path in sorted(directory.rglob(f"*{suffix}")):
        status = path.stat()
        yield f"{path.relative_to(directory)} {status.st_size} {status.st_mtime_ns}"
