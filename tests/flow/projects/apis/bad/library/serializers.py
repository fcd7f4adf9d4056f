from elsewhere.fields import ReadWriteField
from elsewhere.serializers import PlainSerializer
from rest_framework import serializers

from .models import Author, Book, Chapter, Profile, Tag


class AuthorSerializer(serializers.ModelSerializer):
    country = serializers.StringRelatedField()  # expect: DJC101 author__country

    class Meta:
        model = Author
        fields = ["id", "name", "country"]


class NestedSerializer(serializers.ModelSerializer):
    author = AuthorSerializer()

    class Meta:
        model = Book
        fields = ["id", "author"]


class PathSerializer(serializers.ModelSerializer):
    country = serializers.CharField(source="author.country.code")  # expect: DJC101 author__country

    class Meta:
        model = Book
        fields = ["id", "country"]


class BylineSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["id", "byline"]


class RelatedSerializer(serializers.ModelSerializer):
    author = serializers.SlugRelatedField(slug_field="name", read_only=True)  # expect: DJC101 author
    editor = serializers.HyperlinkedRelatedField(  # expect: DJC101 editor
        view_name="author-detail", lookup_field="name", read_only=True
    )
    tags = serializers.PrimaryKeyRelatedField(many=True, read_only=True)  # expect: DJC102 tags

    class Meta:
        model = Book
        fields = ("id", "author", "editor", "tags")


class AutomaticSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = [
            "id",
            "author",
            "tags",  # expect: DJC102 tags
            "chapters",  # expect: DJC102 chapters
        ]


class EverythingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        exclude = ("title",)  # expect: DJC102 tags


class DeepSerializer(serializers.ModelSerializer):
    class Meta:
        model = Chapter
        fields = ["id", "book"]  # expect: DJC101 book, DJC102 book__tags
        depth = 1


class RenamedSerializer(serializers.ModelSerializer):
    class Meta:
        model = Profile
        fields = ["id", "author"]  # expect: DJC101 author
        extra_kwargs = {"author": {"lookup_field": "name"}}


class WordsField(serializers.Field):
    def get_attribute(self, instance):
        return instance.tags.all()

    def to_representation(self, value):
        return [tag.word for tag in value]  # expect: DJC102 tags


class OwnFieldSerializer(serializers.ModelSerializer):
    words = WordsField()

    class Meta:
        model = Book
        fields = ["id", "words"]


class MethodSerializer(serializers.ModelSerializer):
    chapters = serializers.SerializerMethodField("count_chapters")
    translators = serializers.SerializerMethodField()

    class Meta:
        model = Book
        fields = ["id", "chapters", "translators"]

    def count_chapters(self, book):
        return book.chapters.count()  # expect: DJC102 chapters

    def get_translators(self, book):
        named = book.chapters.exclude(translator=None)
        return TranslatorSerializer(named, many=True).data  # expect: DJC103


class TranslatorSerializer(serializers.ModelSerializer):
    name = serializers.ReadOnlyField(source="translator.name")  # expect: DJC101 translator

    class Meta:
        model = Chapter
        fields = ["name"]


class BooksSerializer(serializers.ListSerializer):
    def to_representation(self, data):
        return [self.child.to_representation(book) for book in data.all()]


class ShapedSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["id"]
        list_serializer_class = BooksSerializer

    def to_representation(self, instance):
        return {**super().to_representation(instance), "editor": instance.editor.name}  # expect: DJC101 editor


class LongSerializer(ShapedSerializer):
    tags = serializers.StringRelatedField(many=True)


class OnlyOneSerializer(serializers.ModelSerializer):
    chapters = TranslatorSerializer(many=True)

    class Meta:
        model = Book
        fields = ["chapters"]


class TagSerializer(serializers.ModelSerializer):
    books = serializers.SlugRelatedField(slug_field="title", many=True, read_only=True)  # expect: DJC102 books

    class Meta:
        model = Tag
        fields = ["word", "books"]


class QuotedField(serializers.CharField):
    def get_attribute(self, instance):
        value = super().get_attribute(instance)
        return None if value is None else f'"{value}"'


class QuotedSerializer(serializers.ModelSerializer):
    editor = QuotedField(source="editor.name")  # expect: DJC101 editor

    class Meta:
        model = Book
        fields = ["id", "editor"]


class PrintedSerializer(serializers.ModelSerializer):
    translator = serializers.CharField(source="translator.name")  # expect: DJC101 translator

    class Meta:
        model = Chapter
        fields = ["id", "translator"]


class PlainChapterSerializer(serializers.ModelSerializer):
    book = serializers.CharField(source="book.title")

    class Meta:
        model = Chapter
        fields = ["id", "book"]


class ElsewhereSerializer(PlainSerializer):
    """Its base is some package's, but it has a model and fields as the framework's serializers do."""

    author = serializers.StringRelatedField()  # expect: DJC101 author

    class Meta:
        model = Book
        fields = ["title", "author"]


class TagWordSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tag
        fields = ["word"]


class AuthorNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ["name"]


class SeparatedSerializer(serializers.ModelSerializer):
    """A field class of some package is given the serializer that shows its value."""

    author = ReadWriteField(read_field=AuthorNameSerializer())  # expect: DJC101 author
    written = ReadWriteField(presentation_serializer=AuthorNameSerializer, source="editor")  # expect: DJC101 editor
    tags = ReadWriteField(read_field=TagWordSerializer(many=True))  # expect: DJC102 tags

    class Meta:
        model = Book
        fields = ["author", "written", "tags"]


class TitledSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["title"]


class SpokenSerializer(serializers.ModelSerializer):
    author = serializers.StringRelatedField()  # expect: DJC101 author

    class Meta:
        model = Book
        fields = ["title", "author"]


class SignedSerializer(serializers.ModelSerializer):
    author = serializers.StringRelatedField()  # expect: DJC101 author

    class Meta:
        model = Book
        fields = ["title", "author"]


class ForReaderSerializer(serializers.ModelSerializer):
    """The view's context tells who asks."""

    mine = serializers.SerializerMethodField()

    class Meta:
        model = Book
        fields = ["title", "mine"]

    def get_mine(self, book):
        request = self.context.get("request")
        if request:
            return book.author.name  # expect: DJC101 author
        return False
