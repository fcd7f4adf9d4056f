"""DJC101, DJC102: are relations loaded wherever rows come from: models, admin classes, querysets with fewer columns?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixes.conftest import Rewrite, code

WRITTEN = {
    "the key is named beside other columns": (
        "def f():\n    for note in Note.objects.only('text'):\n        print(note.author.name)\n",
        (
            "def f():\n    for note in Note.objects.only('text', 'author').select_related('author'):\n"
            "        print(note.author.name)\n"
        ),
    ),
    "other columns are left out": (
        "def f():\n    return [note.author.name for note in Note.objects.defer('text')]\n",
        "def f():\n    return [note.author.name for note in Note.objects.defer('text').select_related('author')]\n",
    ),
    "rows of a row": (
        """
        class Shelf(Author):
            def words(self):
                return [t.word for note in self.notes.order_by("pk") for t in note.tags.all()]
        """,
        """
        class Shelf(Author):
            def words(self):
                return [t.word for note in self.notes.order_by("pk").prefetch_related("tags") for t in note.tags.all()]
        """,
    ),
    "rows fetched in chunks": (
        """
        def f():
            notes = Note.objects.order_by("pk")
            return [[tag.word for tag in note.tags.all()] for note in notes.iterator()]
        """,
        """
        def f():
            notes = Note.objects.order_by("pk").prefetch_related("tags")
            return [[tag.word for tag in note.tags.all()] for note in notes.iterator(chunk_size=2000)]
        """,
    ),
    "a comment stays with what it is about": (
        """
        def f():
            notes = (
                Note.objects.filter(printed=True)  # others are secret
                .order_by("pk")  # as they came
            )
            return [note.author.name for note in notes]
        """,
        """
        def f():
            notes = (
                Note.objects.filter(printed=True)  # others are secret
                .order_by("pk")  # as they came
                .select_related("author")
            )
            return [note.author.name for note in notes]
        """,
    ),
    "quotes within an f-string": (
        """
        def f():
            return f"{'-'.join(note.author.name for note in Note.objects.all())}" + "!"
        """,
        """
        def f():
            return f"{'-'.join(note.author.name for note in Note.objects.select_related('author'))}" + "!"
        """,
    ),
    "what can be mended is not held back": (
        """
        from django.db.models import Prefetch

        def notes():
            return Note.objects.order_by("pk")

        def f():
            shown = [(note.author.name, [tag.word for tag in note.tags.all()]) for note in notes()]
            return shown, notes().prefetch_related(Prefetch("tags", queryset=Tag.objects.filter(word="a")))
        """,
        """
        from django.db.models import Prefetch

        def notes():
            return Note.objects.order_by("pk").select_related("author")

        def f():
            shown = [(note.author.name, [tag.word for tag in note.tags.all()]) for note in notes()]
            return shown, notes().prefetch_related(Prefetch("tags", queryset=Tag.objects.filter(word="a")))
        """,
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_relations_are_loaded_with_the_rows(case: str, rewrite: Rewrite) -> None:
    before, after = map(code, WRITTEN[case])
    assert rewrite(before, "--unsafe") == after


LOCKED = "def f():\n    for note in Note.objects.select_for_update():\n        print(note.author.name)\n"
PEERS = """from django.db.models import FETCH_PEERS

from .models import Author, Draft, Note, Special, Tag

def f():
    for note in Note.objects.select_for_update().fetch_mode(FETCH_PEERS):
        print(note.author.name)
"""


@pytest.mark.parametrize(
    ("needs", "has_peers"), [("django==6.1", True), ("Django~=6.0.2", False), ("djangorestframework", False)]
)
def test_rows_that_must_not_be_joined_are_fetched_for_all_at_once(
    needs: str, has_peers: bool, rewrite: Rewrite, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text(f"{needs}\n")
    assert rewrite(code(LOCKED)).split() == (PEERS if has_peers else code(LOCKED)).split()


ADMIN = """
from django.contrib import admin

from .models import Author, Draft, Note

"""
ADMINS = {
    "joins are extended": (
        """
@admin.register(Note)
class NoteAdmin(admin.ModelAdmin):
    list_display = ["text", "by"]
    list_select_related = ["special"]

    def by(self, note):
        return note.author.name
""",
        ('    list_select_related = ["special"]\n', '    list_select_related = ["special", "author"]\n'),
    ),
    "joins are declared": (
        """
@admin.register(Note)
class NoteAdmin(admin.ModelAdmin):
    list_display = ["text", "by"]

    def by(self, note):
        return note.author.name
""",
        (
            '    list_display = ["text", "by"]\n',
            '    list_display = ["text", "by"]\n    list_select_related = ["author"]\n',
        ),
    ),
    "rows show only their text": (
        """
class Shown(Draft):
    def __str__(self):
        return self.author.name


@admin.register(Shown)
class ShownAdmin(admin.ModelAdmin):
    search_fields = ["text"]
""",
        ('    search_fields = ["text"]\n', '    list_select_related = ["author"]\n    search_fields = ["text"]\n'),
    ),
    "nothing is declared": (
        """
class Shown(Draft):
    def __str__(self):
        return self.author.name


@admin.register(Shown)
class ShownAdmin(admin.ModelAdmin):
    pass
""",
        ("    pass\n", '    list_select_related = ["author"]\n'),
    ),
    "rows of an inline": (
        """
class Shown(Note):
    editor = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="edited")

    def __str__(self):
        return self.editor.name


class ShownInline(admin.TabularInline):
    model = Shown
    fk_name = "author"
    raw_id_fields = ["editor"]


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    inlines = [ShownInline]
""",
        (
            '    raw_id_fields = ["editor"]\n',
            (
                '    raw_id_fields = ["editor"]\n\n    def get_queryset(self, request):\n'
                '        return super().get_queryset(request).select_related("editor")\n'
            ),
        ),
    ),
}


@pytest.mark.parametrize("case", ADMINS)
def test_admin_classes_load_what_their_pages_show(case: str, rewrite: Rewrite) -> None:
    text, (line, instead) = ADMINS[case]
    before = f"from django.db import models{ADMIN}{text}"
    assert rewrite(before, "--unsafe") == before.replace(line, instead)
