"""Do the annotations survive GitHub's parser, and come first those that it shows?"""

from __future__ import annotations

from djcheck.domain.finding import Decision, Finding, Severity
from djcheck.domain.trace import Role
from djcheck.reporters.github import render
from djcheck.reporters.style import Style
from tests.building import ambiguous, finding, judged, report, step

Command = tuple[str, dict[str, str], str]


def commands(*findings: Finding) -> list[Command]:
    lines = render(report(*findings), lambda path: (), Style()).decode().splitlines()
    return [parsed(line) for line in lines if line.startswith("::")]


def parsed(line: str) -> Command:
    """As the runner reads a line: the part between the first two `::`, its properties between commas, the rest."""
    head, _, message = line.removeprefix("::").partition("::")
    name, _, pairs = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in pairs.split(","))
    return name, {key: unescaped(value) for key, value in properties.items()}, unescaped(message)


def unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_a_finding_in_full() -> None:
    trace = (step(1, Role.ORIGIN, "the rows come from here"), step(3, Role.ACCESS))
    assert commands(finding(related=trace)) == [
        (
            "warning",
            {
                "title": "DJC101 missing-select-related",
                "file": "shop/views.py",
                "line": "3",
                "endLine": "3",
                "col": "11",
                "endColumn": "22",
            },
            (
                "`book.author` runs one query for each row\n"
                "Join it in the queryset at shop/views.py:1.\n"
                "How it comes about:\n"
                "1. shop/views.py:1 origin: the rows come from here\n"
                "2. shop/views.py:3 access"
            ),
        )
    ]


def test_severities() -> None:
    names = {severity: commands(finding(severity=severity))[0][0] for severity in Severity}
    assert names == {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def test_doubt_and_verdict_are_told() -> None:
    ((_, properties, message),) = commands(ambiguous())
    assert properties["title"] == "DJC101 missing-select-related (ambiguous)"
    assert message.endswith("\nNot certain (unknown-origin): Where do the rows come from?")
    ((_, properties, message),) = commands(judged(Decision.CONFIRMED))
    assert properties["title"] == "DJC101 missing-select-related"
    assert "\nAgent: confirmed: the queryset has no join\n" in message
    assert commands(judged(Decision.DISMISSED)) == []


def test_columns_only_within_one_line() -> None:
    ((_, properties, _),) = commands(finding(end_line=5))
    assert (properties["line"], properties["endLine"]) == ("3", "5")
    assert "col" not in properties


def test_nothing_breaks_out_of_its_command() -> None:
    path = "a,b::c%0A=d.py"
    ((name, properties, message),) = commands(finding(path=path, message="100%\r\n::error::%25 owned\x1b[31m", help=""))
    assert (name, properties["file"]) == ("warning", path)
    assert message == r"100%\r\n::error::%25 owned\x1b[31m"


def test_the_worst_and_surest_come_first_and_their_number_before_them() -> None:
    warnings = [ambiguous(line=line) for line in range(1, 12)]
    found = commands(*warnings, finding(line=99), finding(severity=Severity.ERROR))
    assert [name for name, _, _ in found[:3]] == ["notice", "error", "warning"]
    assert found[0][2] == "1 of severity error, 12 of severity warning. GitHub shows 10 of each; the log has all."
    assert found[2][1]["line"] == "99"
    assert len(found) == 14
    assert len(commands(*warnings[:10])) == 10


def test_no_findings_are_said_so() -> None:
    assert render(report(), lambda path: (), Style()) == b"djcheck: no findings\n"
