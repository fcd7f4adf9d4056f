"""What the rules are and what they say: the files of rules/ as typed objects."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal

import msgspec
import yaml
from msgspec import Struct

from djcheck.domain.finding import Severity

Principle = Literal[
    "query-efficiency",
    "security",
    "test-coverage",
    "migration-safety",
    "performance",
    "django-idioms",
    "error-handling",
    "production-config",
]

# The facts a text may speak of, and the words that stand for one which is not known.
UNKNOWN_WORDS: Mapping[str, str] = {
    "codes": "it",
    "expression": "this",
    "field": "a column",
    "function": "a loop",
    "key": "a setting",
    "line": "?",
    "model": "a model",
    "origin": "their origin",
    "path": "?",
    "piece": "a part of the text",
    "reason": "no reason is known",
    "relation": "the relation",
    "sink": "the database",
    "source": "a place that is not known",
    "symbol": "this module",
}
OTHER = "other"
REASONS = frozenset(
    {
        "unknown-origin",
        "unresolved-base",
        "dynamic-attribute",
        "unknown-taint",
        "unbounded-unknown",
        "maybe-cached",
        OTHER,
    }
)


class RulebookError(Exception):
    """A rule file cannot be used; the message names the file and the key."""


class Examples(Struct, frozen=True, forbid_unknown_fields=True):
    """The same task, faulty and clean, as short Python code."""

    bad: str
    good: str


class Reference(Struct, frozen=True, forbid_unknown_fields=True):
    """A page that explains more."""

    title: str
    url: str


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """A setting of one rule."""

    name: str
    default: int | bool | str
    summary: str


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as its file tells it. Texts with `{placeholders}` are filled by `say`, `advise` and `ask`."""

    code: str
    name: str
    severity: Severity
    principle: Principle
    summary: str
    message: str
    help: str
    rationale: str
    examples: Examples
    references: tuple[Reference, ...]
    options: tuple[Option, ...]
    escalation: dict[str, str]

    def say(self, facts: Mapping[str, object]) -> str:
        """The finding's message. A fact that is missing or empty is named in general words."""
        return _filled(self.message, facts)

    def advise(self, facts: Mapping[str, object], suggestion: str = "") -> str:
        """The finding's help, with the code to write where `suggestion` gives it."""
        advice = _filled(self.help, facts)
        return f"{advice.rstrip('.')}: `{suggestion}`" if suggestion else advice

    def ask(self, reason: str, facts: Mapping[str, object]) -> str:
        """The question that would settle an ambiguous finding; empty for a rule that is never ambiguous."""
        return _filled(self.escalation.get(reason) or self.escalation.get(OTHER, ""), facts)


Rulebook = Mapping[str, Rule]


@cache
def rulebook() -> Rulebook:
    """All rules by code, in order of code. Raises RulebookError where a file is not a rule."""
    return read(directory())


def directory() -> Path:
    """Where the rule files are: the repository's rules/ in a checkout, else the copy inside the package.

    An editable install keeps a stale copy, hence this order.
    """
    package = Path(__file__).resolve().parent
    checkout = package.parent.parent / "rules"
    return checkout if package.parent.name == "src" and checkout.is_dir() else package / "rules"


def read(folder: Path) -> Rulebook:
    """The rules of one folder by code, in order of code."""
    rules: dict[str, Rule] = {}
    for file in sorted(folder.glob("djc*.yaml")):
        rule = _read_rule(file)
        stem = f"{rule.code}_{rule.name}".lower().replace("-", "_")
        if file.stem != stem:
            raise RulebookError(f"{file}: code: {rule.code} {rule.name} belongs into {stem}.yaml")
        if rule.code in rules:
            raise RulebookError(f"{file}: code: {rule.code} is taken by {rules[rule.code].name}")
        rules[rule.code] = rule
    if not rules:
        raise RulebookError(f"{folder}: no rules here; the installation is incomplete")
    return rules


def _read_rule(file: Path) -> Rule:
    try:
        document = yaml.load(file.read_bytes(), Loader=_Loader)
        rule = msgspec.convert(document, Rule)
    except yaml.YAMLError as error:
        raise RulebookError(f"{file}: not valid YAML: {error}") from error
    except msgspec.ValidationError as error:
        raise RulebookError(f"{file}: {error}") from error
    texts = {"message": rule.message, "help": rule.help}
    texts |= {f"escalation.{reason}": question for reason, question in rule.escalation.items()}
    for key, text in texts.items():
        _check_placeholders(file, key, text)
    for reason in rule.escalation.keys() - REASONS:
        raise RulebookError(f"{file}: escalation: {reason} is no reason for doubt")
    if rule.escalation and OTHER not in rule.escalation:
        raise RulebookError(
            f"{file}: escalation: the question `{OTHER}`, for reasons without one of their own, is missing"
        )
    return rule


# libyaml's parser is ten times as fast, but not every platform's wheel brings it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _check_placeholders(file: Path, key: str, text: str) -> None:
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise RulebookError(f"{file}: {key}: {error}") from error
    for name in names:
        if name not in UNKNOWN_WORDS:
            known = ", ".join(UNKNOWN_WORDS)
            raise RulebookError(f"{file}: {key}: {{{name}}} is no placeholder (known are {known})")


def _filled(text: str, facts: Mapping[str, object]) -> str:
    given = {name: str(value) for name, value in facts.items() if value not in (None, "")}
    words = {name: word for name, word in UNKNOWN_WORDS.items() if name not in given}
    for name in words:
        text = text.replace(f"`{{{name}}}`", f"{{{name}}}")  # general words are no code
    opening = text[1 : text.find("}")] if text.startswith("{") else ""
    if opening in words:
        words[opening] = words[opening].capitalize()
    return text.format_map({**words, **given})
