"""strawberry-django: is what a resolver reads named in its field's hints, and nowhere else?"""

from __future__ import annotations

import pytest

from djcheck.fixes.eager_loads.resolver_hints import hinted
from djcheck.fixes.editing.chains import Loads, NotFixable
from tests.fixes.conftest import Rewrite, code

TYPES = """
    import strawberry
    import strawberry_django
    from strawberry_django.optimizer import DjangoOptimizerExtension


    @strawberry_django.type(Author)
    class AuthorNode:
        name: str

        @strawberry_django.field
        def texts(self) -> list[str]:
            return [note.text for note in self.notes.all()]


    @strawberry_django.type(Note)
    class NoteNode:
        text: str

        @strawberry_django.field(description="Who wrote it")
        def by(self) -> str:
            return self.author.name


    @strawberry.type
    class Query:
        authors: list[AuthorNode] = strawberry_django.field()
        notes: list[NoteNode] = strawberry_django.field()


    schema = strawberry.Schema(Query, extensions=[DjangoOptimizerExtension])
"""
FIXED = TYPES.replace("field\n        def texts", 'field(prefetch_related=["notes"])\n        def texts').replace(
    '"Who wrote it")', '"Who wrote it", select_related=["author"])'
)


def test_resolvers_get_hints(rewrite: Rewrite) -> None:
    assert rewrite(code(TYPES)) == code(FIXED)


def test_hints_that_nobody_may_heed_are_not_safe(rewrite: Rewrite) -> None:
    without = code(TYPES.replace("DjangoOptimizerExtension", "other"))
    assert rewrite(without) == without
    assert rewrite(without, "--unsafe") == code(FIXED.replace("DjangoOptimizerExtension", "other"))


def test_what_a_base_of_several_types_reads_is_loaded_by_the_type(rewrite: Rewrite) -> None:
    shared = TYPES.replace("class NoteNode:\n        text: str\n", "class NoteNode(Named):\n        text: str\n")
    shared = shared.replace(
        "    @strawberry_django.type(Author)\n",
        "    class Named:\n        @strawberry_django.field\n        def first(self) -> str:\n"
        "            return self.author.name\n\n\n    @strawberry_django.type(Author)\n",
        1,
    ).replace("return self.author.name\n\n\n    @strawberry.type", "return self.text\n\n\n    @strawberry.type")
    assert "select_related" not in rewrite(code(shared))
    made = """            return self.text

        @classmethod
        def get_queryset(cls, queryset, info, **kwargs):
            return queryset.select_related("author")
"""
    hinted_author = 'field(prefetch_related=["notes"])\n        def texts'
    after = shared.replace("            return self.text\n", made).replace("field\n        def texts", hinted_author)
    assert rewrite(code(shared), "--unsafe") == code(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f.field", 'f.field(select_related=["a"], prefetch_related=["b"])'),
        ("f.field()", 'f.field(select_related=["a"], prefetch_related=["b"])'),
        ('f.field(select_related="c")', 'f.field(select_related=["c", "a"], prefetch_related=["b"])'),
        (
            'f.field(prefetch_related=["b"], name="x")',
            'f.field(prefetch_related=["b"], name="x", select_related=["a"])',
        ),
    ],
)
def test_hints_are_written(before: str, after: str) -> None:
    assert hinted(before, Loads(("a",), ("b",)), '"') == after
    assert hinted(after, Loads(("a",), ("b",)), '"') == after


def test_hints_that_are_worked_out_stay() -> None:
    with pytest.raises(NotFixable):
        hinted("f.field(select_related=names)", Loads(("a",)), '"')
