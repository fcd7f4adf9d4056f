"""DJC102: is a number that is all that a page wants of related rows fetched with the rows?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import write
from tests.fixes.conftest import Rewrite, code

WRITTEN = {
    "in a loop": (
        "for author in Author.objects.filter(born=1):\n        print(author.notes.count())",
        'for author in Author.objects.filter(born=1).annotate(notes_count=Count("notes")): print(author.notes_count)',
    ),
    "in a comprehension": (
        "return {author.name: len(author.notes.all()) for author in Author.objects.all()}",
        'return {author.name: author.notes_count for author in Author.objects.annotate(notes_count=Count("notes"))}',
    ),
    "by a relation without a name of its own": (
        "return [author.draft_set.count() for author in Author.objects.all()]",
        'return [author.draft_count for author in Author.objects.annotate(draft_count=Count("draft"))]',
    ),
    "several, which would multiply each other": (
        "return [(a.draft_set.count(), a.notes.count()) for a in Author.objects.all()]",
        "return [(a.draft_count, a.notes_count) for a in Author.objects.annotate(DRAFTS, NOTES)]".replace(
            "DRAFTS", 'draft_count=Count("draft", distinct=True)'
        ).replace("NOTES", 'notes_count=Count("notes", distinct=True)'),
    ),
}


def counting(body: str) -> str:
    line = "from django.db.models import Count\n" if "Count(" in body else ""
    return f"{line}{code('')}\n\ndef f(names):\n    {body}\n"


@pytest.mark.parametrize("case", WRITTEN)
def test_numbers_come_with_the_rows(case: str, rewrite: Rewrite) -> None:
    before, after = map(counting, WRITTEN[case])
    assert rewrite(before).split() == after.split()


PREFETCHED = {
    "rows are restricted over the same relation": "Author.objects.filter(notes__text='a')",
    "nobody knows by what": "Author.objects.filter(*names)",
    "rows are grouped": "Author.objects.annotate(n=names)",
    "the model has such a name": "Special.objects.all()",
}


@pytest.mark.parametrize("case", PREFETCHED)
def test_other_numbers_are_counted_of_prefetched_rows(case: str, rewrite: Rewrite) -> None:
    """Not safe: all the rows are fetched to learn how many there are."""
    relation = "tags" if "Special" in PREFETCHED[case] else "notes"
    text = counting(f"for row in {PREFETCHED[case]}:\n        print(row.{relation}.count())")
    assert rewrite(text) == text
    made = rewrite(text, "--unsafe")
    assert f"row.{relation}.count()" in made
    assert f'prefetch_related("{relation}")' in made.replace("'", '"')


def test_templates_read_the_number(rewrite: Rewrite, tmp_path: Path) -> None:
    """Where a prefetch may not be safe either: other pages may show the template."""
    templates = "TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}]\n"
    page = "{% for author in authors %}{{ author.name }}: {{ author.notes.count }}{% endfor %}\n"
    write(
        tmp_path,
        {
            "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
            "settings.py": f"INSTALLED_APPS = ['shop']\n{templates}",
            "shop/templates/authors.html": page,
        },
    )
    view = code(
        """
        from django.shortcuts import render

        def authors(request):
            Tag.objects.create(word="seen")
            return render(request, "authors.html", {"authors": Author.objects.all()})
        """
    )
    assert rewrite(view) == view
    made = rewrite(view, "--unsafe")
    assert 'Author.objects.annotate(notes_count=Count("notes"))' in made
    assert "from django.db.models import Count" in made
    shown = (tmp_path / "shop/templates/authors.html").read_text()
    assert shown == page.replace("author.notes.count", "author.notes_count")


def test_rows_that_a_function_is_given_may_lack_the_number(rewrite: Rewrite) -> None:
    text = code(
        """
        def size(author):
            return author.notes.count()

        def f():
            return [size(author) for author in Author.objects.order_by("name")]
        """
    )
    assert rewrite(text, "--unsafe") == text.replace('("name")', '("name").prefetch_related("notes")')
