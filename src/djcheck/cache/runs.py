"""Whole runs: what was found the last time, where nothing has changed since."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct

from djcheck.cache.keys import digest, installed, tool
from djcheck.cache.store import Store
from djcheck.config import Config
from djcheck.domain.finding import Report
from djcheck.sources.contents import Content
from djcheck.sources.discover import Found
from djcheck.sources.environment import search_paths
from djcheck.sources.requirements import requirement_texts

# What is done with the findings afterwards makes no other ones.
AFTERWARDS = frozenset(("ambiguous", "baseline", "fail_on", "format", "provenance", "root"))


class Run(Struct, frozen=True, array_like=True):
    """A run's report, and the digests of the installed packages' files that it rests on."""

    report: Report
    consulted: dict[str, bytes]


def run_key(found: Found, contents: Mapping[str, Content], config: Config) -> bytes:
    """What a run is kept under: all that it consults, but for single files of installed packages."""
    return digest(
        "run", tool(), *of_files(found, contents), *of_config(config), *of_packages(config), *of_requirements(config)
    )


def project_key(found: Found, config: Config) -> bytes:
    """What is kept of a project under, from one state of its files to the next."""
    where = {f"{str(file.path).removesuffix(file.name)}\0{file.root}" for file in found.files}
    return digest("project", tool(), os.getcwd(), *sorted(where), *of_config(config), *of_packages(config))


def of_files(found: Found, contents: Mapping[str, Content]) -> Iterator[str | bytes]:
    for file in found.files:
        yield f"{file.name}\0{file.kind}\0{file.is_test}\0{file.is_migration}\0{file.root}\0{file.module}\0{file.alias}"
        yield contents[file.name].digest
    yield from (f"{each.name}\0{each.reason}" for each in found.unreadable)


def of_config(config: Config) -> Iterator[str]:
    yield f"root {os.path.relpath(config.root)}"
    yield from (f"{each.name} {getattr(config, each.name)!r}" for each in fields(config) if each.name not in AFTERWARDS)


def of_requirements(config: Config) -> Iterator[str]:
    """The Django that these name decides about fixes."""
    for name, text in requirement_texts(config.root).items():
        yield from (name, text)


def of_packages(config: Config) -> Iterator[str]:
    for path in search_paths(config.root):
        yield path
        yield from installed([path])


def recall(store: Store, key: bytes) -> Report | None:
    """The report of that run, if the installed packages are as they were."""
    value = store.get([key]).get(key)
    if value is None:
        return None
    try:
        run = msgspec.msgpack.decode(value, type=Run)
    except msgspec.DecodeError:
        return None
    same = all(digest_of(path) == known for path, known in run.consulted.items())
    return run.report if same else None


def remember(store: Store, key: bytes, report: Report, consulted: Iterable[str]) -> None:
    """Keep a report, unless djcheck itself failed somewhere on the way."""
    if not report.troubles:
        run = Run(report, {path: digest_of(path) for path in sorted(consulted)})
        store.put({key: msgspec.msgpack.encode(run)})


def digest_of(path: str) -> bytes:
    """The digest of a file's bytes; empty where it cannot be read."""
    try:
        return blake2b(Path(path).read_bytes(), digest_size=16).digest()
    except OSError:
        return b""
