"""Has each issue the fields that GitLab's Code Quality reads?"""

from __future__ import annotations

import json
from typing import Any

import jsonschema

from djcheck.domain.finding import Decision, Finding, Severity
from djcheck.domain.trace import Role
from djcheck.reporters.gitlab import render
from djcheck.reporters.style import Style
from tests.building import ambiguous, finding, judged, report, step

# GitLab publishes no schema; this is the table of its page on Code Quality, "Code Quality report format".
VALIDATOR = jsonschema.Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^[^/]"},
                        "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                    },
                },
            },
        },
    }
)


def issues(*findings: Finding) -> list[dict[str, Any]]:
    written = render(report(*findings), lambda path: (), Style())
    document = json.loads(written)
    VALIDATOR.validate(document)
    assert not written.startswith(b"\xef\xbb\xbf")  # GitLab refuses a byte order mark
    return list(document)


def test_a_finding_in_full() -> None:
    (issue,) = issues(finding(fingerprint="0123abcd", related=(step(1, Role.ORIGIN, "the rows come from here"),)))
    assert issue["description"] == "DJC101: `book.author` runs one query for each row."
    assert (issue["check_name"], issue["fingerprint"]) == ("missing-select-related", "0123abcd")
    assert (issue["severity"], issue["type"], issue["categories"]) == ("major", "issue", ["Performance"])
    assert issue["location"] == {"path": "shop/views.py", "lines": {"begin": 3, "end": 3}}
    assert issue["other_locations"] == [{"path": "shop/views.py", "lines": {"begin": 1, "end": 1}}]
    assert issue["content"]["body"] == (
        "`book.author` runs one query for each row\n\nJoin it in the queryset at shop/views.py:1.\n\n"
        "How it comes about:\n\n1. shop/views.py:1 origin: the rows come from here"
    )


def test_severities_and_categories() -> None:
    found = issues(*(finding(severity=severity, rule="DJC301") for severity in Severity))
    assert [issue["severity"] for issue in found] == ["critical", "major", "info"]
    assert found[0]["categories"] == ["Security"]


def test_doubt_and_verdict_are_told() -> None:
    (issue,) = issues(ambiguous())
    assert issue["description"].endswith(". Not certain (unknown-origin): Where do the rows come from?")
    (issue,) = issues(judged(Decision.CONFIRMED))
    assert ". Agent: confirmed: the queryset has no join. Because of: shop/models.py:3" in issue["description"]
    assert issues(judged(Decision.DISMISSED)) == []


def test_no_findings_are_an_empty_list() -> None:
    assert issues() == []
