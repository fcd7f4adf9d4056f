"""Does the JSON have the promised form, and the same bytes every time?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from djcheck import __version__
from djcheck.domain.finding import CitedLine, Decision, Edit, Finding, Fix, Report, Status, Verdict
from djcheck.domain.trace import Role
from djcheck.reporters.json import render
from djcheck.reporters.style import Style
from tests.building import ambiguous, finding, report, step

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "findings.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
MARK = "0123456789abcdef"


def full() -> Finding:
    return finding(
        symbol="shop.views.book_list",
        model="shop.Book",
        relation="author__publisher",
        related=tuple(step(line, role, "why") for line, role in enumerate(Role, 1)),
        fix=Fix("Join the author", (Edit("shop/views.py", 1, 5, 1, 5, '.select_related("author")'),)),
        fingerprint=MARK,
    )


def judged(status: Status) -> Finding:
    lines = (CitedLine("shop/views.py", 3), CitedLine("shop/models.py", 4))
    verdict = Verdict(Decision(status), 0.9, "the queryset has no join", lines, "some-model", "simple", 12, False)
    return ambiguous(status=status, verdict=verdict, fingerprint=MARK)


EVERYTHING = report(
    full(), ambiguous(fingerprint=MARK), *(judged(Status(decision)) for decision in Decision), unreadable=1
)


def written(what: Report, **options: Any) -> Any:
    return json.loads(render(what, lambda path: (), Style(**options)))


class TestSchema:
    def test_the_schema_is_one(self) -> None:
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    @pytest.mark.parametrize("what", [EVERYTHING, report()], ids=["everything", "nothing"])
    def test_output_fits_it(self, what: Report) -> None:
        VALIDATOR.validate(written(what))
        VALIDATOR.validate(written(what, statistics=True))

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (["version"], 2),
            (["findings", 0, "severity"], "fatal"),
            (["findings", 0, "line"], 0),
            (["findings", 0, "related", 0, "role"], "somewhere"),
            (["findings", 0, "fingerprint"], ""),
            (["findings", 0, "surprise"], 1),
            (["summary", "by_rule"], {"E501": 1}),
        ],
    )
    def test_it_can_refuse(self, path: list[str | int], value: object) -> None:
        document = written(EVERYTHING)
        inner = document
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        with pytest.raises(jsonschema.ValidationError):
            VALIDATOR.validate(document)


def test_keys_stand_in_the_order_of_the_contract() -> None:
    document = written(EVERYTHING)
    assert list(document) == ["version", "tool", "summary", "findings"]
    assert " ".join(document["findings"][0]) == (
        "rule name severity status message help path line column end_line end_column symbol model relation related "
        "fix fingerprint ambiguity verdict"
    )
    assert document["tool"] == {"name": "djcheck", "version": __version__}


def test_the_summary_counts_what_is_proven_and_what_is_open() -> None:
    more = finding(rule="DJC001", name="unreadable-file", fingerprint=MARK)
    document = written(report(*EVERYTHING.findings, more, unreadable=1, known=(finding(), finding()), gone=1))
    assert document["summary"] == {
        "files": 3,
        "lines": 120,
        "findings": 6,
        "certain": 3,
        "ambiguous": 2,
        "unreadable": 1,
        "known": 2,
        "gone": 1,
        "by_rule": {"DJC001": 1, "DJC101": 5},
    }
    assert list(document["summary"]["by_rule"]) == ["DJC001", "DJC101"]


def test_what_is_not_known_is_null() -> None:
    (found,) = written(report(finding()))["findings"]
    assert [found[key] for key in ("symbol", "model", "relation", "fix", "ambiguity", "verdict")] == [None] * 6
    assert found["related"] == []


def test_times_appear_only_when_asked_for() -> None:
    slow = report(statistics={"survey seconds": 1.5})
    assert "statistics" not in written(slow)
    assert written(slow, statistics=True)["statistics"] == {"survey seconds": 1.5}


def test_same_report_same_bytes_ending_in_a_newline() -> None:
    once, again = (render(EVERYTHING, lambda path: (), Style()) for _ in range(2))
    assert once == again
    assert once.endswith(b"}\n")


def test_text_of_all_kinds_survives() -> None:
    hostile = 'a"b\\c\x1b[31m\u2028\x00é漢😀'
    (found,) = written(report(finding(message=hostile, symbol=hostile)))["findings"]
    assert (found["message"], found["symbol"]) == (hostile, hostile)


def test_a_file_name_that_is_no_text_is_written_all_the_same() -> None:
    document = written(report(finding(path="caf\udce9.py", fingerprint=MARK)))
    VALIDATOR.validate(document)
    assert document["findings"][0]["path"] == "caf?.py"
    assert next(iter(document["findings"][0])) == "rule"
