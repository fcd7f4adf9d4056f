"""Does the page tell everything, and is what it quotes inert?"""

from __future__ import annotations

import base64
import hashlib

import pytest
from lxml import html

from djcheck.domain.finding import Decision, Edit, Finding, Fix
from djcheck.domain.outline import Link, Outline
from djcheck.domain.relation_kind import RelationKind
from djcheck.domain.trace import Role
from djcheck.reporters.html.drawing import by_name, overview, picture
from djcheck.reporters.html.excerpt import excerpt
from djcheck.reporters.html.page import prose, render
from djcheck.reporters.style import Style
from tests.building import ambiguous, finding, judged, report, step

CODE = ("books = Book.objects.all()\n", "for book in books:\n", "    print(book.author.name)\n")
LINKS = (
    Link("shop.Author", "books", "shop.Book", RelationKind.REVERSE_MANY, True),
    Link("shop.Book", "author", "shop.Author", RelationKind.FORWARD_ONE, True),
)
TRACE = (step(1, Role.ORIGIN, "the rows come from `Book.objects.all()`"), step(3, Role.ACCESS))


def page(*findings: Finding, lines: tuple[str, ...] = CODE, **changes: object) -> html.HtmlElement:
    text = render(report(*findings, **changes), lambda path: lines, Style())
    return html.document_fromstring(text, parser=html.HTMLParser(encoding="utf-8"))


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_finding_in_full() -> None:
    fix = Fix("Join `author`", (Edit("shop/views.py", 1, 27, 1, 27, '.select_related("author")'),))
    document = page(
        finding(related=TRACE, fix=fix, model="shop.Book", relation="author", symbol="shop.views.book_list"),
        outline=Outline({"shop/views.py": "shop"}, LINKS),
    )
    (entry,) = document.find_class("finding")
    assert (entry.get("data-rule"), entry.get("data-app"), entry.get("data-status")) == ("DJC101", "shop", "certain")
    assert [words(mark) for mark in entry.iter("mark")] == ["book.author", "book", ""]
    (trace,) = entry.find_class("trace")
    assert words(trace[0]) == "How it comes about: 2 steps"
    assert [words(role) for role in trace.find_class("role")] == ["origin", "access"]
    said = words(entry)
    for expected in (
        "warning DJC101 missing-select-related shop/views.py:3:11 book.author runs one query for each row",
        "Help. Join it in the queryset at shop/views.py:1.",
        'Join author shop/views.py:1:27 .select_related("author")',
        "in shop.views.book_list, model shop.Book, relation author",
    ):
        assert expected in said
    (drawn,) = entry.iter("svg")
    (together,) = document.get_element_by_id("overview").iter("svg")
    assert [words(text) for text in together.iter("text")] == ["author → shop.Author", "1", "shop.Book"]
    assert [words(text) for text in drawn.iter("text")] == ["author", "to one, may be null", "shop.Book", "shop.Author"]


def test_doubt_and_verdict_are_told() -> None:
    document = page(ambiguous(), *map(judged, Decision))
    said = [words(entry) for entry in document.find_class("finding")]
    assert "Not certain (unknown-origin). Where do the rows come from?" in said[0]
    assert "Agent: confirmed. the queryset has no join Because of shop/models.py:3, shop/views.py:4." in said[1]
    assert [entry.get("data-status") for entry in document.find_class("finding")] == [
        "ambiguous",
        *(str(decision) for decision in Decision),
    ]


def test_nothing_found() -> None:
    document = page()
    assert "No findings. 0 certain, 0 ambiguous. 3 files, 120 lines read." in words(document)
    assert document.find_class("finding") == []


def test_statistics_and_troubles_where_there_are_any() -> None:
    what = report(finding(), statistics={"survey seconds": 1.5}, troubles=("shop/a.py: oh",), unreadable=2)
    text = render(what, lambda path: CODE, Style(statistics=True)).decode()
    assert "1.500" in text
    assert "shop/a.py: oh" in text
    assert "2 could not be read" in text
    assert "1.500" not in render(what, lambda path: CODE, Style()).decode()


