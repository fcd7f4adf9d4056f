from typing import Annotated

import strawberry
import strawberry_django

from .models import Author, Book


class Named:
    @strawberry_django.field
    def country_name(self) -> str:
        return self.country.name  # expect: DJC101 country


@strawberry_django.type(Author, fields="__all__")
class AuthorNode(Named):
    books: list[Annotated["BookNode", strawberry.lazy("library.types")]]

    @strawberry_django.field
    def edited(self) -> list["BookNode"]:
        return self.edited.all()  # expect: DJC102 edited


@strawberry_django.type(Book)
class BookNode:
    title: str

    @strawberry_django.field(prefetch_related=["tags"])
    def words(self) -> list[str]:
        return [chapter.title for chapter in self.chapters.all()]  # expect: DJC102 chapters


@strawberry.type
class Query:
    authors: list[AuthorNode] = strawberry_django.field()
