import graphene
from graphene_django import DjangoConnectionField, DjangoListField, DjangoObjectType

from .models import Author, Book, Chapter


class AuthorType(DjangoObjectType):
    class Meta:
        model = Author
        fields = ["name"]


class ChapterType(DjangoObjectType):
    """Nothing gives a list of these: their book is asked for once."""

    class Meta:
        model = Chapter
        fields = ["title"]

    def resolve_title(self, info):
        return self.book.title


class BookType(DjangoObjectType):
    country = graphene.String()
    words = graphene.List(graphene.String)

    class Meta:
        model = Book
        fields = ["title", "editor"]

    @classmethod
    def get_queryset(cls, queryset, info):
        return queryset.select_related("editor", "author__country")

    def resolve_country(self, info):
        return self.author.country.name

    def resolve_words(book, info):
        return info.context.loaders.words.load(book.pk)


class Query(graphene.ObjectType):
    chapter = graphene.Field(ChapterType)
    books = graphene.List(BookType)
    all_books = DjangoListField(BookType)
    authors = DjangoConnectionField(AuthorType)

    def resolve_books(root, info):
        return Book.objects.select_related("editor", "author__country")

    def resolve_chapter(root, info):
        return Chapter.objects.first()


class PlainChapters:
    """No schema is made of it."""

    chapters = DjangoListField(BookType)
