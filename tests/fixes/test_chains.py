"""Are eager loads written into a queryset's expression so that it reads as a person would have written it?"""

from __future__ import annotations

import pytest

from djcheck.fixes.editing.chains import Loads, Nested, NotFixable, with_loads

BOOKS = Nested("books", ("publisher",), ("books__publisher",), "Prefetch", "Book.objects")

WRITTEN = {
    "an empty all() gives way": (
        "Book.objects.all()",
        Loads(("author",)),
        'Book.objects.select_related("author")',
    ),
    "at the end of the chain": (
        "Book.objects.filter(a=1)",
        Loads(("author", "publisher")),
        'Book.objects.filter(a=1).select_related("author", "publisher")',
    ),
    "a manager alone": ("Book.objects", Loads(("author",)), 'Book.objects.select_related("author")'),
    "one more lookup": (
        'Book.objects.select_related("category").order_by("pk")',
        Loads(("author",)),
        'Book.objects.select_related("category", "author").order_by("pk")',
    ),
    "a longer lookup takes the place of its beginning": (
        'Book.objects.select_related("author", "publisher")',
        Loads(("publisher__country",)),
        'Book.objects.select_related("author", "publisher__country")',
    ),
    "what is there stays": (
        'Book.objects.select_related("author__country")',
        Loads(("author",)),
        'Book.objects.select_related("author__country")',
    ),
    "before the method that fetches": (
        'Book.objects.order_by("pk").iterator(chunk_size=5)',
        Loads((), ("tags",)),
        'Book.objects.order_by("pk").prefetch_related("tags").iterator(chunk_size=5)',
    ),
    "joins and prefetches": (
        "Book.objects.all()",
        Loads(("author",), ("tags",)),
        'Book.objects.select_related("author").prefetch_related("tags")',
    ),
    "a single argument with a comma": (
        'Book.objects.select_related("author",)',
        Loads(("publisher",)),
        'Book.objects.select_related("author", "publisher")',
    ),
    "over several lines": (
        'Book.objects.filter(a=1)  # some\n    .order_by("pk")',
        Loads(("author",)),
        'Book.objects.filter(a=1)  # some\n    .order_by("pk")\n    .select_related("author")',
    ),
    "arguments one a line": (
        'Book.objects.select_related(\n    "category",  # shown\n    "publisher",  # sold\n)',
        Loads(("author",)),
        'Book.objects.select_related(\n    "category",  # shown\n    "publisher",  # sold\n    "author",\n)',
    ),
    "one argument on a line of its own": (
        'Book.objects.prefetch_related(\n    "notes",  # shown\n)',
        Loads((), ("tags", "prices")),
        'Book.objects.prefetch_related(\n    "notes",  # shown\n    "tags",\n    "prices",\n)',
    ),
    "one argument on a line of its own, without a comma": (
        'Book.objects.prefetch_related(\n    "notes"\n)',
        Loads((), ("tags",)),
        'Book.objects.prefetch_related(\n    "notes",\n    "tags"\n)',
    ),
    "arguments on a line of their own": (
        'Book.objects.select_related(\n    "category", "publisher"\n)',
        Loads(("author",)),
        'Book.objects.select_related(\n    "category", "publisher", "author"\n)',
    ),
    "the longest beginning gives way": (
        'Book.objects.select_related("author", "author__country")',
        Loads(("author__country__flag",)),
        'Book.objects.select_related("author", "author__country__flag")',
    ),
    "what is prefetched is not joined": (
        'Book.objects.prefetch_related("author", "tags")',
        Loads(("author__country", "publisher")),
        'Book.objects.prefetch_related("author__country", "tags").select_related("publisher")',
    ),
    "an iterator gets the chunk size that prefetches need": (
        "Book.objects.iterator()",
        Loads((), ("tags",)),
        'Book.objects.prefetch_related("tags").iterator(chunk_size=2000)',
    ),
    "a prefetch with a join of its own": (
        "Author.objects.all()",
        Loads((), (), (BOOKS,)),
        'Author.objects.prefetch_related(Prefetch("books", queryset=Book.objects.select_related("publisher")))',
    ),
    "a prefetch that is a plain lookup": (
        'Author.objects.prefetch_related("pupils", "books")',
        Loads((), (), (BOOKS,)),
        'Author.objects.prefetch_related("pupils", "books__publisher")',
    ),
    "a Prefetch's own queryset": (
        'Author.objects.prefetch_related(Prefetch("books", queryset=Book.objects.only()))',
        Loads((), (), (BOOKS,)),
        'Author.objects.prefetch_related(Prefetch("books", queryset=Book.objects.only().select_related("publisher")))',
    ),
    "a Prefetch that stands elsewhere": (
        "Author.objects.prefetch_related(shown)",
        Loads((), (), (BOOKS,)),
        'Author.objects.prefetch_related(shown, "books__publisher")',
    ),
    "a model that the file does not know": (
        "Author.objects.all()",
        Loads((), (), (Nested("books", ("publisher",), ("books__publisher",)),)),
        'Author.objects.prefetch_related("books__publisher")',
    ),
    "the queryset of a form field": (
        "forms.ModelChoiceField(queryset=Book.objects.all(), required=False)",
        Loads(("author",)),
        'forms.ModelChoiceField(queryset=Book.objects.select_related("author"), required=False)',
    ),
    "the project's own method": (
        "Book.objects.published()",
        Loads(("author",)),
        'Book.objects.published().select_related("author")',
    ),
    "None takes back what came before": (
        "Book.objects.select_related(None)",
        Loads(("author",)),
        'Book.objects.select_related(None).select_related("author")',
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_loads_are_written(case: str) -> None:
    code, loads, wanted = WRITTEN[case]
    assert with_loads(code, loads, {"published"}) == wanted


@pytest.mark.parametrize("case", WRITTEN)
def test_a_second_time_changes_nothing(case: str) -> None:
    _, loads, wanted = WRITTEN[case]
    assert with_loads(wanted, loads, {"published"}) == wanted


def test_a_prefetch_of_fewer_columns_is_left_alone() -> None:
    rows = 'Author.objects.prefetch_related(Prefetch("books", queryset=Book.objects.only("title")))'
    with pytest.raises(NotFixable):
        with_loads(rows, Loads((), (), (BOOKS,)))


@pytest.mark.parametrize(
    "code",
    ["books", "load_books()", "self.books_of(author)", "class BookAdmin(ModelAdmin", "", "Book.objects.all(), x"],
)
def test_what_may_be_no_queryset_is_refused(code: str) -> None:
    with pytest.raises(NotFixable):
        with_loads(code, Loads(("author",)))


def test_a_manager_with_an_all_of_its_own_keeps_it() -> None:
    written = with_loads("Book.objects.all()", Loads(("author",)), {"all"}, "'")
    assert written == "Book.objects.all().select_related('author')"
