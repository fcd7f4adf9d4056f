"""`djcheck init`: what kind of project it is, and a first configuration for it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click


@click.command()
@click.argument("path", default=Path(), type=click.Path(exists=True, file_okay=False, path_type=Path))
def init(path: Path) -> None:
    """Write a commented configuration for the Django project in the directory PATH.

    It goes into its pyproject.toml, the rest of which stays as it is, or into a new djcheck.toml where there is none.
    """
    from djcheck import pipeline
    from djcheck.cli.check import cores
    from djcheck.cli.first_configuration import BASELINE, described, section
    from djcheck.cli.output import encoded, failure, write
    from djcheck.cli.progress import progress
    from djcheck.config import ConfigError, load

    try:
        config = load([path])
    except ConfigError as error:
        raise failure(str(error)) from error
    with progress(quiet=False) as tell:
        profile = pipeline.profiled(path, config, jobs=cores(), progress=tell)
    write(encoded(described(profile), None), None)

    file = path / "pyproject.toml"
    in_pyproject = file.is_file()
    if not in_pyproject or (path / "djcheck.toml").is_file():
        file = path / "djcheck.toml"
    before = _read(file)
    if _is_configured(file, before):
        raise failure(f"{file} configures djcheck already: nothing was written")
    after = _appended(before, section(profile, in_pyproject=in_pyproject))
    if not _is_configured(file, after):
        raise failure(f"{file} is written in a way that leaves no room for a table [tool.djcheck]: nothing was written")
    write(after, file)
    where = f" {path}" if path != Path() else " ."
    click.echo(f"\nWrote {file}. What djcheck finds there:\n\n    djcheck{where}\n")
    click.echo("To accept that for now, and be told of what is new alone, name the baseline in the file and run:\n")
    click.echo(f"    djcheck{where} --baseline {path / BASELINE} --write-baseline")


def _read(file: Path) -> bytes:
    from djcheck.cli.output import failure

    try:
        return file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise failure(f"{file}: cannot be read: {error.strerror or error}") from error


def _appended(before: bytes, text: str) -> bytes:
    """`text` after what is there, with the same ends of lines."""
    end = b"\r\n" if b"\r\n" in before else b"\n"
    gap = b"" if not before else end if before.endswith(b"\n") else end * 2
    return before + gap + text.encode().replace(b"\n", end)


def _is_configured(file: Path, content: bytes) -> bool:
    """Whether the file speaks of djcheck: a djcheck.toml that is there, or `tool.djcheck` in a pyproject.toml."""
    if file.name == "djcheck.toml":
        return bool(content)
    try:
        tool = tomllib.loads(content.decode()).get("tool", {})
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return isinstance(tool, dict) and "djcheck" in tool
