"""DJC104: are rows that a loop writes one by one written with one statement, and what Django does for each row told?"""

from __future__ import annotations

import pytest

from tests.fixes.conftest import Rewrite, code

WRITTEN = {
    "rows that nothing else is done for": (
        """
        def f(text):
            for author in Author.objects.all():
                Note.objects.create(author=author, text=text)
            return 1
        """,
        """
        def f(text):
            Note.objects.bulk_create([Note(author=author, text=text) for author in Author.objects.all()])
            return 1
        """,
    ),
    "rows created among other work": (
        """
        def f(text):
            # For everybody
            for author in Author.objects.all():
                print(author.name)
                if author.born > 1900:
                    Note.objects.create(
                        author=author,  # whose it is
                        text=text,
                    )
        """,
        """
        def f(text):
            created = []
            # For everybody
            for author in Author.objects.all():
                print(author.name)
                if author.born > 1900:
                    created.append(Note(
                        author=author,  # whose it is
                        text=text,
                    ))
            Note.objects.bulk_create(created)
        """,
    ),
    "rows made and saved": (
        """
        def f(texts):
            for text in texts:
                note = Note(text=text)
                note.pages = len(text)
                note.save()  # at once
        """,
        """
        def f(texts):
            created = []
            for text in texts:
                note = Note(text=text)
                note.pages = len(text)
                created.append(note)  # at once
            Note.objects.bulk_create(created)
        """,
    ),
    "rows changed": (
        """
        def f(changed):
            for author in Author.objects.all():
                author.name += "!"
                author.born = 1900
                print(f"{author}: {author.name}")
                author.save()
        """,
        """
        def f(changed):
            changed_ = []
            for author in Author.objects.all():
                author.name += "!"
                author.born = 1900
                print(f"{author}: {author.name}")
                changed_.append(author)
            Author.objects.bulk_update(changed_, ["name", "born"])
        """,
    ),
    "the fields that are named": (
        """
        def f(work):
            for note in Note.objects.filter(printed=False):
                work(note)
                note.save(update_fields=["text", "author_id"])
        """,
        """
        def f(work):
            changed = []
            for note in Note.objects.filter(printed=False):
                work(note)
                changed.append(note)
            Note.objects.bulk_update(changed, ["text", "author"])
        """,
    ),
    "rows of rows": (
        """
        def f():
            for author in Author.objects.prefetch_related("notes"):
                for note in author.notes.all():
                    note.printed = True
                    note.save()
        """,
        """
        def f():
            changed = []
            for author in Author.objects.prefetch_related("notes"):
                for note in author.notes.all():
                    note.printed = True
                    changed.append(note)
            Note.objects.bulk_update(changed, ["printed"])
        """,
    ),
    "without blocking": (
        """
        async def f():
            async for note in Note.objects.all():
                note.printed = True
                await note.asave()
        """,
        """
        async def f():
            changed = []
            async for note in Note.objects.all():
                note.printed = True
                changed.append(note)
            await Note.objects.abulk_update(changed, ["printed"])
        """,
    ),
    "rows deleted": (
        """
        def f():
            for note in Note.objects.filter(printed=True).iterator():
                note.delete()
        """,
        """
        def f():
            Note.objects.filter(printed=True).delete()
        """,
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_rows_are_written_with_one_statement(case: str, rewrite: Rewrite) -> None:
    before, after = map(code, WRITTEN[case])
    assert rewrite(before) == before
    assert rewrite(before, "--unsafe") == after


LEFT_ALONE = {
    "what is returned is used": "note = Note.objects.create(author=author, text=text)\n        print(note.pk)",
    "more is asked of the new row": "Note.objects.create(author=author, text=text).refresh_from_db()",
    "another database": "Note.objects.using('other').create(author=author, text=text)",
    "a loop that is left": "Note.objects.create(author=author, text=text)\n        if text: return 1",
    "trouble that is met": "try: Note.objects.create(text=text)\n        except ValueError: print(1)",
    "a table of a table": "Special.objects.create(author=author, text=text)",
    "a method that may change the row": "author.rename(text)\n        author.save()",
    "a function that may change the row": "author.name = text\n        work(author)\n        author.save()",
    "a file is stored": "author.photo = text\n        author.save()",
    "nothing is known to be changed": "author.save()",
    "save is told more": "author.name = text\n        author.save(force_update=True)",
    "the row is used when it is saved": "note = Note(text=text)\n        note.save()\n        note.tags.add(1)",
    "more than deleting": "print(author)\n        author.delete()",
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_other_loops_are_left_alone(case: str, rewrite: Rewrite) -> None:
    text = code(f"def f(text, work):\n    for author in Author.objects.all():\n        {LEFT_ALONE[case]}\n")
    assert rewrite(text, "--unsafe") == text


def test_a_delete_of_the_models_own_is_left_alone(rewrite: Rewrite) -> None:
    text = code("def f():\n    for draft in Draft.objects.all():\n        draft.delete()\n")
    assert rewrite(text, "--unsafe") == text


def test_what_runs_for_each_row_is_told(rewrite: Rewrite, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(code(WRITTEN["rows changed"][0]))
    said = capsys.readouterr().err
    assert "signals would not be sent, and `index_author` (shop/models.py:50) would miss them" in said
    assert "no other columns than `name`, `born` would be written" in said
    assert "`changed_at` would not be set" in said
    rewrite(code(WRITTEN["rows that nothing else is done for"][0]))
    said = capsys.readouterr().err
    assert "the model's own `save()` would not run" in said
    assert "no receiver of the project listens" in said
