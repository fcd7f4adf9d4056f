"""Does the text report tell the whole story, in plain text where nobody sees colours?"""

from __future__ import annotations

from typing import Any

from djcheck.domain.finding import CitedLine, Decision, Edit, Finding, Fix, Severity, Status, Verdict
from djcheck.domain.trace import Role
from djcheck.reporters.style import Style
from djcheck.reporters.text import render
from tests.building import ambiguous, finding, report, step

CODE = ("books = Book.objects.all()\n", "for book in books:\n", "    print(book.author.name)\n")
TRACE = (
    step(1, Role.ORIGIN, "rows of shop.Book, fetched without `author`"),
    step(2, Role.LOOP, "for each row"),
    step(3, Role.ACCESS, "`book.author` is read"),
)


def shown(*findings: Finding, **options: Any) -> str:
    return render(report(*findings), lambda path: CODE, Style(**options)).decode()


def test_a_finding_in_full() -> None:
    assert (
        shown(finding(related=TRACE))
        == """\
shop/views.py:3:11: warning DJC101 missing-select-related
  `book.author` runs one query for each row
  2 | for book in books:
  3 |     print(book.author.name)
    |           ^^^^^^^^^^^
  How it comes about:
    1. shop/views.py:1 origin: rows of shop.Book, fetched without `author`
    2. shop/views.py:2 loop: for each row
    3. shop/views.py:3 access: `book.author` is read
  Help: Join it in the queryset at shop/views.py:1.

rule                            certain  ambiguous
DJC101  missing-select-related        1          0

1 finding (1 warning); 3 files, 120 lines read.
"""
    )


def test_nothing_found() -> None:
    assert shown() == "No findings; 3 files, 120 lines read.\n"


def test_the_foot_counts_by_severity_and_certainty() -> None:
    text = shown(
        finding(),
        ambiguous(),
        finding(rule="DJC304", name="cursor-sql-injection", severity=Severity.ERROR),
        finding(rule="DJC205", name="python-sort", severity=Severity.NOTE),
    )
    assert "4 findings (1 error, 2 warnings, 1 note), 1 of them ambiguous; 3 files, 120 lines read.\n" in text
    table = text[text.index("rule  ") :].splitlines()[:4]
    assert [row.split() for row in table[1:]] == [
        ["DJC101", "missing-select-related", "1", "1"],
        ["DJC205", "python-sort", "1", "0"],
        ["DJC304", "cursor-sql-injection", "1", "0"],
    ]


def test_an_open_question_is_asked() -> None:
    text = shown(ambiguous())
    assert "missing-select-related (ambiguous)\n" in text
    assert "  Not certain (unknown-origin): Where do the rows come from?\n" in text


def test_the_agents_word() -> None:
    lines = (CitedLine("shop/views.py", 3), CitedLine("shop/models.py", 4))
    verdict = Verdict(Decision.CONFIRMED, 0.9, "no join anywhere", lines, "some-model", "simple", 3, False)
    text = shown(ambiguous(status=Status.CONFIRMED, verdict=verdict))
    assert "  Agent: confirmed: no join anywhere\n  Because of: shop/views.py:3, shop/models.py:4\n" in text
    assert "Not certain" not in text


def test_dismissed_findings_show_with_v_only() -> None:
    dismissed = ambiguous(status=Status.DISMISSED)
    assert "DJC101 missing-select-related (dismissed)" not in shown(dismissed)
    assert "DJC101 missing-select-related (dismissed)" in shown(dismissed, verbosity=1)


def test_a_dismissed_finding_about_raw_sql_stays_in_sight() -> None:
    dismissed = ambiguous(rule="DJC301", name="raw-sql-injection", status=Status.DISMISSED)
    assert "DJC301 raw-sql-injection (dismissed)" in shown(dismissed)
    assert "DJC301 raw-sql-injection (dismissed)" in shown(dismissed, verbosity=-1)


def test_a_fix_is_shown_with_its_edits() -> None:
    fix = Fix("Join the author", (Edit("shop/views.py", 1, 27, 1, 27, '.select_related("author")'),))
    text = shown(finding(fix=fix))
    assert '  Change: Join the author\n    shop/views.py:1:27: .select_related("author")\n' in text


def test_long_traces_are_cut_in_the_middle_unless_v() -> None:
    trace = tuple(step(line, Role.CALL, f"hop {line}") for line in range(1, 21))
    short, whole = shown(finding(related=trace)), shown(finding(related=trace), verbosity=1)
    assert "... 12 more steps (-v shows them)" in short
    assert [f"hop {line}\n" in short for line in (4, 5, 16, 17)] == [True, False, False, True]
    assert all(f"hop {line}\n" in whole for line in range(1, 21))


def test_quiet_is_one_line_a_finding() -> None:
    said = "`book.author` runs one query for each row"
    assert shown(finding(related=TRACE), ambiguous(), verbosity=-1).splitlines() == [
        f"shop/views.py:3:11: warning DJC101 missing-select-related: {said}",
        f"shop/views.py:3:11: warning DJC101 missing-select-related (ambiguous): {said}",
    ]


def test_statistics_and_unread_files() -> None:
    what = report(unreadable=2, statistics={"survey seconds": 1.25, "files from cache": 3.0})
    text = render(what, lambda path: (), Style(statistics=True)).decode()
    assert "2 files could not be read.\n  survey seconds: 1.25\n  files from cache: 3\n" in text
    assert "survey" not in render(what, lambda path: (), Style()).decode()


def test_what_was_known_before_is_counted() -> None:
    text = render(report(known=(finding(), finding()), gone=1), lambda path: (), Style()).decode()
    assert text.endswith("Known before and not shown: 2. Gone since: 1.\n")
    assert "Known" not in render(report(finding()), lambda path: (), Style()).decode()


def test_prose_is_wrapped_and_places_are_not() -> None:
    path = "a/" * 60 + "views.py"
    text = shown(finding(path=path, message="word " * 60, related=(step(1, Role.ORIGIN, "why " * 30, path),)), width=60)
    assert f"{path}:3:11: warning" in text
    assert f"{path}:1 origin: why why" in text
    assert all(len(line) <= 60 for line in text.splitlines() if "word" in line)


def test_colour_only_when_asked_for() -> None:
    assert "\x1b[" not in shown(finding(related=TRACE))
    assert "\x1b[" in shown(finding(related=TRACE), colour=True)


def test_hostile_text_is_harmless_everywhere() -> None:
    evil = "\x1b]0;owned\x07[link=http://evil][bold]\u202e\n\r"
    hostile = ambiguous(
        message=evil,
        help=evil,
        path=evil,
        related=(step(1, Role.ORIGIN, evil, evil),),
        fix=Fix(evil, (Edit(evil, 1, 1, 1, 1, evil),)),
    )
    for verbosity in (-1, 0, 1):
        text = render(report(hostile), lambda path: [evil] * 3, Style(verbosity=verbosity)).decode()
        assert not {"\x1b", "\x07", "\u202e", "\r"} & set(text)
        assert r"\x1b]0;owned\x07[link=http://evil][bold]\u202e\n\r" in text
