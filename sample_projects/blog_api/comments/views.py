from rest_framework import generics, viewsets
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Comment, Reaction
from .serializers import CommentSerializer, FlaggedCommentSerializer, ReactionSerializer, ReplySerializer


class CommentFeedSlow(APIView):
    def get(self, request):
        comments = Comment.objects.order_by("pk")
        serializer = CommentSerializer(comments, many=True)
        return Response(serializer.data)


class CommentFeed(APIView):
    def get(self, request):
        comments = Comment.objects.select_related("author").order_by("pk")
        serializer = CommentSerializer(comments, many=True)
        return Response(serializer.data)


class FlaggedViewSetSlow(viewsets.ReadOnlyModelViewSet):
    queryset = Comment.objects.exclude(category=None).order_by("pk")
    serializer_class = FlaggedCommentSerializer


class FlaggedViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Comment.objects.exclude(category=None).select_related("category").order_by("pk")
    serializer_class = FlaggedCommentSerializer


class ReplyList(generics.ListAPIView):
    queryset = Comment.objects.order_by("pk")
    serializer_class = ReplySerializer


@api_view(["GET"])
def reactions_slow(request):
    reactions = Reaction.objects.order_by("pk")
    return Response(ReactionSerializer(reactions, many=True, context={"request": request}).data)


@api_view(["GET"])
def reactions(request):
    reactions = Reaction.objects.select_related("user", "comment__post").order_by("pk")
    return Response(ReactionSerializer(reactions, many=True, context={"request": request}).data)


@api_view(["GET"])
def mentions_slow(request):
    lines = []
    for reaction in Reaction.objects.select_related("comment").order_by("pk"):
        lines.append([reaction.emoji, reaction.comment.author.username])  # expect: DJC101 comment__author
    return Response(lines)


@api_view(["GET"])
def mentions(request):
    lines = []
    for reaction in Reaction.objects.select_related("comment__author").order_by("pk"):
        lines.append([reaction.emoji, reaction.comment.author.username])
    return Response(lines)
