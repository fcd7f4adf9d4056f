"""Is the answer right after a kill, beside another djcheck, on a full disk, with a damaged or useless cache?"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from djcheck.cache.store import FILE

SAMPLE = Path(__file__).parents[2] / "sample_projects" / "bookshop"
KILLS = 20


def command(cache: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "djcheck", ".", "--format", "json", "--exit-zero", "--cache-dir", str(cache), *more]


def run(project: Path, cache: Path, *more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(cache, *more), cwd=project, capture_output=True, check=True)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(SAMPLE, tmp_path_factory.mktemp("killed") / "bookshop")


@pytest.fixture(scope="module")
def right(project: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return run(project, tmp_path_factory.mktemp("none"), "--no-cache").stdout


def test_the_cache_changes_no_byte(project: Path, right: bytes, tmp_path: Path) -> None:
    for _ in range(3):
        told = run(project, tmp_path / "cache")
        assert told.stdout == right
        assert told.stderr == b""
    shutil.rmtree(tmp_path / "cache")
    assert run(project, tmp_path / "cache").stdout == right


def test_no_cache_leaves_nothing(project: Path, tmp_path: Path) -> None:
    run(project, tmp_path / "cache", "--no-cache")
    assert not (tmp_path / "cache").exists()


def test_twenty_kills(project: Path, right: bytes, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    started = time.perf_counter()
    run(project, cache)
    longest = time.perf_counter() - started
    moments = random.Random(4)
    for at in range(KILLS):
        if at % 4 == 0:
            shutil.rmtree(cache, ignore_errors=True)
        killed = subprocess.Popen(
            command(cache), cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(moments.uniform(0, longest))
        killed.kill()
        killed.wait()
        assert not outlives(killed.pid)
    told = run(project, cache)
    assert told.stdout == right
    assert told.stderr == b""


def outlives(group: int) -> bool:
    """Is a process of the group still there after a while?"""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True


def test_two_at_once(project: Path, right: bytes, tmp_path: Path) -> None:
    for _ in range(2):
        both = [
            subprocess.Popen(command(tmp_path / "cache"), cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        assert [process.communicate() for process in both] == [(right, b""), (right, b"")]


def test_a_damaged_cache_costs_one_warning(project: Path, right: bytes, tmp_path: Path) -> None:
    run(project, tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2] + os.urandom(len(whole) // 2))
    told = run(project, tmp_path)
    assert told.stdout == right
    assert told.stderr.count(b"\n") <= 1
    (tmp_path / FILE).write_bytes(b"no database " * 1000)
    told = run(project, tmp_path)
    assert told.stdout == right
    assert told.stderr.count(b"\n") == 1
    assert b"was damaged" in told.stderr
    assert run(project, tmp_path).stderr == b""


def test_a_cache_that_cannot_be_costs_one_warning(project: Path, right: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = run(project, tmp_path / "file" / "cache")
    assert told.stdout == right
    assert told.stderr.count(b"\n") == 1


def test_a_full_disk(project: Path, right: bytes, tmp_path: Path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(tmp_path)], check=False).returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        for _ in range(2):
            told = run(project, tmp_path)
            assert told.stdout == right
            assert told.stderr.count(b"\n") == 1
            assert b"full" in told.stderr
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_read_only_cache(project: Path, right: bytes, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    run(project, cache)
    if subprocess.run(["mount", "--bind", "-o", "ro", str(cache), str(cache)], check=False).returncode:
        pytest.skip("a directory can be made read-only for root by root only")
    try:
        assert run(project, cache).stdout == right
        told = run(project, cache, "--ignore", "DJC1")
        assert told.stderr.count(b"\n") == 1
        assert told.stdout == run(project, cache, "--ignore", "DJC1", "--no-cache").stdout
    finally:
        subprocess.run(["umount", str(cache)], check=True)
