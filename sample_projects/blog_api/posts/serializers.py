from accounts.serializers import UserSerializer
from comments.serializers import CommentSerializer
from rest_framework import serializers

from .models import Category, Post


class PostSerializer(serializers.ModelSerializer):
    author = UserSerializer(read_only=True)  # next: DJC101 author
    author_id = serializers.IntegerField(write_only=True, required=False)
    tags = serializers.SlugRelatedField(many=True, read_only=True, slug_field="word")  # next: DJC102 tags
    comment_count = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = [
            "id",
            "title",
            "content",
            "author",
            "author_id",
            "category",
            "tags",
            "comment_count",
            "published",
        ]
        read_only_fields = ["id", "created_at", "updated_at"]

    def get_comment_count(self, post):
        return post.comments.count()  # next: DJC102 comments

    def validate_title(self, value):
        if len(value) < 5:
            raise serializers.ValidationError("Title must be at least 5 characters")
        return value

    def create(self, validated_data):
        # Set author from request user if not provided
        if "author_id" not in validated_data:
            validated_data["author"] = self.context["request"].user
        else:
            validated_data["author_id"] = validated_data.pop("author_id")

        return super().create(validated_data)


class PostLineSerializer(serializers.ModelSerializer):
    team = serializers.CharField(source="author.team.name", read_only=True)  # next: DJC101 author__team

    class Meta:
        model = Post
        fields = ["id", "title", "team"]


class PostDetailSerializer(PostLineSerializer):
    comments = CommentSerializer(many=True, read_only=True)

    class Meta(PostLineSerializer.Meta):
        fields = [*PostLineSerializer.Meta.fields, "comments"]


class ThreadSerializer(serializers.ModelSerializer):
    comments = CommentSerializer(many=True, read_only=True)  # next: DJC102 comments

    class Meta:
        model = Post
        fields = ["id", "title", "comments"]


class CardSerializer(serializers.ModelSerializer):
    category = serializers.StringRelatedField()  # next: DJC101 category
    tags = serializers.StringRelatedField(many=True)  # next: DJC102 tags

    class Meta:
        model = Post
        fields = ["id", "title", "category", "tags"]


class BriefSerializer(serializers.ModelSerializer):
    class Meta:
        model = Post
        fields = ["id", "title", "category"]  # next: DJC101 category
        depth = 1


class ExportSerializer(serializers.ModelSerializer):
    """Foreign keys come from their columns; the many-to-many has no column to come from."""

    class Meta:
        model = Post
        fields = "__all__"  # next: DJC102 tags


class BylineSerializer(serializers.ModelSerializer):
    byline = serializers.ReadOnlyField(source="author.byline")  # next: DJC101 author

    class Meta:
        model = Post
        fields = ["id", "title", "byline"]


class ShapedSerializer(serializers.ModelSerializer):
    class Meta:
        model = Post
        fields = ["id", "title"]

    def to_representation(self, instance):
        shaped = super().to_representation(instance)
        shaped["section"] = instance.category.name  # next: DJC101 category
        return shaped


class LatestSerializer(serializers.ModelSerializer):
    """Comments have no ordering of their own: each `order_by` is a new query, prefetched or not."""

    latest = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = ["id", "latest"]

    def get_latest(self, post):
        newest = post.comments.order_by("-pk").first()  # next: DJC105 comments
        return newest.text if newest else None


class AnnotatedLatestSerializer(serializers.ModelSerializer):
    latest = serializers.CharField(read_only=True)

    class Meta:
        model = Post
        fields = ["id", "latest"]


class JoinedInSerializer(serializers.ModelSerializer):
    joined_in = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = ["id", "joined_in"]

    def get_joined_in(self, post):
        user = self.context["request"].user
        return post.comments.filter(author=user).exists()  # next: DJC103


class AnnotatedJoinedInSerializer(serializers.ModelSerializer):
    joined_in = serializers.BooleanField(read_only=True)

    class Meta:
        model = Post
        fields = ["id", "joined_in"]


class CategorySerializer(serializers.ModelSerializer):
    parent = serializers.PrimaryKeyRelatedField(read_only=True)
    children = serializers.PrimaryKeyRelatedField(many=True, read_only=True)  # next: DJC102 children

    class Meta:
        model = Category
        fields = ["id", "name", "parent", "children"]


class CategoryNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = Category
        fields = ["id", "name"]


class KeysSerializer(serializers.ModelSerializer):
    """Reads columns only: no relation is followed."""

    author = serializers.PrimaryKeyRelatedField(read_only=True)
    author_id = serializers.IntegerField(read_only=True)

    class Meta:
        model = Post
        fields = ["id", "title", "author", "author_id", "category"]
