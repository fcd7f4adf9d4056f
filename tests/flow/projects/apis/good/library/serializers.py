from elsewhere.fields import ReadWriteField
from rest_framework import serializers

from .models import Author, Book, Chapter, Profile


class AuthorSerializer(serializers.ModelSerializer):
    """Told `nested=True`, it writes out less than it declares."""

    country = serializers.StringRelatedField()

    class Meta:
        model = Author
        fields = ["id", "name", "country"]

    def __init__(self, *args, nested=False, **kwargs):
        super().__init__(*args, **kwargs)
        if nested:
            self.fields.pop("country")


class ColumnsSerializer(serializers.ModelSerializer):
    author = serializers.PrimaryKeyRelatedField(read_only=True)
    writer = serializers.HyperlinkedRelatedField(source="author", view_name="author-detail", read_only=True)
    author_id = serializers.IntegerField(read_only=True)
    country = AuthorSerializer(source="author", write_only=True)

    class Meta:
        model = Book
        fields = ["id", "title", "author", "writer", "author_id", "country", "editor"]
        extra_kwargs = {"tags": {"write_only": True}}


class LoadedSerializer(serializers.ModelSerializer):
    author = AuthorSerializer()
    chapters = serializers.SlugRelatedField(slug_field="title", many=True, read_only=True)

    class Meta:
        model = Book
        fields = ["author", "chapters", "byline"]


class ShortSerializer(LoadedSerializer):
    chapters = None

    class Meta(LoadedSerializer.Meta):
        fields = ["author"]


class LessSerializer(serializers.ModelSerializer):
    author = AuthorSerializer(nested=True)

    class Meta:
        model = Book
        fields = ["author"]


class CountedSerializer(serializers.ModelSerializer):
    """Counts come with the rows, or in the context."""

    chapters = serializers.SerializerMethodField()
    tags = serializers.SerializerMethodField()
    editor = serializers.SerializerMethodField()

    class Meta:
        model = Book
        fields = ["chapters", "tags", "editor"]

    def get_chapters(self, book):
        if (number := getattr(book, "number_of_chapters", None)) is not None:
            return number
        return book.chapters.count()

    def get_tags(self, book):
        try:
            tags = self.context["tags"]
        except KeyError:
            return [tag.word for tag in book.tags.all()]
        return tags[book.pk]

    def get_editor(self, book):
        names = self.context.get("names")
        if names is None:
            return book.editor.name
        return names.get(book.editor_id)


class ProfileSerializer(serializers.ModelSerializer):
    bio = serializers.CharField(source="author.profile.bio")

    class Meta:
        model = Profile
        fields = ["bio"]


class ChapterSerializer(serializers.ModelSerializer):
    book = serializers.CharField(source="book.title")

    class Meta:
        model = Chapter
        fields = ["book"]


class BookWithChaptersSerializer(serializers.ModelSerializer):
    chapters = ChapterSerializer(many=True)

    class Meta:
        model = Book
        fields = ["chapters"]


class QuotedField(serializers.CharField):
    def get_attribute(self, instance):
        return f'"{super().get_attribute(instance)}"'


class QuotedSerializer(serializers.ModelSerializer):
    title = QuotedField()
    author = QuotedField(source="author.name")

    class Meta:
        model = Book
        fields = ["title", "author"]


class TitleSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["title"]


class TranslatedSerializer(serializers.ModelSerializer):
    translators = serializers.SerializerMethodField()

    class Meta:
        model = Book
        fields = ["title", "translators"]

    def get_translators(self, book):
        return [{"of": chapter.title, "name": chapter.translator.name} for chapter in book.chapters.all()]


class WholeBookSerializer(serializers.ModelSerializer):
    chapters = serializers.SlugRelatedField(slug_field="title", many=True, read_only=True)

    class Meta:
        model = Book
        fields = ["title", "chapters"]


class SeparatedSerializer(serializers.ModelSerializer):
    """What the field is given for writing shows nothing; which of two serializers shows the value is not to be told."""

    author = ReadWriteField(read_field=TitleSerializer())
    editor = ReadWriteField(write_field=TitleSerializer())
    tags = ReadWriteField(short=TitleSerializer(many=True), long=TitleSerializer(many=True))

    class Meta:
        model = Book
        fields = ["author", "editor", "tags"]


class ForReaderSerializer(serializers.ModelSerializer):
    """Nobody asks on whose behalf: no context is given."""

    mine = serializers.SerializerMethodField()

    class Meta:
        model = Book
        fields = ["title", "mine"]

    def get_mine(self, book):
        request = self.context.get("request")
        if request:
            return book.author.name
        return False
