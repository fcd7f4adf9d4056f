"""Are the marks in comments read as they are written, and nothing else with them?"""

from pathlib import Path

import pytest

from .markers import BadMark, Mark, marks_in, read_marks


def test_code_and_relation() -> None:
    text = "book.author.name  # expect: DJC101 author\n"
    assert list(marks_in("shop/views.py", text)) == [Mark("shop/views.py", 1, "DJC101", "author", "expect")]


def test_code_alone_has_an_empty_relation() -> None:
    assert list(marks_in("a.py", "x = 1\nlen(books)  # expect: DJC201\n")) == [Mark("a.py", 2, "DJC201", "", "expect")]


def test_several_claims_in_one_comment() -> None:
    marks = marks_in("a.py", "x  # expect: DJC101 author, DJC102 book_set,DJC205\n")
    assert [(mark.code, mark.relation) for mark in marks] == [
        ("DJC101", "author"),
        ("DJC102", "book_set"),
        ("DJC205", ""),
    ]


@pytest.mark.parametrize("kind", ["expect", "next", "miss", "false"])
def test_every_kind(kind: str) -> None:
    (mark,) = marks_in("a.py", f"x  # {kind}: DJC101 author__publisher\n")
    assert (mark.kind, mark.relation) == (kind, "author__publisher")


def test_two_kinds_in_one_comment() -> None:
    marks = marks_in("a.py", "x  # noqa: B009  # expect: DJC101 author  # miss: DJC205\n")
    assert [(mark.kind, mark.code) for mark in marks] == [("expect", "DJC101"), ("miss", "DJC205")]


def test_mark_for_the_line_below() -> None:
    text = "# expect-next: DJC304\ncursor.execute(sql)\n# next-next: DJC101 author\nx\n"
    assert [(mark.kind, mark.line) for mark in marks_in("a.py", text)] == [("expect", 2), ("next", 4)]


def test_template_comments() -> None:
    text = "<p>\n{% for b in a.books.all %}{# next: DJC102 books #}<b>{{ b }}</b>{# expect: DJC101 x #}\n"
    assert list(marks_in("t.html", text)) == [
        Mark("t.html", 2, "DJC102", "books", "next"),
        Mark("t.html", 2, "DJC101", "x", "expect"),
    ]


def test_texts_are_not_comments() -> None:
    assert not list(marks_in("a.py", 'x = "# expect: DJC101 author"\ny = """\n# next: DJC102 books\n"""\n'))
    assert not list(marks_in("t.html", "<p># expect: DJC101 author</p>\n"))


def test_other_comments_are_left_alone() -> None:
    assert not list(marks_in("a.py", "# what we expect: nothing\n# see DJC101 author\n# djcheck: ignore[DJC101]\n"))


@pytest.mark.parametrize(
    "comment", ["expect: DJC1 author", "next: DJC", "expect: DJC101 author, DJC12 x", "expect: DJC101 a.b"]
)
def test_a_mark_that_cannot_be_read_is_an_error(comment: str) -> None:
    with pytest.raises(BadMark, match=r"a\.py:1: "):
        list(marks_in("a.py", f"x  # {comment}\n"))


def test_tree_is_read_in_order_with_relative_paths(tmp_path: Path) -> None:
    (tmp_path / "shop" / "templates").mkdir(parents=True)
    (tmp_path / "shop" / "views.py").write_text("x\ny  # expect: DJC103\n", encoding="utf-8")
    (tmp_path / "shop" / "templates" / "list.html").write_text("{# next: DJC102 books #}\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("# expect: DJC101 author\n", encoding="utf-8")
    assert read_marks(tmp_path) == [
        Mark("shop/templates/list.html", 1, "DJC102", "books", "next"),
        Mark("shop/views.py", 2, "DJC103", "", "expect"),
    ]
