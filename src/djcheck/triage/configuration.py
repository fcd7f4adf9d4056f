"""What in the configuration file has no effect (DJC003)."""

from __future__ import annotations

import os
from collections.abc import Iterator

from djcheck.config import Config, closeness
from djcheck.domain.finding import Finding
from djcheck.rulebook import Rulebook
from djcheck.triage import own

UNKNOWN = "DJC003"
SPELLINGS = {"per-app-ignores": "shop", "per-model-ignores": "shop.Book", "per-relation-ignores": "shop.Book.author"}


def findings(config: Config, rules: Rulebook) -> Iterator[Finding]:
    """A finding for each key that is not known, and for each selector in the file that names no rule."""
    for problem in config.problems:
        yield _finding(config, rules, problem.line, problem.key, "djcheck has no such setting")
    ignores = {
        "per-path-ignores": config.per_path_ignores,
        "per-app-ignores": config.per_app_ignores,
        "per-model-ignores": config.per_model_ignores,
        "per-relation-ignores": config.per_relation_ignores,
    }
    selectors = {
        "select": config.select,
        "extend-select": config.extend_select,
        "ignore": config.ignore,
        **{key: tuple(code for codes in table.values() for code in codes) for key, table in ignores.items()},
    }
    for key, line in config.lines.items():
        for selector in selectors.get(key, ()):
            if not names_a_rule(selector, rules):
                yield _finding(config, rules, line, selector, f"`{key}` names a rule that does not exist")
        for subject in ignores.get(key, ()):
            if key in SPELLINGS and subject.count(".") != SPELLINGS[key].count("."):
                yield _finding(config, rules, line, subject, f"`{key}` wants names such as {SPELLINGS[key]}")


def names_a_rule(selector: str, rules: Rulebook) -> bool:
    """Whether a code, code prefix or rule name means any rule."""
    return any(closeness((selector,), rule.code, rule.name) for rule in rules.values())


def _finding(config: Config, rules: Rulebook, line: int, key: str, reason: str) -> Finding:
    path = os.path.relpath(config.file or ".").replace(os.sep, "/")
    return own.finding(rules[UNKNOWN], {"key": key, "reason": reason}, path, line)
