"""Do editors get what the protocol promises, at the right characters?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import converters, types
from msgspec.structs import replace

from djcheck.domain.finding import Decision, Edit, Finding, Fix, Severity
from djcheck.domain.trace import Role
from djcheck.reporters.lsp import render
from djcheck.reporters.style import Style
from tests.building import ambiguous, finding, judged, report, step

CODE = ("books = Book.objects.all()\n", "for book in books:\n", "    print(book.author.name)\n")
CONVERTER = converters.get_converter()


def written(*findings: Finding, lines: tuple[str, ...] = CODE) -> list[types.PublishDiagnosticsParams]:
    """The output as lsprotocol reads it; what lsprotocol writes again must be the same document."""
    document = json.loads(render(report(*findings), lambda path: lines, Style()))
    files = CONVERTER.structure(document, list[types.PublishDiagnosticsParams])
    assert CONVERTER.unstructure(files, list[types.PublishDiagnosticsParams]) == document
    return files


def one(found: Finding, **options: Any) -> types.Diagnostic:
    ((diagnostic,),) = [file.diagnostics for file in written(found, **options)]
    return diagnostic


def data(seen: types.Diagnostic) -> dict[str, Any]:
    assert isinstance(seen.data, dict)
    return seen.data


def test_a_finding_in_full() -> None:
    trace = (step(1, Role.ORIGIN, "the rows come from here", "shop/managers.py"), step(3, Role.ACCESS))
    seen = one(finding(related=trace, model="shop.Book", fingerprint="abc"))
    assert seen.range == types.Range(types.Position(2, 10), types.Position(2, 21))
    assert (seen.code, seen.source, seen.severity) == ("DJC101", "djcheck", types.DiagnosticSeverity.Warning)
    assert seen.message == "`book.author` runs one query for each row\nJoin it in the queryset at shop/views.py:1."
    assert seen.code_description is not None
    assert seen.code_description.href.startswith("https://docs.djangoproject.com/")
    assert seen.related_information is not None
    assert [(each.location.uri, each.message) for each in seen.related_information] == [
        ((Path.cwd() / "shop/managers.py").as_uri(), "origin: the rows come from here"),
        ((Path.cwd() / "shop/views.py").as_uri(), "access"),
    ]
    assert tuple(data(seen)[key] for key in ("model", "fingerprint", "status")) == ("shop.Book", "abc", "certain")


def test_one_object_for_each_file_with_findings() -> None:
    files = written(finding(path="a.py"), finding(path="a.py", line=4), finding(path="b c.py"))
    assert [(Path(file.uri).name, len(file.diagnostics)) for file in files] == [("a.py", 2), ("b%20c.py", 1)]
    assert written() == []


@pytest.mark.parametrize(
    ("line", "column", "end_column", "units"),
    [
        ("x = '𝒳𝒳'; book.author\n", 11, 22, (12, 23)),
        ("é = book.author\r\n", 5, 16, (4, 15)),
        ("𝒳", 1, 2, (0, 2)),
        ("short\n", 3, 90, (2, 5)),
    ],
)
def test_characters_are_utf_16_units(line: str, column: int, end_column: int, units: tuple[int, int]) -> None:
    seen = one(finding(line=1, column=column, end_line=1, end_column=end_column), lines=(line,))
    assert (seen.range.start.character, seen.range.end.character) == units


def test_a_file_that_cannot_be_read_has_places_all_the_same() -> None:
    assert one(finding(), lines=()).range == types.Range(types.Position(2, 10), types.Position(2, 21))


def test_severities() -> None:
    seen = [one(finding(severity=severity)).severity for severity in Severity]
    level = types.DiagnosticSeverity
    assert seen == [level.Error, level.Warning, level.Information]


def test_doubt_and_verdict_are_told() -> None:
    assert one(ambiguous()).message.endswith("\nNot certain (unknown-origin): Where do the rows come from?")
    seen = one(judged(Decision.CONFIRMED))
    assert seen.message.endswith(
        "\nAgent: confirmed: the queryset has no join\nBecause of: shop/models.py:3, shop/views.py:4"
    )
    assert data(seen)["verdict"]["lines"][0] == {"path": "shop/models.py", "line": 3}


def test_what_the_agent_dismissed_is_not_published_unless_it_is_about_raw_sql() -> None:
    assert written(judged(Decision.DISMISSED)) == []
    assert len(written(replace(judged(Decision.DISMISSED), rule="DJC301"))) == 1


def test_a_fix_is_a_workspace_edit() -> None:
    edits = (
        Edit("shop/views.py", 1, 27, 1, 27, '.select_related("author")'),
        Edit("shop/other.py", 2, 1, 3, 1, ""),
    )
    change = data(one(finding(fix=Fix("Join the author", edits))))["fix"]
    edit = CONVERTER.structure(change["edit"], types.WorkspaceEdit)
    assert change["title"] == "Join the author"
    assert edit.changes is not None
    assert list(edit.changes) == [(Path.cwd() / name).as_uri() for name in ("shop/views.py", "shop/other.py")]
    (inserted,) = edit.changes[(Path.cwd() / "shop/views.py").as_uri()]
    assert inserted == types.TextEdit(
        types.Range(types.Position(0, 26), types.Position(0, 26)), '.select_related("author")'
    )


def test_rules_without_a_page_on_the_web_have_no_link() -> None:
    assert one(finding(rule="DJC002", name="unused-ignore")).code_description is None


def test_names_that_are_no_text_do_no_harm() -> None:
    (file,) = written(finding(path="shop/\udcff.py", message="\udcff"))
    assert file.uri.endswith("/shop/%FF.py")
