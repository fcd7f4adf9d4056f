"""djcheck's rules as SARIF's reporting descriptors, with their help as text and as Markdown."""

from __future__ import annotations

from typing import Any

from djcheck.domain.finding import Severity
from djcheck.rulebook import Rule

LONGEST_DESCRIPTION = 1024  # what GitHub shows of it
PROBLEM_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
# GitHub ranks security rules by a score like CVSS's; CodeQL gives SQL injection 8.8, which is "high".
SECURITY_SEVERITIES = {Severity.ERROR: "8.8", Severity.WARNING: "6.5", Severity.NOTE: "3.0"}
SQL_INJECTION = "external/cwe/cwe-089"


def descriptor(rule: Rule) -> dict[str, Any]:
    """One rule; the same in every run, whatever was found."""
    why = " ".join(rule.rationale.partition("\n\n")[0].split())
    written: dict[str, Any] = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": why[:LONGEST_DESCRIPTION]},
        "help": {"text": _help(rule, markdown=False), "markdown": _help(rule, markdown=True)},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {
            "tags": ["django", rule.principle],
            "precision": "high",
            "problem.severity": PROBLEM_SEVERITIES[rule.severity],
        },
    }
    pages = [page.url for page in rule.references if "://" in page.url]
    if pages:
        written["helpUri"] = pages[0]
    if rule.principle == "security":
        written["properties"]["tags"].append(SQL_INJECTION)
        written["properties"]["security-severity"] = SECURITY_SEVERITIES[rule.severity]
    return written


def _help(rule: Rule, *, markdown: bool) -> str:
    def code(text: str) -> str:
        return f"```python\n{text.rstrip()}\n```" if markdown else text.rstrip()

    def heading(text: str) -> str:
        return f"## {text}" if markdown else f"{text}:"

    links = [
        f"- [{page.title}]({page.url})" if markdown else f"- {page.title}: {page.url}"
        for page in rule.references
        if "://" in page.url
    ]
    parts = [
        rule.summary,
        rule.rationale.strip(),
        heading("Faulty"),
        code(rule.examples.bad),
        heading("Clean"),
        code(rule.examples.good),
        *([heading("Read more"), "\n".join(links)] if links else []),
    ]
    return "\n\n".join(parts)
