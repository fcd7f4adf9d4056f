"""Rows that a serializer's field shows of one object: are they loaded when it is shown?"""

from __future__ import annotations

import pytest

from tests.fixes.conftest import Rewrite, code

SHOWN = """
    from rest_framework import generics, serializers


    class TagSerializer(serializers.ModelSerializer):
        class Meta:
            model = Tag
            fields = ["word"]


    class NoteSerializer(serializers.ModelSerializer):
        tags = TagSerializer(many=True)

        class Meta:
            model = Note
            fields = ["text", "tags"]


    class AuthorSerializer(serializers.ModelSerializer):
        notes = NoteSerializer(many=True)

        class Meta:
            model = Author
            fields = ["name", "notes"]
{0}

    class AuthorPage(generics.RetrieveAPIView):
        queryset = Author.objects.all()
        serializer_class = AuthorSerializer
"""
ADDED = """
        def to_representation(self, instance):
            prefetch_related_objects([instance], "notes__tags")
            return super().to_representation(instance)
"""
OWN = '''
        def to_representation(self, author):
            """As a dictionary."""
            return {**super().to_representation(author), "kind": "author"}
'''
EXTENDED = OWN.replace(
    "            return", '            prefetch_related_objects([author], "notes__tags")\n            return'
)


@pytest.mark.parametrize(("before", "after"), [("", ADDED), (OWN, EXTENDED)])
def test_rows_are_loaded_when_the_object_is_shown(before: str, after: str, rewrite: Rewrite) -> None:
    text = code(SHOWN.format(before))
    assert rewrite(text) == text
    made = rewrite(text, "--unsafe")
    imported = "from django.db.models import prefetch_related_objects\nfrom rest_framework import"
    assert made.split() == code(SHOWN.format(after)).replace("from rest_framework import", imported).split()
