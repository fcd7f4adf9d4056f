from accounts.serializers import UserSerializer
from rest_framework import serializers

from .models import Comment, Reaction


class CommentSerializer(serializers.ModelSerializer):
    author = UserSerializer(read_only=True)  # next: DJC101 author, DJC101 comments__author

    class Meta:
        model = Comment
        fields = ["id", "text", "author"]


class FlaggedCommentSerializer(serializers.ModelSerializer):
    """The flag comes nested because of the depth."""

    class Meta:
        model = Comment
        fields = ["id", "text", "category"]  # next: DJC101 category
        depth = 1


class ReplySerializer(serializers.ModelSerializer):
    """Keys only: the primary key of each relation is in a column of the comment."""

    author = serializers.PrimaryKeyRelatedField(read_only=True)
    post_id = serializers.IntegerField(read_only=True)
    parent_key = serializers.PrimaryKeyRelatedField(source="parent", read_only=True)

    class Meta:
        model = Comment
        fields = ["id", "author", "post", "post_id", "parent_key", "text"]


class ReactionSerializer(serializers.ModelSerializer):
    user = serializers.SlugRelatedField(slug_field="username", read_only=True)  # next: DJC101 user
    post = serializers.CharField(source="comment.post.title", read_only=True)  # next: DJC101 comment__post

    class Meta:
        model = Reaction
        fields = ["id", "emoji", "user", "post"]
