"""Rules and findings in Markdown, for hovers and for a page that explains a rule."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.reporters.diagnostics import Diagnostic
from djcheck.rulebook import Rule

LEVEL_WORDS = {1: "error", 2: "warning", 3: "note"}


def finding_page(diagnostic: Diagnostic, rule: Rule) -> str:
    """What was found, the way that leads there with links, and what the rule says."""
    level, status = LEVEL_WORDS[diagnostic.severity], diagnostic.data.status
    parts = [f"**{rule.code} {rule.name}** ({level}, {status})", *diagnostic.message.split("\n")]
    trace = list(_trace(diagnostic))
    if trace:
        parts += ["How it comes about:", "\n".join(trace)]
    return "\n\n".join([*parts, "---", _rationale(rule), _links(rule)]) + "\n"


def rule_page(rule: Rule) -> str:
    """All there is to know of a rule."""
    parts = [f"# {rule.code} {rule.name}", rule.summary, f"Severity: {rule.severity}", _rationale(rule)]
    parts += ["Faulty:", _code(rule.examples.bad), "Clean:", _code(rule.examples.good), "Read more:", _links(rule)]
    return "\n\n".join(parts) + "\n"


def _trace(diagnostic: Diagnostic) -> Iterator[str]:
    for number, step in enumerate(diagnostic.related_information or (), 1):
        line = step.location.range.start.line + 1
        name = step.location.uri.rpartition("/")[2]
        yield f"{number}. [{name}:{line}]({step.location.uri}#L{line}) {step.message}"


def _rationale(rule: Rule) -> str:
    return rule.rationale.strip()


def _code(text: str) -> str:
    return f"```python\n{text.rstrip()}\n```"


def _links(rule: Rule) -> str:
    return "\n".join(f"- [{page.title}]({page.url})" for page in rule.references)
