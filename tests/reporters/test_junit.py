"""Is the XML valid by the schema that JUnit's readers go by, and does it fail what is proven?"""

from __future__ import annotations

from importlib import resources

import pytest
from lxml import etree

from djcheck.domain.finding import Decision, Finding
from djcheck.domain.trace import Role
from djcheck.reporters.junit import render
from djcheck.reporters.style import Style
from tests.building import ambiguous, finding, judged, report, step

# Windy Road's JUnit.xsd, as the package ub-test-reports ships it.
SCHEMA = etree.XMLSchema(etree.fromstring((resources.files("ub_test_reports") / "schemas" / "JUnit.xsd").read_bytes()))


def suites(*findings: Finding) -> etree._Element:
    document = etree.fromstring(render(report(*findings), lambda path: (), Style()))
    SCHEMA.assertValid(document)
    return document


def test_a_finding_in_full() -> None:
    trace = (step(1, Role.ORIGIN, "the rows come from here"), step(3, Role.ACCESS))
    document = suites(finding(related=trace))
    (case,) = document.iter("testcase")
    assert dict(case.attrib) == {
        "name": "DJC101 missing-select-related at 3:11",
        "classname": "shop/views.py",
        "time": "0",
    }
    (failure,) = case
    assert dict(failure.attrib) == {"type": "warning", "message": "`book.author` runs one query for each row"}
    assert failure.text == (
        "shop/views.py:3:11: `book.author` runs one query for each row\n"
        "Join it in the queryset at shop/views.py:1.\n"
        "How it comes about:\n"
        "1. shop/views.py:1 origin: the rows come from here\n"
        "2. shop/views.py:3 access"
    )


def test_a_suite_for_each_file_with_its_counts() -> None:
    document = suites(finding(path="a.py"), ambiguous(path="a.py"), finding(path="b.py"))
    counted = [(suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("id")) for suite in document]
    assert counted == [("a.py", "2", "1", "0"), ("b.py", "1", "1", "1")]


def test_what_is_not_proven_passes_and_says_why() -> None:
    document = suites(ambiguous())
    (case,) = document.iter("testcase")
    assert case.get("name") == "DJC101 missing-select-related at 3:11 (ambiguous)"
    assert len(case) == 0
    assert "Not certain (unknown-origin): Where do the rows come from?" in (document.findtext(".//system-out") or "")


def test_a_confirmed_one_fails_with_the_verdict_and_a_dismissed_one_is_left_out() -> None:
    document = suites(judged(Decision.CONFIRMED), judged(Decision.DISMISSED))
    (failure,) = document.iter("failure")
    assert "\nAgent: confirmed: the queryset has no join\nBecause of: shop/models.py:3" in (failure.text or "")


def test_no_findings_are_one_case_that_passes() -> None:
    (case,) = suites().iter("testcase")
    assert (case.get("name"), len(case)) == ("no findings", 0)


@pytest.mark.parametrize("evil", ["]]></failure>&<x a='\"'>", "\x00\x1b[31m\x85", "\udcff", "\ufffe\uffff", "\u202e"])
def test_hostile_text_stays_text(evil: str) -> None:
    document = suites(finding(message=evil, help=evil, path=f"{evil}.py"), ambiguous(message=evil))
    assert [element.tag for element in document.iter("failure")] == ["failure"]


def test_the_schema_can_refuse() -> None:
    document = suites(finding())
    del document[0].attrib["tests"]
    assert not SCHEMA.validate(document)
