import strawberry
import strawberry_django
from django.db.models import Count, Prefetch

from .models import Author, Book, Chapter


@strawberry_django.type(Author, fields="__all__")
class AuthorNode:
    """What it does not resolve itself the optimizer loads."""

    country: "CountryNode"
    books: list["BookNode"]

    @classmethod
    def get_queryset(cls, queryset, info, **kwargs):
        return queryset.annotate(number=Count("books"))

    @strawberry_django.field
    def number_of_books(self) -> int:
        if not hasattr(self, "number"):
            return self.books.count()
        return self.number

    @strawberry_django.field(select_related=["country"])
    def country_name(self) -> str:
        return self.country.name

    @strawberry_django.field(prefetch_related=lambda info: Prefetch("edited", queryset=Book.objects.all()))
    def edited(self) -> list["BookNode"]:
        return self.edited.all()


@strawberry_django.type(Chapter)
class ChapterNode:
    """Nothing gives a list of these."""

    @strawberry_django.field
    def heading(self) -> str:
        return self.book.title


@strawberry_django.type(Book)
class BookNode:
    title: str


@strawberry.type
class Query:
    authors: list[AuthorNode] = strawberry_django.field()
    chapter: ChapterNode = strawberry_django.field()
