"""The store: a file of results by digests of what they were made from. The only door to SQLite.

Whatever happens to the file, no answer is wrong: a value that is damaged or cannot be had is one that is not there.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

# Raised when the table or the form of a value changes; an older djcheck goes on with its own file.
FILE = "djcheck-1.sqlite"
MOST_BYTES = 512 * 1024 * 1024
# How much of that stays when room is made, so that it need not be made at once again.
KEPT = 0.8
WAIT_SECONDS = 10.0
# SQLite takes so many variables in one statement, however it was built (sqlite.org/limits.html).
MOST_VARIABLES = 999
CHECKSUM = 8

TABLE = "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL)"
Trouble = Callable[[str], None]
Answer = TypeVar("Answer")


class Store:
    """Values by key, for several processes at once.

    Nothing here raises for the file's sake: `trouble` is told, once, what is wrong with it, and the run goes on
    without. The file is opened when it is first needed.
    """

    def __init__(self, directory: Path, trouble: Trouble, *, most_bytes: int = MOST_BYTES) -> None:
        self._directory = directory
        self._trouble = trouble
        self._most_bytes = most_bytes
        self._connection: sqlite3.Connection | None = None
        self._usable = True
        self._stale: list[bytes] = []
        self.hits = 0
        self.misses = 0

    @property
    def figures(self) -> dict[str, float]:
        """What was asked of the store so far, for `--statistics`."""
        return {"cache hits": self.hits, "cache misses": self.misses}

    def get(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """The values of those keys that have one."""
        nothing: dict[bytes, bytes] = {}
        found = self._attempt(lambda connection: self._get(connection, list(keys)), nothing)
        self.hits += len(found)
        self.misses += len(keys) - len(found)
        return found

    def put(self, values: Mapping[bytes, bytes]) -> None:
        """Keep values, all or none; the least recently used make room for them."""
        if values:
            self._attempt(lambda connection: self._put(connection, values), None)

    def close(self) -> None:
        """Note what was used, and let go of the file."""
        if self._stale:
            self._attempt(lambda connection: self._put(connection, {}), None)
        self._disconnect()

    # ------------------------------------------------------------ what is done with the file

    def _get(self, connection: sqlite3.Connection, keys: list[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        hour = this_hour()
        for some, marks in batches(keys):
            rows = connection.execute(f"SELECT key, used, value FROM entries WHERE key IN ({marks})", some)
            for key, used, value in rows:
                if not isinstance(value, bytes) or value[:CHECKSUM] != checksum(key, value[CHECKSUM:]):
                    raise sqlite3.DatabaseError("a value is damaged")
                found[key] = value[CHECKSUM:]
                if used != hour:
                    self._stale.append(key)
        return found

    def _put(self, connection: sqlite3.Connection, values: Mapping[bytes, bytes]) -> None:
        hour = this_hour()
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            rows = ((key, hour, checksum(key, value) + value) for key, value in values.items())
            connection.executemany("REPLACE INTO entries (key, used, value) VALUES (?, ?, ?)", rows)
            # Once an hour is often enough to tell old from new, and spares most runs the writing.
            for some, marks in batches(self._stale):
                connection.execute(f"UPDATE entries SET used = ? WHERE key IN ({marks})", (hour, *some))
            self._stale.clear()
            self._make_room(connection)

    def _make_room(self, connection: sqlite3.Connection) -> None:
        excess = size(connection) - self._most_bytes
        if excess <= 0:
            return
        excess += int(self._most_bytes * (1 - KEPT))
        removed: list[bytes] = []
        for key, length in connection.execute("SELECT key, length(value) FROM entries ORDER BY used, rowid"):
            if excess <= 0:
                break
            removed.append(key)
            excess -= length
        for some, marks in batches(removed):
            connection.execute(f"DELETE FROM entries WHERE key IN ({marks})", some)

    # ------------------------------------------------------------ what can go wrong with it

    def _attempt(self, action: Callable[[sqlite3.Connection], Answer], otherwise: Answer) -> Answer:
        """Do something with the file; with a new one where it is damaged; nothing where that fails too."""
        damaged = False
        while self._usable:
            try:
                return action(self._open())
            except sqlite3.OperationalError as error:
                self._give_up(str(error))
            except sqlite3.DatabaseError as error:
                if damaged:
                    self._give_up(str(error))
                else:
                    damaged = True
                    self._start_again(str(error))
            except OSError as error:
                self._give_up(error.strerror or str(error))
        return otherwise

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._connection = connection = sqlite3.connect(
                self._directory / FILE, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            # A kill leaves SQLite's own journal to be played back; what a power cut damages, the checksums find.
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(TABLE)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _start_again(self, reason: str) -> None:
        self._disconnect()
        self._stale.clear()
        self._trouble(f"the cache in {self._directory} was damaged ({reason}) and is made anew")
        for name in (FILE, f"{FILE}-journal"):
            (self._directory / name).unlink(missing_ok=True)

    def _give_up(self, reason: str) -> None:
        self._disconnect()
        self._usable = False
        self._trouble(f"the cache in {self._directory} cannot be used: {reason}")


def batches(keys: list[bytes]) -> Iterator[tuple[list[bytes], str]]:
    """The keys in as many portions as SQLite needs, each with its marks for a statement."""
    # One variable less, for what else the statement says.
    most = MOST_VARIABLES - 1
    for start in range(0, len(keys), most):
        some = keys[start : start + most]
        yield some, ",".join("?" * len(some))


def checksum(key: bytes, value: bytes) -> bytes:
    return blake2b(value, digest_size=CHECKSUM, key=key).digest()


def size(connection: sqlite3.Connection) -> int:
    """The bytes in use; pages that removal has freed do not count."""
    used, free, page = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (used - free) * page


def this_hour() -> int:
    return int(time.time() // 3600)
