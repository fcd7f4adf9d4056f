"""The baseline: a file of accepted findings, one a line, that a reader can follow and git can merge."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from djcheck.config import ConfigError
from djcheck.domain.finding import Finding
from djcheck.domain.mark import Mark
from djcheck.rulebook import Rulebook
from djcheck.triage import own

OUTDATED = "DJC004"
VERSION = 1


class BaselineError(ConfigError):
    """The baseline cannot be used; the message names the file."""


class Head(Struct, frozen=True, forbid_unknown_fields=True):
    """The first line: the file's form, by which it is known for what it is, and the paths of the run that wrote it."""

    djcheck_baseline: int
    paths: tuple[str, ...] = (".",)


class Baseline(NamedTuple):
    """`paths`: what was analysed; `entries`: what is accepted, by line. Paths are relative to the working directory."""

    paths: tuple[str, ...]
    entries: dict[int, Mark]


def read(file: Path) -> Baseline:
    """What the file holds, where paths are relative to its folder.

    Raises BaselineError where the file cannot be read or is no baseline.
    """
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError as error:
        raise BaselineError(f"{file}: there is no such baseline; --write-baseline makes one") from error
    except OSError as error:
        raise BaselineError(f"{file}: cannot be read: {error.strerror or error}") from error
    try:
        head = msgspec.json.decode(lines[0] if lines else b"", type=Head)
    except msgspec.DecodeError as error:
        raise BaselineError(f"{file}: is no baseline of djcheck") from error
    if head.djcheck_baseline != VERSION:
        raise BaselineError(
            f"{file}: was written by another djcheck: its form is {head.djcheck_baseline}, not {VERSION}"
        )
    entries = {number: _entry(file, number, line) for number, line in enumerate(lines[1:], 2) if line.strip()}
    return Baseline(tuple(_moved(path, file.parent, Path()) for path in head.paths), entries)


def _entry(file: Path, number: int, line: bytes) -> Mark:
    try:
        mark = msgspec.json.decode(line, type=Mark)
    except msgspec.DecodeError as error:
        raise BaselineError(f"{file}:{number}: is no entry of a baseline: {error}") from error
    return _mark_moved(mark, file.parent, Path())


def write(file: Path, paths: Iterable[str], marks: Iterable[Mark]) -> None:
    """Write a baseline, in an order that no moved line disturbs; `paths` and the marks' are those of the run.

    Raises BaselineError where the file cannot be written.
    """
    head = Head(VERSION, tuple(sorted({_moved(path, Path(), file.parent) for path in paths})))
    entries = sorted(_mark_moved(mark, Path(), file.parent) for mark in marks)
    lines = (msgspec.json.format(msgspec.json.encode(each), indent=0) for each in (head, *entries))
    try:
        file.write_bytes(b"".join(line + b"\n" for line in lines))
    except OSError as error:
        raise BaselineError(f"{file}: cannot be written: {error.strerror or error}") from error


def _moved(path: str, here: Path, there: Path) -> str:
    """A path relative to `here` as one relative to `there`."""
    return os.path.relpath(here / path, there).replace(os.sep, "/")


def _mark_moved(mark: Mark, here: Path, there: Path) -> Mark:
    origin_path = _moved(mark.origin_path, here, there) if mark.origin_path else ""
    return replace(mark, path=_moved(mark.path, here, there), origin_path=origin_path)


def outdated(file: Path, line: int, mark: Mark, rules: Rulebook) -> Finding:
    """The DJC004 about the entry on `line`."""
    facts = {"codes": mark.rule, "path": mark.path, "expression": mark.code}
    path = os.path.relpath(file).replace(os.sep, "/")
    about = {"symbol": mark.symbol or mark.path, "model": mark.model or None, "relation": mark.relation or None}
    return replace(own.finding(rules[OUTDATED], facts, path, line), **about)
