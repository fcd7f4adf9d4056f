"""graphene-django: what the objects of a connection lack, does their type load it?"""

from __future__ import annotations

from tests.fixes.conftest import Rewrite, code

TYPES = """
    import graphene
    from graphene_django import DjangoConnectionField, DjangoObjectType


    class AuthorNode(DjangoObjectType):
        class Meta:
            model = Author
            fields = ["name", "notes"]
{0}

    class NoteNode(DjangoObjectType):
        class Meta:
            model = Note
            fields = ["text"]


    class Query(graphene.ObjectType):
        authors = DjangoConnectionField(AuthorNode)


    schema = graphene.Schema(query=Query)
"""
ADDED = """
        @classmethod
        def get_queryset(cls, queryset, info):
            return queryset.prefetch_related("notes")
"""
OWN = """
        @classmethod
        def get_queryset(cls, queryset, info):
            return queryset.exclude(name="")
"""


def test_the_type_loads_what_its_objects_show(rewrite: Rewrite) -> None:
    text = code(TYPES.format(""))
    assert rewrite(text) == text
    assert rewrite(text, "--unsafe") == code(TYPES.format(ADDED))


def test_a_type_that_makes_its_rows_itself_stays(rewrite: Rewrite) -> None:
    text = code(TYPES.format(OWN))
    assert rewrite(text, "--unsafe") == text
