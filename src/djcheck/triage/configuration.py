"""What in the configuration file has no effect (DJC003)."""

from __future__ import annotations

import os
from collections.abc import Iterator

from djcheck.config import Config, closeness
from djcheck.domain.finding import Finding, Status
from djcheck.rulebook import Rulebook

UNKNOWN = "DJC003"


def findings(config: Config, rules: Rulebook) -> Iterator[Finding]:
    """A finding for each key that is not known, and for each selector in the file that names no rule."""
    for problem in config.problems:
        yield _finding(config, rules, problem.line, problem.key, "djcheck has no such setting")
    selectors = {
        "select": config.select,
        "extend-select": config.extend_select,
        "ignore": config.ignore,
        "per-path-ignores": tuple(code for codes in config.per_path_ignores.values() for code in codes),
    }
    for key, line in config.lines.items():
        for selector in selectors.get(key, ()):
            if not names_a_rule(selector, rules):
                yield _finding(config, rules, line, selector, f"`{key}` names a rule that does not exist")


def names_a_rule(selector: str, rules: Rulebook) -> bool:
    """Whether a code, code prefix or rule name means any rule."""
    return any(closeness((selector,), rule.code, rule.name) for rule in rules.values())


def _finding(config: Config, rules: Rulebook, line: int, key: str, reason: str) -> Finding:
    rule = rules[UNKNOWN]
    facts = {"key": key, "reason": reason}
    return Finding(
        rule=rule.code,
        name=rule.name,
        severity=rule.severity,
        status=Status.CERTAIN,
        message=rule.say(facts),
        help=rule.advise(facts),
        path=os.path.relpath(config.file or ".").replace(os.sep, "/"),
        line=line,
        column=1,
        end_line=line,
        end_column=1,
    )
