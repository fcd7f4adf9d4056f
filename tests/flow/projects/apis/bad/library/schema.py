import graphene
from graphene_django import DjangoConnectionField, DjangoObjectType

from .models import Author, Book, Chapter


class AuthorType(DjangoObjectType):
    class Meta:
        model = Author
        fields = ["name"]


class ChapterType(DjangoObjectType):
    class Meta:
        model = Chapter
        fields = ["title"]


class BookType(DjangoObjectType):
    country = graphene.String()
    words = graphene.List(graphene.String)
    chapters = graphene.List(ChapterType)

    class Meta:
        model = Book
        fields = [
            "title",
            "editor",  # expect: DJC101 editor
        ]

    def resolve_country(self, info):
        return self.author.country.name  # expect: DJC101 author__country

    def resolve_words(book, info):
        return [tag.word for tag in book.tags.all()]  # expect: DJC102 tags

    def resolve_chapters(self, info):
        if self.pk:
            return self.chapters.all()  # expect: DJC102 chapters
        return []


class Query(graphene.ObjectType):
    books = graphene.List(graphene.NonNull(BookType))
    authors = DjangoConnectionField(AuthorType)

    def resolve_books(root, info):
        return Book.objects.order_by("title")


class ChapterNode(DjangoObjectType):
    class Meta:
        model = Chapter
        fields = [
            "title",
            "book",  # expect: DJC101 book
        ]


class ChapterQuery:
    """The app's part of the schema's query."""

    chapter_nodes = DjangoConnectionField(ChapterNode)


class WholeQuery(ChapterQuery, Query):
    pass


class PageType(DjangoObjectType):
    class Meta:
        model = Chapter
        fields = [
            "title",
            "translator",  # expect: DJC101 translator
        ]


class PageQuery(graphene.ObjectType):
    """The type is named by where its package brings it in; its rows come as a list."""

    pages = graphene.List("library.graphql.PageType")

    def resolve_pages(root, info):
        return list(Chapter.objects.all())
