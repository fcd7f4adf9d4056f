"""Is what Python did with rows asked of the database in just the cases in which it is the same?"""

from __future__ import annotations

import pytest

from djcheck.fixes.editing.chains import NotFixable, with_columns
from djcheck.fixes.python_work.questions import asked_for, counted, emptiness, exists


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("len(books)", "books.count()"),
        ("len(list(Book.objects.filter(a=1)))", "Book.objects.filter(a=1).count()"),
        ("len(\n    author.books.all()\n)", "author.books.all().count()"),
    ],
)
def test_counted(code: str, wanted: str) -> None:
    assert counted(code) == wanted


@pytest.mark.parametrize(
    "code", ["len(a, b)", "max(books)", "len(await books)", "len(a or b)", "len(a | b)", "len(*a)"]
)
def test_what_is_no_count_is_refused(code: str) -> None:
    with pytest.raises(NotFixable):
        counted(code)


@pytest.mark.parametrize(
    ("code", "wanted"), [("books", "books.exists()"), ("bool(books)", "books.exists()"), ("a.b()", "a.b().exists()")]
)
def test_existence(code: str, wanted: str) -> None:
    assert exists(code) == wanted


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("books.count()", "books.exists()"),
        ("books.filter(a=1).count() > 0", "books.filter(a=1).exists()"),
        ("books.count() >= 1", "books.exists()"),
        ("books.count() != 0", "books.exists()"),
        ("books.count() == 0", "not books.exists()"),
        ("books.count() < 1", "not books.exists()"),
        ("books.count() <= 0", "not books.exists()"),
    ],
)
def test_counts_that_ask_for_existence(code: str, wanted: str) -> None:
    assert emptiness(code) == wanted


@pytest.mark.parametrize(
    "code",
    ["books.count() > 1", "books.count() >= 0", "0 < books.count()", "books.count('a') > 0", "0 < a.count() < 1", "a"],
)
def test_counts_that_ask_for_more_are_refused(code: str) -> None:
    with pytest.raises(NotFixable):
        emptiness(code)


@pytest.mark.parametrize("code", ["a or b", "await a", "a if b else c", "[1]", "lambda: a", "a, b"])
def test_only_querysets_are_asked(code: str) -> None:
    with pytest.raises(NotFixable):
        asked_for(code, ".count()")


@pytest.mark.parametrize(
    ("code", "columns", "wanted"),
    [
        ('Entry.objects.only("text")', ["memo"], 'Entry.objects.only("text", "memo")'),
        ('Entry.objects.defer("memo", "day").order_by("pk")', ["day"], 'Entry.objects.defer("memo").order_by("pk")'),
        ('Entry.objects.filter(a=1).defer("memo")', ["memo"], "Entry.objects.filter(a=1)"),
        ('Entry.objects.defer("account")', ["account_id"], "Entry.objects"),
    ],
)
def test_columns_are_fetched(code: str, columns: list[str], wanted: str) -> None:
    assert with_columns(code, columns) == wanted


@pytest.mark.parametrize("code", ['a.only("b").only("c")', "a.only(*names)", 'a.defer("other")', "a.all()"])
def test_columns_that_are_left_out_elsewhere(code: str) -> None:
    with pytest.raises(NotFixable):
        with_columns(code, ["memo"])
