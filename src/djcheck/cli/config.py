"""`djcheck config`: the settings in force, and where each of them comes from."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("path", default=Path(), type=click.Path(exists=True, path_type=Path))
@click.option(
    "--config",
    "file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read this configuration instead of the nearest one.",
)
def config(path: Path, file: Path | None) -> None:
    """Show the settings that apply to PATH, and where each comes from."""
    from djcheck.cli.output import encoded, failure, write
    from djcheck.config import ConfigError, load

    try:
        found = load([path], file)
    except ConfigError as error:
        raise failure(str(error)) from error
    lines = []
    for key, origin in found.provenance.items():
        value = getattr(found, key.replace("-", "_"))
        shown = "not set" if value is None else json.dumps(value, ensure_ascii=False)
        place = f"{origin}:{found.lines[key]}" if key in found.lines else origin
        lines.append(f"{key} = {shown}  # {place}")
    lines += [f"# {found.file}:{each.line}: {each.key} is not known" for each in found.problems]
    write(encoded("\n".join(lines) + "\n", None), None)
