"""Are relations loaded where a function asks another for rows, if they cannot well be loaded where these are made?"""

from __future__ import annotations

import pytest

from tests.fixes.conftest import Rewrite, code

LOADED = {
    "others get the rows too": (
        """
        def printed():
            return Note.objects.filter(printed=True)

        def words():
            return [[tag.word for tag in note.tags.all()] for note in printed()]

        def texts():
            return [note.text for note in printed()]
        """,
        ("note in printed()]\n\n        def texts", 'note in printed().prefetch_related("tags")]\n\n        def texts'),
    ),
    "others leave columns out": (
        """
        def notes():
            return Note.objects.order_by("pk")

        def names():
            return [note.author.name for note in notes().filter(printed=True)]

        def texts():
            return [note.text for note in notes().only("text")]
        """,
        ("notes().filter", 'notes().select_related("author").filter'),
    ),
    "rows of its own, prefetched elsewhere": (
        """
        from django.db.models import Prefetch

        def authors():
            return Author.objects.order_by("name")

        def texts():
            return [[note.text for note in author.notes.all()] for author in authors()]

        def printed():
            return authors().prefetch_related(Prefetch("notes", queryset=Note.objects.filter(printed=True)))
        """,
        ("in authors()]", 'in authors().prefetch_related("notes")]'),
    ),
    "the model is an argument": (
        """
        def visible(model):
            return model.objects.order_by("pk")

        def f():
            return [note.author.name for note in visible(Note)], [author.name for author in visible(Author)]
        """,
        ("visible(Note)", 'visible(Note).select_related("author")'),
    ),
    "a method of its own": (
        """
        class Shelf(Author):
            def printed(self):
                return Note.objects.filter(printed=True, author=self)

            def names(self):
                return [note.special.reason for note in self.printed()]

            def texts(self):
                return [each.text for each in self.printed().only("text")]
        """,
        ("note in self.printed()]", 'note in self.printed().select_related("special")]'),
    ),
    "a method of managers": (
        """
        from django.db import models

        class PageManager(models.Manager):
            def open(self):
                return self.filter(closed=False)

        class Page(models.Model):
            note = models.ForeignKey(Note, on_delete=models.CASCADE)
            closed = models.BooleanField()
            objects = PageManager()

        def texts():
            return [page.note.text for page in Page.objects.open()]

        def numbers():
            return [page.pk for page in Page.objects.open()]
        """,
        (
            "Page.objects.open()]\n\n        def numbers",
            'Page.objects.open().select_related("note")]\n\n        def numbers',
        ),
    ),
}
LEFT = {
    "rows that may be a list": """
        def notes(wanted):
            found = Note.objects.order_by("pk")
            if wanted:
                return list(found.only("text"))
            return found

        def names():
            return [note.author.name for note in notes(False)]
    """,
    "what the very function leaves out": """
        def notes():
            return Note.objects.order_by("pk")

        def texts():
            return notes().only("text").union(Note.objects.only("text"))

        def names():
            return [note.author.name for note in notes().only("text").union(notes())]
    """,
}


@pytest.mark.parametrize("case", LOADED)
def test_what_one_reads_is_loaded_where_it_asks(case: str, rewrite: Rewrite) -> None:
    text, (line, instead) = LOADED[case]
    assert rewrite(code(text)) == code(text.replace(line, instead))


@pytest.mark.parametrize("case", LEFT)
def test_other_rows_stay(case: str, rewrite: Rewrite) -> None:
    assert "select_related" not in rewrite(code(LEFT[case]), "--unsafe")


HANDED_ON = """
        def waiting(words):
            notes = Note.objects.none()
            for word in words:
                notes = notes | word.notes()
            return notes

        class Desk:
            def __init__(self, words):
                self.notes = waiting(words)

            def names(self):
                return [note.author.name for note in self.notes]
"""


def test_rows_that_get_to_their_reader_in_an_attribute_are_told_by_a_name(rewrite: Rewrite) -> None:
    assert rewrite(code(HANDED_ON)) == code(HANDED_ON)
    made = HANDED_ON.replace("self.notes = waiting(words)", 'self.notes = waiting(words).select_related("author")')
    assert rewrite(code(HANDED_ON), "--unsafe") == code(made)
