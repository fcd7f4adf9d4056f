"""Are relations loaded in the view that shows them, where another class makes the rows of several views?"""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.fixes.conftest import Rewrite, code

LISTINGS = """
    from django.views.generic import ListView


    class Listing(ListView):
        def get_queryset(self):
            return self.model._default_manager.order_by("pk")


    class Notes(Listing):
        model = Note
        template_name = "notes.html"

        def rows(self):
            return [note.author.name for note in self.get_queryset()]


    class Authors(Listing):
        model = Author
        template_name = "authors.html"

        def rows(self):
            return [[note.text for note in author.notes.all()] for author in self.get_queryset()]
"""
OVERRIDE = """
        def get_queryset(self):
            return super().get_queryset().{0}
"""


def overridden(text: str, behind: str, loads: str) -> str:
    return text.replace(behind, behind + OVERRIDE.format(loads))


PREFETCHED = LISTINGS.replace(
    "for author in self.get_queryset()", 'for author in self.get_queryset().prefetch_related("notes")'
)


def test_each_view_loads_what_it_shows(rewrite: Rewrite) -> None:
    """A join for whatever the view does with its rows; a prefetch where they are asked for it."""
    made = overridden(PREFETCHED, "for note in self.get_queryset()]\n", 'select_related("author")')
    assert rewrite(code(LISTINGS)) == code(made)


def test_a_view_that_goes_on_from_the_base_is_extended(rewrite: Rewrite) -> None:
    own = """
        def get_queryset(self):
            return super().get_queryset().exclude(text="")
"""
    before = LISTINGS.replace("for note in self.get_queryset()]\n", "for note in self.get_queryset()]\n" + own)
    made = before.replace('exclude(text="")', 'exclude(text="").select_related("author")')
    made = made.replace(
        "for author in self.get_queryset()", 'for author in self.get_queryset().prefetch_related("notes")'
    )
    assert rewrite(code(before)) == code(made)


@pytest.mark.parametrize(
    "given", ['list(self.model.objects.order_by("pk"))', "sorted(self.model.objects.all(), key=str)"]
)
def test_rows_that_a_view_makes_a_list_of_stay(given: str, rewrite: Rewrite) -> None:
    text = dedent(LISTINGS).replace('self.model._default_manager.order_by("pk")', given)
    assert rewrite(code(text), "--unsafe") == code(text)


SERIALIZED = """
    from rest_framework import generics, serializers


    class NoteSerializer(serializers.ModelSerializer):
        class Meta:
            model = Note
            fields = ["text", "tags"]


    class ShortSerializer(serializers.ModelSerializer):
        class Meta:
            model = Note
            fields = ["text"]


    class Notes(generics.ListAPIView):
        queryset = Note.objects.all()
        serializer_class = NoteSerializer
"""
FORMS = {
    "by what the request asks for": """
        def get_serializer_class(self):
            return ShortSerializer if "short" in self.request.GET else NoteSerializer
    """,
    "in another view": """

    class ShortNotes(Notes):
        serializer_class = ShortSerializer
    """,
    "one by one": """

    class NotePage(Notes, generics.RetrieveDestroyAPIView):
        pass
    """,
}
LOADED = ("Note.objects.all()", 'Note.objects.prefetch_related("tags")')


def test_a_prefetch_is_safe_where_all_pages_show_it(rewrite: Rewrite) -> None:
    assert rewrite(code(SERIALIZED)) == code(SERIALIZED.replace(*LOADED))


@pytest.mark.parametrize("form", FORMS)
def test_rows_that_are_shown_in_another_form_too_are_left_to_unsafe(form: str, rewrite: Rewrite) -> None:
    text = SERIALIZED + FORMS[form]
    assert rewrite(code(text)) == code(text)
    assert rewrite(code(text), "--unsafe") == code(text.replace(*LOADED))
