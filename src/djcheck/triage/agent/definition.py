"""Who the agent is: an agent file (YAML front matter and instructions in Markdown) as a typed object."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from msgspec import Struct

from djcheck.rulebook import directory
from djcheck.triage.agent.trouble import EscalationError

# From the shallowest to the deepest.
CLASSES = ("simple_queries", "medium_queries", "complex_queries")
FENCE = "---"


class QueryClass(Struct, frozen=True):
    """A class of questions: the tier that answers them, the patterns that tell them, how long an answer may take."""

    name: str
    tier: str
    patterns: tuple[str, ...]
    latency_target_ms: int | None


class Definition(Struct, frozen=True):
    """An agent. `tier` serves where no class matches, `classes` go from shallow to deep, `digest` is of the file."""

    name: str
    description: str
    tier: str
    classes: tuple[QueryClass, ...]
    instructions: str
    digest: str

    @property
    def tiers(self) -> tuple[str, ...]:
        """Every tier that may be asked, each once."""
        return tuple(dict.fromkeys([*(each.tier for each in self.classes), self.tier]))


def built_in() -> Path:
    """The agent that djcheck brings along."""
    return directory() / "agents" / "django-pro.md"


def looks_like_one(path: Path) -> bool:
    """Whether a file opens with front matter, as agent files do and source files do not."""
    try:
        with path.open("rb") as file:
            return file.readline().strip() == FENCE.encode()
    except OSError:
        return False


def read(path: Path) -> Definition:
    """The agent of a file. Keys that are not known are let be; raises EscalationError for what cannot be used."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise EscalationError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise EscalationError(f"{path}: is not valid UTF-8") from error
    front, instructions = _parted(path, text)
    return _Reader(path).definition(front, instructions, hashlib.sha256(data).hexdigest())


def _parted(path: Path, text: str) -> tuple[str, str]:
    lines = text.splitlines()
    if not lines or lines[0].strip() != FENCE:
        raise EscalationError(f"{path}:1: an agent file opens with its front matter, between two lines of `{FENCE}`")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        raise EscalationError(f"{path}:1: the front matter is not closed by a line of `{FENCE}`")
    # An empty line in the place of the opening fence keeps the line numbers those of the file.
    return "\n" + "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]).strip()


class _Reader:
    """Turns YAML's nodes, which know their lines, into values."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def definition(self, front: str, instructions: str, digest: str) -> Definition:
        try:
            root = yaml.compose(front, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise EscalationError(f"{self._path}:{line}: not valid YAML: {error.problem}") from error
        except yaml.YAMLError as error:  # a character that YAML does not allow
            raise EscalationError(f"{self._path}:1: not valid YAML: {error}") from error
        if not isinstance(root, yaml.MappingNode):
            raise self._error(root, "the front matter holds no keys")
        keys = self._keys(root)
        hints = self._keys(keys["complexity_hints"]) if "complexity_hints" in keys else {}
        return Definition(
            name=self._text(keys["name"]) if "name" in keys else self._path.stem,
            description=self._text(keys["description"]) if "description" in keys else "",
            tier=self._model(keys, root, "the agent"),
            classes=tuple(self._class(name, hints[name]) for name in CLASSES if name in hints),
            instructions=instructions,
            digest=digest,
        )

    def _class(self, name: str, node: yaml.Node) -> QueryClass:
        keys = self._keys(node)
        target = keys.get("latency_target_ms")
        return QueryClass(
            name=name,
            tier=self._model(keys, node, f"`{name}`"),
            patterns=tuple(self._patterns(keys["patterns"])) if "patterns" in keys else (),
            latency_target_ms=None if target is None else self._number(target),
        )

    def _model(self, keys: dict[str, yaml.Node], where: yaml.Node, whose: str) -> str:
        if "model" not in keys:
            raise self._error(where, f"{whose} names no `model`")
        return self._text(keys["model"])

    def _patterns(self, node: yaml.Node) -> Iterator[str]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, "`patterns` is a list of regular expressions")
        for item in node.value:
            pattern = self._text(item)
            try:
                re.compile(pattern)
            except (re.error, RecursionError, OverflowError) as error:
                raise self._error(item, f"the pattern `{pattern}` is no regular expression: {error}") from error
            yield pattern

    def _keys(self, node: yaml.Node) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._error(node, "keys with values are expected here")
        return {str(key.value): value for key, value in node.value}

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            raise self._error(node, "a text is expected here")
        return str(node.value)

    def _number(self, node: yaml.Node) -> int:
        if not isinstance(node, yaml.ScalarNode) or not str(node.value).isdecimal():
            raise self._error(node, "a number of milliseconds is expected here")
        return int(node.value)

    def _error(self, node: yaml.Node | None, problem: str) -> EscalationError:
        line = node.start_mark.line + 1 if node is not None else 1
        return EscalationError(f"{self._path}:{line}: {problem}")
