"""Does the store give back what it was given, and never anything else, whatever happens to its file?"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from djcheck.cache import store as module
from djcheck.cache.store import FILE, Store

KEYS = [bytes([number]) * 16 for number in range(250)]


@contextmanager
def opened(directory: Path, most_bytes: int = module.MOST_BYTES) -> Iterator[tuple[Store, list[str]]]:
    told: list[str] = []
    with closing(Store(directory, told.append, most_bytes=most_bytes)) as store:
        yield store, told


def test_what_was_put_is_there_for_the_next_run(tmp_path: Path) -> None:
    with opened(tmp_path / "new" / "folder") as (store, _):
        assert store.get(KEYS[:2]) == {}
        store.put({KEYS[0]: b"first", KEYS[1]: b""})
    with opened(tmp_path / "new" / "folder") as (store, told):
        assert store.get(KEYS[:3]) == {KEYS[0]: b"first", KEYS[1]: b""}
        assert store.figures == {"cache hits": 2, "cache misses": 1}
        assert told == []


def test_more_keys_than_a_statement_takes(tmp_path: Path) -> None:
    values = {number.to_bytes(16, "big"): str(number).encode() for number in range(2500)}
    with opened(tmp_path) as (store, _):
        store.put(values)
        assert store.get(list(values)) == values


def test_the_least_recently_used_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for hour, key in enumerate(KEYS[:8]):
        monkeypatch.setattr(module, "this_hour", lambda hour=hour: hour)
        with opened(tmp_path) as (store, _):
            store.put({key: key * 1000})
    monkeypatch.setattr(module, "this_hour", lambda: 100)
    with opened(tmp_path) as (store, _):
        assert store.get(KEYS[:1])  # the oldest, but used again
    with opened(tmp_path, most_bytes=128 * 1024) as (store, _):
        store.put({KEYS[9]: b"new"})
        kept = store.get(KEYS[:10])
    assert KEYS[0] in kept
    assert KEYS[9] in kept
    assert KEYS[1] not in kept
    assert KEYS[7] in kept


@pytest.mark.parametrize("damage", [b"", b"nonsense" * 999, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_made_anew_with_one_warning(tmp_path: Path, damage: bytes) -> None:
    with opened(tmp_path) as (store, _):
        store.put({KEYS[0]: b"value"})
    (tmp_path / FILE).write_bytes(damage)
    with opened(tmp_path) as (store, told):
        assert store.get(KEYS[:1]) == {}
        store.put({KEYS[0]: b"value"})
        assert store.get(KEYS[:1]) == {KEYS[0]: b"value"}
        assert len(told) == bool(damage)  # an empty file is as good as none


def test_a_damaged_value_is_never_given(tmp_path: Path) -> None:
    with opened(tmp_path) as (store, _):
        store.put({KEYS[0]: b"value", KEYS[1]: b"other"})
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("UPDATE entries SET value = CAST('wrong' AS BLOB) WHERE key = ?", KEYS[:1])
    with opened(tmp_path) as (store, told):
        assert store.get(KEYS[:2]) == {}
        assert "was damaged (a value is damaged) and is made anew" in told[0]


def test_a_value_under_another_key_is_never_given(tmp_path: Path) -> None:
    with opened(tmp_path) as (store, _):
        store.put({KEYS[0]: b"value"})
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("UPDATE entries SET key = ?", KEYS[1:2])
    with opened(tmp_path) as (store, _):
        assert store.get(KEYS[:2]) == {}


def test_where_no_folder_can_be_the_run_goes_on_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with opened(tmp_path / "file" / "cache") as (store, told):
        assert store.get(KEYS[:1]) == {}
        store.put({KEYS[0]: b"value"})
        assert store.get(KEYS[:1]) == {}
        assert len(told) == 1
        assert "cannot be used" in told[0]


def test_a_file_that_cannot_be_written_is_still_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as (store, _):
        store.put({KEYS[0]: b"value"})
    connect = sqlite3.connect
    # What a read-only directory does to SQLite, for tests that run as root too.
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **given: connect(f"{path.as_uri()}?mode=ro", uri=True, **given)
    )
    with opened(tmp_path) as (store, told):
        assert store.get(KEYS[:1]) == {KEYS[0]: b"value"}
        store.put({KEYS[1]: b"more"})
        assert told == [f"the cache in {tmp_path} cannot be used: attempt to write a readonly database"]


def test_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk, opened(disk) as (store, told):
        store.put({KEYS[0]: b"value"})
        store.put({key: os.urandom(100_000) for key in KEYS[1:]})
        assert len(told) == 1
        assert "full" in told[0]
        with opened(disk) as (again, trouble):
            assert again.get(KEYS) == {KEYS[0]: b"value"}
            assert trouble == []


@contextmanager
def small_disk(at: Path) -> Iterator[Path]:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(at)], check=False)
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)
