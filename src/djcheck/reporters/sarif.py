"""A report as SARIF 2.1.0, within what GitHub's code scanning accepts.

The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. GitHub's properties and limits:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from djcheck import __version__
from djcheck.domain.finding import Edit, Finding, Fix, Related, Report, Severity, Status
from djcheck.reporters.documents import as_json
from djcheck.reporters.lines import LinesOf
from djcheck.reporters.sarif_rules import descriptor
from djcheck.reporters.style import Style
from djcheck.reporters.words import step_words, sureness
from djcheck.rulebook import Rulebook, rulebook

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
SOURCE_ROOT = "%SRCROOT%"
MOST_RESULTS = 25_000  # GitHub refuses a run with more

Json = dict[str, Any]


def render(report: Report, lines_of: LinesOf, style: Style) -> bytes:
    """One run with all rules and all findings; those that the agent dismissed are suppressed."""
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, style, rulebook())]})


def _run(report: Report, style: Style, rules: Rulebook) -> Json:
    kept = _most_severe(report.findings)
    left_out = len(report.findings) - len(kept)
    troubles = [*report.troubles, *([f"{left_out} findings of least severity were left out"] if left_out else [])]
    index = {code: number for number, code in enumerate(rules)}
    run: Json = {
        "tool": {
            "driver": {
                "name": "djcheck",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [descriptor(rule) for rule in rules.values()],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.troubles,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": trouble}} for trouble in troubles
                ],
            }
        ],
        "originalUriBaseIds": {SOURCE_ROOT: {"description": {"text": "The directory in which djcheck was run."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index[finding.rule]) for finding in kept],
    }
    if style.statistics:
        run["properties"] = {"statistics": report.statistics}
    return run


def _most_severe(findings: Sequence[Finding]) -> Sequence[Finding]:
    if len(findings) <= MOST_RESULTS:
        return findings
    severities = list(Severity)
    worst = sorted(findings, key=lambda finding: severities.index(finding.severity))[:MOST_RESULTS]
    return sorted(worst, key=lambda finding: finding.order)


def _result(finding: Finding, rule_index: int) -> Json:
    said = [finding.message, finding.help, *sureness(finding)]
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": {"text": "\n".join(line for line in said if line)},
        "locations": [_location(finding)],
        # GitHub looks at this one alone. Its own would take two findings of a rule in one line for the same.
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:1"},
        # Where one result has suppressions, all must say so (3.27.23 of the format).
        "suppressions": list(_suppressions(finding)),
        "properties": _properties(finding),
    }
    if finding.related:
        steps = [_step(number, step) for number, step in enumerate(finding.related, 1)]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.fix:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _suppressions(finding: Finding) -> Iterator[Json]:
    if finding.status is Status.DISMISSED:
        yield {"kind": "external", "status": "accepted", "justification": "\n".join(sureness(finding))}


def _properties(finding: Finding) -> Json:
    """What the format has no place for; null where it is not known."""
    return {
        "status": finding.status,
        "symbol": finding.symbol,
        "model": finding.model,
        "relation": finding.relation,
        "ambiguity": finding.ambiguity,
        "verdict": finding.verdict,
    }


def _step(number: int, step: Related) -> Json:
    return {
        "location": {**_location(step), "message": {"text": step_words(step)}},
        "kinds": [step.role],
        "executionOrder": number,
        "importance": "essential",
    }


def _fix(fix: Fix) -> Json:
    by_file = groupby(sorted(fix.edits, key=lambda edit: edit.path), key=lambda edit: edit.path)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": [
                    {"deletedRegion": _region(edit), "insertedContent": {"text": edit.text}} for edit in edits
                ],
            }
            for path, edits in by_file
        ],
    }


def _location(place: Finding | Related) -> Json:
    return {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": _region(place)}}


def _artifact(path: str) -> Json:
    return {"uri": quote(path.encode(errors="surrogateescape")), "uriBaseId": SOURCE_ROOT}


def _region(place: Finding | Related | Edit) -> Json:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
