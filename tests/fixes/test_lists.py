"""Is a question that only a queryset can answer put to nothing else?"""

from __future__ import annotations

import pytest

from tests.fixes.conftest import Rewrite, code

STAY = {
    "a list in a variable": """
        def f():
            notes = list(Note.objects.filter(text="a"))
            return len(notes)
    """,
    "a tuple": """
        def f():
            return len(tuple(Note.objects.filter(text="a")))
    """,
    "a list on one path": """
        def f(text):
            notes = []
            if text:
                notes = Note.objects.filter(text=text)
            return len(notes)
    """,
    "a list on the other path": """
        def f(text):
            notes = Note.objects.filter(text=text) if text else []
            return max(note.pages for note in notes)
    """,
    "None on one path": """
        def f(text):
            notes = None
            if text:
                notes = Note.objects.filter(text=text)
            if notes:
                return 1
            return 2
    """,
    "a function that gives a list": """
        def notes():
            return list(Note.objects.filter(text="a"))

        def f():
            return len(notes())
    """,
    "a function that gives either": """
        def notes(text):
            if text:
                return Note.objects.filter(text="a")
            return []

        def f(text):
            return len(notes(text)), sorted(notes(text), key=lambda note: note.pages)
    """,
    "a list that is sorted": """
        def f():
            notes = list(Note.objects.filter(text="a"))
            return sorted(notes, key=lambda note: note.pages)
    """,
    "other rows of the same name are fetched": """
        def f(text):
            notes = Note.objects.filter(text=text)
            if len(notes) > 1:
                notes = notes.filter(printed=True)
            if len(notes) == 0:
                return None
            return notes[0]
    """,
    "a choice of rows that is looked through": """
        def f(text, note):
            notes = Note.objects.filter(text=text) if text else []
            return note in notes, [note for note in notes if note.pages == 3]
    """,
}


@pytest.mark.parametrize("case", STAY)
def test_what_may_be_no_queryset_stays(case: str, rewrite: Rewrite) -> None:
    text = code(STAY[case])
    assert rewrite(text, "--unsafe") == text


def test_a_list_made_on_the_spot_is_a_queryset(rewrite: Rewrite) -> None:
    text = code("""
        def f():
            return len(list(Note.objects.filter(text="a")))
    """)
    assert 'return Note.objects.filter(text="a").count()' in rewrite(text)
