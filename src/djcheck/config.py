"""Which settings apply to this run, and where each of them comes from."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_type_hints

import msgspec

FailOn = Literal["error", "warning", "note", "never"]
Ambiguous = Literal["report", "fail", "hide"]
Format = Literal["text", "json", "lsp", "sarif", "github", "gitlab", "junit", "html"]

DEFAULT = "default"
CONFIG_FILES = ("djcheck.toml", "pyproject.toml")
DEFAULT_EXCLUDE = (
    ".eggs",
    ".git",
    ".hg",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "bower_components",
    "node_modules",
    "site-packages",
    "venv",
)


class ConfigError(Exception):
    """The configuration cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A key of the configuration file that djcheck does not know."""

    line: int
    key: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The keys of `[tool.djcheck]`; in the file they are spelled with hyphens."""

    select: tuple[str, ...] = ("DJC",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_path_ignores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    per_app_ignores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    per_model_ignores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    per_relation_ignores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    require_reasons: bool = False
    fail_on: FailOn = "warning"
    ambiguous: Ambiguous = "report"
    format: Format = "text"
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    include_tests: bool = False
    include_migrations: bool = False
    settings_module: str | None = None
    baseline: str | None = None
    agent_models: dict[str, str] = field(default_factory=dict)


# The settings as the file spells them.
KEYS = tuple(each.name.replace("_", "-") for each in fields(Settings))


@dataclass(frozen=True, slots=True)
class Config(Settings):
    """The effective settings.

    `root` is the directory that patterns in the settings are relative to: the configuration file's, else the
    working directory. `provenance` maps each key, as spelled in the file, to "default", a file or an option;
    `lines` the keys that stand in the file to their lines.
    """

    root: Path = field(default_factory=Path.cwd)
    file: Path | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def excluded(self) -> tuple[str, ...]:
        """The patterns (in .gitignore's language, relative to `root`) of files that are not read."""
        return self.exclude + self.extend_exclude

    @property
    def baseline_file(self) -> Path | None:
        """The baseline, relative to the working directory where it lies below."""
        return None if self.baseline is None else _shortened(Path(os.path.abspath(self.root / self.baseline)))

    def wants(self, code: str, name: str) -> bool:
        """Whether the rule is selected: the most exact selector decides, and `ignore` wins a tie."""
        chosen = closeness((*self.select, *self.extend_select), code, name)
        return chosen > 0 and chosen > closeness(self.ignore, code, name)


def closeness(selectors: Iterable[str], code: str, name: str) -> int:
    """How exactly the best of `selectors` (codes, code prefixes or rule names) names the rule; 0: none does."""
    return max((_closeness(selector, code, name) for selector in selectors), default=0)


def _closeness(selector: str, code: str, name: str) -> int:
    if selector.lower() == name:
        return len(code)
    return len(selector) if selector and code.startswith(selector.upper()) else 0


def load(paths: Sequence[Path], explicit: Path | None = None) -> Config:
    """Read the configuration that applies to `paths`: `explicit`, else the nearest file upwards from the first path.

    Raises ConfigError where the file cannot be read or a value has the wrong type.
    """
    file = explicit or _find(paths[0] if paths else Path.cwd())
    if file is None:
        return Config(provenance=dict.fromkeys(KEYS, DEFAULT))
    text, table = _read(file)
    hints = get_type_hints(Settings)
    values = {key: _convert(file, key, table[key], hints[_attribute(key)]) for key in KEYS if key in table}
    return Config(
        **{_attribute(key): value for key, value in values.items()},
        root=file.resolve().parent,
        file=file,
        provenance={key: str(file) if key in table else DEFAULT for key in KEYS},
        lines={key: _line_of(text, key) for key in values},
        problems=tuple(Problem(_line_of(text, key), key) for key in table if key not in KEYS),
    )


def override(config: Config, options: Mapping[str, tuple[str, Any]]) -> Config:
    """Put the command line's values over the file's.

    `options` maps a key as spelled in the file to the option's name and its value; `ignore` and the `extend-` keys
    add to what stands in the file, all others replace it.
    """
    changes: dict[str, Any] = {}
    provenance = dict(config.provenance)
    for key, (option, value) in options.items():
        attribute = _attribute(key)
        if key == "ignore" or key.startswith("extend-"):
            earlier = getattr(config, attribute)
            changes[attribute] = earlier + tuple(value)
            provenance[key] = f"{provenance[key]}, {option}" if earlier else option
        else:
            changes[attribute] = value
            provenance[key] = option
    return replace(config, **changes, provenance=provenance)


def adjusted(config: Config, table: Mapping[str, Any], origin: str) -> Config:
    """Put settings from elsewhere, `origin`, in the place of the file's; the keys, of KEYS, are spelled as there.

    Raises ConfigError where a value has the wrong type.
    """
    hints = get_type_hints(Settings)
    values = {_attribute(key): _convert(origin, key, value, hints[_attribute(key)]) for key, value in table.items()}
    return replace(config, **values, provenance={**config.provenance, **dict.fromkeys(table, origin)})


def _find(start: Path) -> Path | None:
    start = start.resolve()
    for directory in (start, *start.parents):
        for name in CONFIG_FILES:
            file = directory / name
            if file.is_file() and (name == "djcheck.toml" or _has_table(file)):
                return _shortened(file)
    return None


def _has_table(pyproject: Path) -> bool:
    # Only a pyproject.toml that speaks of djcheck counts: any other is not ours to complain about, broken or not.
    try:
        text = pyproject.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return re.search(r"^\s*\[\s*tool\s*\.\s*djcheck\b", text, re.MULTILINE) is not None


def _shortened(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def _read(file: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: is not valid TOML: {error}") from error
    if file.name != "pyproject.toml":
        return text, document
    tool = document.get("tool", {})
    table = tool.get("djcheck", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: tool.djcheck must be a table")
    return text, table


def _convert(origin: Path | str, key: str, value: Any, wanted: Any) -> Any:
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        place = re.search(r" - at `\$(.*)`$", str(error))
        reason = str(error).partition(" - at `")[0]
        raise ConfigError(f"{origin}: {key}{place[1] if place else ''}: {reason}") from error


def _line_of(text: str, key: str) -> int:
    """The line where `key` is set or opens a table, else that of djcheck's table; tomllib keeps no positions."""
    lines = text.splitlines()
    table = (number for number, line in enumerate(lines, 1) if re.match(r"\s*\[\s*tool\s*\.\s*djcheck\b", line))
    start = next(table, 1)
    spelled = rf"""["']?{re.escape(key)}["']?"""
    here = re.compile(rf"\s*(?:{spelled}\s*[=.]|\[.*\b{spelled}\s*[\].])")
    return next((number for number, line in enumerate(lines[start - 1 :], start) if here.match(line)), start)


def _attribute(key: str) -> str:
    return key.replace("-", "_")
