"""DJC103: is what a loop asks one by one asked about all items before it?"""

from __future__ import annotations

import pytest

from tests.fixes.conftest import Rewrite, code

WRITTEN = {
    "rows by their keys": (
        """
        def f(ids):
            for pk in ids:
                author = Author.objects.get(pk=pk)
                print(author.name)
        """,
        """
        def f(ids):
            author_by_pk = Author.objects.in_bulk(ids)
            for pk in ids:
                author = author_by_pk[pk]
                print(author.name)
        """,
    ),
    "a unique column, and what is missing": (
        """
        def f(lines):
            for line in lines:
                try:
                    author = Author.objects.get(slug=line["slug"], born=1)
                except Author.DoesNotExist:
                    continue
                print(author.name)
        """,
        """
        def f(lines):
            author_by_slug = Author.objects.filter(born=1).in_bulk([line["slug"] for line in lines], field_name="slug")
            for line in lines:
                try:
                    author = author_by_slug[line["slug"]]
                except KeyError:
                    continue
                print(author.name)
        """,
    ),
    "the first, if any": (
        """
        def f(lines):
            for number, line in enumerate(lines):
                author = Author.objects.filter(slug=line.slug).first()
                print(number, author)
        """,
        """
        def f(lines):
            author_by_slug = Author.objects.in_bulk([line.slug for number, line in enumerate(lines)], field_name="slug")
            for number, line in enumerate(lines):
                author = author_by_slug.get(line.slug)
                print(number, author)
        """,
    ),
    "is there any": (
        """
        def f():
            authors = Author.objects.order_by("name")
            for author in authors:
                if not Note.objects.filter(author=author, printed=False).exists():
                    print(author.name)
        """,
        """
        def f():
            authors = Author.objects.order_by("name")
            known = set(Note.objects.filter(printed=False).filter(author__in=authors).values_list("author", flat=True))
            for author in authors:
                if author.pk not in known:
                    print(author.name)
        """,
    ),
    "is there any, of rows asked for in the loop's header": (
        """
        def f():
            for author in Author.objects.filter(born=1):
                print(Note.objects.filter(author=author).exists())
        """,
        """
        def f():
            known = set(Note.objects.filter(author__in=Author.objects.filter(born=1)).values_list("author", flat=True))
            for author in Author.objects.filter(born=1):
                print(author.pk in known)
        """,
    ),
    "how many are there": (
        """
        from django.db.models import Sum

        def f(texts):
            for text in texts:
                print(text, Note.objects.filter(text=text).count())
        """,
        """
        from django.db.models import Count, Sum

        def f(texts):
            counts = dict(Note.objects.filter(text__in=texts).values_list("text").annotate(Count("pk")).order_by())
            for text in texts:
                print(text, counts.get(text, 0))
        """,
    ),
    "the same for all items": (
        """
        def f(texts):
            for text in texts:
                print(text, Author.objects.get(slug="ada").name)
        """,
        """
        def f(texts):
            author = Author.objects.get(slug="ada")
            for text in texts:
                print(text, author.name)
        """,
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_one_question_is_asked_before_the_loop(case: str, rewrite: Rewrite) -> None:
    before, after = map(code, WRITTEN[case])
    assert rewrite(before) == before
    assert rewrite(before, "--unsafe") == after


LEFT_ALONE = {
    "several rows may have the key": ("texts", "Author.objects.get(name=each)"),
    "the key is worked out": ("texts", "Author.objects.get(slug=each.strip())"),
    "rows that the loop itself creates": (
        "texts",
        "Author.objects.filter(slug=each).exists() or Author.objects.create()",
    ),
    "items that are there once": ("(text for text in texts)", "Author.objects.get(slug=each)"),
    "another lookup than a key": ("texts", "Author.objects.filter(slug__contains=each).exists()"),
    "a row or its number": ("texts", "Note.objects.filter(author=each).exists()"),
    "a query that depends on another": ("texts", "Author.objects.filter(slug=each).filter(name=each).exists()"),
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_other_questions_are_left_alone(case: str, rewrite: Rewrite) -> None:
    items, asked = LEFT_ALONE[case]
    text = code(f"def f(texts):\n    for each in {items}:\n        print({asked})\n")
    assert rewrite(text, "--unsafe") == text


def test_a_handler_that_would_catch_more_is_left_alone(rewrite: Rewrite) -> None:
    text = code(
        """
        def f(slugs, prices):
            for slug in slugs:
                try:
                    print(prices[slug], Author.objects.get(slug=slug).name)
                except Author.DoesNotExist:
                    print(slug)
        """
    )
    assert rewrite(text, "--unsafe") == text
