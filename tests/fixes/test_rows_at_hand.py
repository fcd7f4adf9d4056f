"""Rows of one object that may have been prefetched: is what they lack fetched for them, without another queryset?"""

from __future__ import annotations

import pytest

from tests.fixes.conftest import Rewrite, code

ELSEWHERE = """
        def everybody():
            return Author.objects.prefetch_related("notes")
"""
LOADED = {
    "a loop": (
        """
        def show(author: Author):
            # All of them.
            for note in author.notes.all():
                print([tag.word for tag in note.tags.all()])
        """,
        """
        def show(author: Author):
            notes = list(author.notes.all())
            prefetch_related_objects(notes, "tags")
            # All of them.
            for note in notes:
                print([tag.word for tag in note.tags.all()])
        """,
    ),
    "a comprehension": (
        """
        def words(author: Author):
            return [[tag.word for tag in note.tags.all()] for note in author.notes.all()]
        """,
        """
        def words(author: Author):
            notes = list(author.notes.all())
            prefetch_related_objects(notes, "tags")
            return [[tag.word for tag in note.tags.all()] for note in notes]
        """,
    ),
    "a name that is taken": (
        """
        def words(author: Author):
            notes = []
            for note in author.notes.all():
                notes += [tag.word for tag in note.tags.all()]
            return notes
        """,
        """
        def words(author: Author):
            notes = []
            notes_ = list(author.notes.all())
            prefetch_related_objects(notes_, "tags")
            for note in notes_:
                notes += [tag.word for tag in note.tags.all()]
            return notes
        """,
    ),
}
LEFT = {
    "what may not run at all": """
        def words(author: Author, wanted):
            return wanted and [[tag.word for tag in note.tags.all()] for note in author.notes.all()]
    """,
    "another loop around it": """
        def words(author: Author):
            return [[[tag.word for tag in note.tags.all()] for note in author.notes.all()] for _ in range(2)]
    """,
}


def imported(text: str) -> str:
    return "from django.db.models import prefetch_related_objects\n\n" + text


@pytest.mark.parametrize("case", LOADED)
def test_what_rows_at_hand_lack_is_fetched_for_them(case: str, rewrite: Rewrite) -> None:
    before, after = (code(text + ELSEWHERE) for text in LOADED[case])
    assert rewrite(before) == imported(after)


@pytest.mark.parametrize("case", LEFT)
def test_other_loops_stay_as_they_are(case: str, rewrite: Rewrite) -> None:
    assert rewrite(code(LEFT[case] + ELSEWHERE)) == code(LEFT[case] + ELSEWHERE)


def test_rows_that_nobody_prefetches_are_joined(rewrite: Rewrite) -> None:
    text = code(
        """
        def texts(author: Author):
            return [note.tags.count() for note in author.notes.all()], [note.author.name for note in author.notes.all()]

        def names(author: Author):
            return [page.note.text for page in author.pages.all()]
        """
    )
    page = (
        "from django.db import models\n\n\nclass Page(models.Model):\n"
        "    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name='pages')\n"
        "    note = models.ForeignKey(Note, on_delete=models.CASCADE)\n"
    )
    made = rewrite(text + page)
    assert "for page in author.pages.select_related('note')]" in made.replace('"', "'")