class TestInert:
    EVIL = (
        "</script><script>owned()</script><img src=x onerror=owned()>\"' onload=owned() {{ 7*7 }} <!-- ]]> \u202e&lt;"
    )

    def test_hostile_text_is_text_everywhere(self) -> None:
        evil = self.EVIL
        fix = Fix(evil, (Edit(evil, 1, 1, 1, 1, evil),))
        found = ambiguous(
            message=evil, help=evil, path=evil, symbol=evil, model=evil, relation=evil, fix=fix,
            related=(step(1, Role.ORIGIN, evil, evil),),
        )  # fmt: skip
        link = Link(evil, evil, evil, RelationKind.FORWARD_ONE, False)
        document = page(found, lines=(evil,) * 3, outline=Outline({evil: evil}, (link,)), troubles=(evil,))
        assert len(list(document.iter("script"))) == 1
        assert list(document.iter("img")) == []
        assert not [name for element in document.iter() for name in element.attrib if name.startswith("on")]
        assert "\u202e" not in document.body.text_content()
        assert "{{ 7*7 }}" in document.body.text_content()
        assert words(document.body).count("owned()</script>") > 10

    def test_names_that_are_no_text_do_no_harm(self) -> None:
        assert b"DJC101" in render(report(finding(path="a\udcff.py")), lambda path: CODE, Style())

    def test_only_the_pages_own_script_and_style_may_run(self) -> None:
        document = page(finding())
        (policy,) = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        for tag in ("script", "style"):
            (element,) = document.iter(tag)
            mark = base64.b64encode(hashlib.sha256((element.text or "").encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{mark}'" in policy
        assert policy.startswith("default-src 'none';")

    def test_nothing_is_fetched(self) -> None:
        document = page(finding(related=TRACE))
        addresses = [value for element in document.iter() for key, value in element.items() if key in ("src", "href")]
        assert addresses == ["#rule=DJC101"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("`a` and `b`.", [(True, "a"), (False, " and "), (True, "b"), (False, ".")]),
        ("one ` only", [(False, "one ` only")]),
        ("`a` b` c", [(True, "a"), (False, " b` c")]),
        ("", []),
    ],
)
def test_backticks_make_code(text: str, parts: list[tuple[bool, str]]) -> None:
    assert list(prose(text)) == parts


class TestExcerpt:
    def test_a_span_over_lines(self) -> None:
        lines = ["a\n", "x = (\n", "  1,\n", ")\n", "b\n"]
        place = finding(line=2, column=5, end_line=4, end_column=2)
        shown = [(line.number, line.before, line.marked, line.after) for line in excerpt(lines, place)]
        assert shown == [
            (1, "a", "", ""),
            (2, "x = ", "(", ""),
            (3, "  ", "1,", ""),
            (4, "", ")", ""),
            (5, "b", "", ""),
        ]

    def test_an_absurdly_long_line_is_cut_around_the_span(self) -> None:
        line = "x" * 5_000 + "book.author" + "y" * 5_000
        (shown,) = excerpt([line], finding(line=1, column=5_001, end_line=1, end_column=5_012))
        assert shown.marked == "book.author"
        assert shown.before.startswith("...x")
        assert shown.after.endswith("y...")
        assert len(shown.before + shown.after) < 400

    def test_no_line_no_excerpt(self) -> None:
        assert list(excerpt([], finding())) == []


class TestPicture:
    def test_a_box_for_each_model_and_an_arrow_for_each_relation(self) -> None:
        drawn = picture(finding(model="shop.Author", relation="books__author"), by_name(LINKS))
        assert drawn is not None
        assert [box.label for box in drawn.boxes] == ["shop.Author", "shop.Book", "shop.Author"]
        assert [(arrow.name, arrow.kind, arrow.to_many) for arrow in drawn.arrows] == [
            ("books", "back to many", True),
            ("author", "to one, may be null", False),
        ]
        bottoms = [box.top + 34 for box in drawn.boxes]
        assert [arrow.top for arrow in drawn.arrows] == bottoms[:2]
        assert [arrow.bottom for arrow in drawn.arrows] == [box.top for box in drawn.boxes[1:]]
        assert drawn.height > bottoms[-1]

    @pytest.mark.parametrize(("model", "relation"), [(None, None), ("shop.Book", None), ("shop.Book", "nothing")])
    def test_none_without_a_path(self, model: str | None, relation: str | None) -> None:
        assert picture(finding(model=model, relation=relation), by_name(LINKS)) is None

    def test_a_generic_foreign_key_leads_to_any_model(self) -> None:
        link = Link("shop.Note", "target", "", RelationKind.GENERIC_ONE, False)
        drawn = picture(finding(model="shop.Note", relation="target"), by_name([link]))
        assert drawn is not None
        assert [box.label for box in drawn.boxes] == ["shop.Note", "any model"]

    def test_all_paths_together_count_each_finding_once(self) -> None:
        around = [
            finding(model="shop.Author", relation="books__author"),
            finding(model="shop.Author", relation="books"),
            finding(model="shop.Book", relation="author"),
            finding(),
        ]
        together = overview(around, by_name(LINKS))
        assert together is not None
        assert [box.label for box in together.boxes] == ["shop.Author", "shop.Book"]
        assert [(branch.words, branch.findings) for branch in together.branches] == [
            ("books → shop.Book", 2),
            ("author → shop.Author", 2),
        ]
        ends = [branch.middle for branch in together.branches]
        assert together.boxes[0].top < ends[0] < together.boxes[1].top < ends[1] < together.height
        assert overview([finding()], by_name(LINKS)) is None
