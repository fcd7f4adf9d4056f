"""Which findings djcheck's comments silence; which comments silence nothing (DJC002) or give no reason (DJC005)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from djcheck.config import closeness
from djcheck.domain.directive import Directive
from djcheck.domain.finding import Finding
from djcheck.rulebook import Rule, Rulebook
from djcheck.triage import own

UNUSED = "DJC002"
UNREASONED = "DJC005"


def apply(
    findings: Iterable[Finding],
    directives: Mapping[str, Sequence[Directive]],
    rules: Rulebook,
    active: Callable[[str, Rule], bool],
) -> list[Finding]:
    """The findings that stay, and a DJC002 for each directive that silences nothing.

    `directives` are those of each file by its path; `active` tells whether a rule ran on a file at all: only then is
    an ignore that silences nothing to blame.
    """
    by_path = {path: _FileDirectives(path, found, rules, active) for path, found in directives.items()}
    kept = [
        finding
        for finding in findings
        if finding.path not in by_path or not by_path[finding.path].silence(finding, rules[finding.rule])
    ]
    unused = (finding for file in by_path.values() for finding in file.unused())
    return kept + [finding for finding in unused if not by_path[finding.path].silence(finding, rules[UNUSED])]


class _FileDirectives:
    """The directives of one file, and which of their codes have silenced something."""

    def __init__(
        self, path: str, directives: Sequence[Directive], rules: Rulebook, active: Callable[[str, Rule], bool]
    ) -> None:
        self._path = path
        self._directives = directives
        self._rules = rules
        self._active = active
        self._alone = {directive.line for directive in directives if directive.alone}
        self._used: set[tuple[int, str]] = set()

    def silence(self, finding: Finding, rule: Rule) -> bool:
        """Whether a directive speaks of this finding; the codes that do are noted as used."""
        used = {
            (index, code)
            for index, directive in enumerate(self._directives)
            if self._covers(directive, finding)
            for code in _codes(directive)
            if _names(code, rule)
        }
        self._used |= used
        return bool(used)

    def _covers(self, directive: Directive, finding: Finding) -> bool:
        if directive.file_level or finding.line <= directive.line <= finding.end_line:
            return True
        if not directive.alone:
            return False
        below = directive.line + 1
        while below in self._alone:
            below += 1
        return below == finding.line

    def unused(self) -> Iterable[Finding]:
        if not self._active(self._path, self._rules[UNUSED]):
            return
        for index, directive in enumerate(self._directives):
            idle = [code for code in _codes(directive) if (index, code) not in self._used]
            unknown = [code for code in idle if not self._named(code)]
            silent = [code for code in idle if code not in unknown and self._to_blame(code)]
            if unknown or silent:
                yield self._finding(directive, unknown, silent)

    def _named(self, code: str) -> list[Rule]:
        return [rule for rule in self._rules.values() if _names(code, rule)]

    def _to_blame(self, code: str) -> bool:
        rules = self._named(code)
        if [rule.code for rule in rules] == [UNUSED]:
            return False  # someone who silences DJC002 by name wants no judgement of ignores
        return any(self._active(self._path, rule) for rule in rules)

    def _finding(self, directive: Directive, unknown: list[str], silent: list[str]) -> Finding:
        reasons = [f"{code} reports nothing here" if code else "no rule reports anything here" for code in silent]
        reasons += [f"{code} is no rule" for code in unknown]
        facts = {"reason": "; ".join(reasons), "codes": ", ".join(code for code in silent + unknown if code)}
        return _about(directive, self._path, self._rules[UNUSED], facts)


def unreasoned(
    directives: Mapping[str, Sequence[Directive]], rules: Rulebook, active: Callable[[str, Rule], bool]
) -> Iterator[Finding]:
    """A DJC005 for each directive that gives no reason, in files where that rule runs."""
    rule = rules[UNREASONED]
    for path, found in directives.items():
        if active(path, rule):
            silent = (directive for directive in found if not directive.reason)
            yield from (_about(each, path, rule, {"codes": ", ".join(each.codes) or "all rules"}) for each in silent)


def _about(directive: Directive, path: str, rule: Rule, facts: Mapping[str, object]) -> Finding:
    return own.finding(rule, facts, path, directive.line, directive.column, directive.end_column)


def _codes(directive: Directive) -> tuple[str, ...]:
    return directive.codes or ("",)


def _names(code: str, rule: Rule) -> bool:
    """Whether what stands between the brackets means this rule; nothing means every rule but DJC002."""
    return closeness((code,), rule.code, rule.name) > 0 if code else rule.code != UNUSED
