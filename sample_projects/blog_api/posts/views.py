from comments.models import Comment
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from rest_framework import generics, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.response import Response

from . import serializers
from .models import Category, Post
from .permissions import IsAuthorOrReadOnly


class VisibleMixin:
    def get_queryset(self):
        """
        Optionally filter posts to only show published or user's own posts.
        """
        queryset = super().get_queryset()

        # Non-authenticated users only see published posts
        if not self.request.user.is_authenticated:
            return queryset.filter(published=True)

        # Authenticated users see published posts + their own
        return queryset.filter(Q(published=True) | Q(author=self.request.user))


class PostViewSetSlow(VisibleMixin, viewsets.ModelViewSet):
    queryset = Post.objects.all()
    serializer_class = serializers.PostSerializer
    permission_classes = [IsAuthenticatedOrReadOnly, IsAuthorOrReadOnly]

    @action(detail=False, methods=["get"])
    def my_posts(self, request):
        """Get current user's posts."""
        posts = self.get_queryset().filter(author=request.user)
        serializer = self.get_serializer(posts, many=True)
        return Response(serializer.data)


class PostViewSet(VisibleMixin, viewsets.ModelViewSet):
    """
    ViewSet for Post model with filtering by visibility.
    """

    queryset = Post.objects.select_related("author").prefetch_related("tags", "comments")
    serializer_class = serializers.PostSerializer
    permission_classes = [IsAuthenticatedOrReadOnly, IsAuthorOrReadOnly]

    @action(detail=False, methods=["get"])
    def my_posts(self, request):
        """Get current user's posts."""
        posts = self.get_queryset().filter(author=request.user)
        serializer = self.get_serializer(posts, many=True)
        return Response(serializer.data)

    @action(detail=True, methods=["post"])
    def publish(self, request, pk=None):
        """Publish a post."""
        post = self.get_object()
        post.published = True
        post.save()
        return Response({"status": "post published"})


class ArticleViewSetSlow(viewsets.ReadOnlyModelViewSet):
    """Loads the author where one post is shown, and forgets it where all are."""

    def get_queryset(self):
        queryset = Post.published_objects.all()
        if self.action == "retrieve":
            queryset = queryset.select_related("author__team")
        return queryset

    def get_serializer_class(self):
        if self.action == "retrieve":
            return serializers.PostDetailSerializer
        return serializers.PostLineSerializer


class ArticleViewSet(viewsets.ReadOnlyModelViewSet):
    def get_queryset(self):
        queryset = Post.front_page.all()
        if self.action == "retrieve":
            comments = Comment.objects.select_related("author")
            queryset = queryset.prefetch_related(Prefetch("comments", queryset=comments))
        return queryset

    def get_serializer_class(self):
        if self.action == "retrieve":
            return serializers.PostDetailSerializer
        return serializers.PostLineSerializer


class ThreadListSlow(generics.ListAPIView):
    queryset = Post.objects.all()
    serializer_class = serializers.ThreadSerializer


class ThreadList(generics.ListAPIView):
    queryset = Post.objects.prefetch_related("comments__author")
    serializer_class = serializers.ThreadSerializer


class HalfThreadListSlow(generics.ListAPIView):
    """The comments are there, their authors are not: one hop short."""

    queryset = Post.objects.prefetch_related("comments")
    serializer_class = serializers.ThreadSerializer


class CardListSlow(generics.ListAPIView):
    queryset = Post.objects.all()
    serializer_class = serializers.CardSerializer


class CardList(generics.ListAPIView):
    queryset = Post.objects.select_related("category").prefetch_related("tags")
    serializer_class = serializers.CardSerializer


class ShelfView(generics.ListAPIView):
    """Views that extend it say what is shown."""

    def get_queryset(self):
        return self.model.objects.order_by("pk")


class PostShelfSlow(ShelfView):
    model = Post
    serializer_class = serializers.CardSerializer


class PostShelf(ShelfView):
    model = Post
    serializer_class = serializers.CardSerializer

    def get_queryset(self):
        return super().get_queryset().select_related("category").prefetch_related("tags")


class CategoryShelf(ShelfView):
    model = Category
    serializer_class = serializers.CategoryNameSerializer


class BriefListSlow(generics.ListCreateAPIView):
    queryset = Post.objects.all()
    serializer_class = serializers.BriefSerializer


class BriefList(generics.ListCreateAPIView):
    queryset = Post.objects.select_related("category")
    serializer_class = serializers.BriefSerializer


class ExportListSlow(generics.ListAPIView):
    queryset = Post.objects.all()
    serializer_class = serializers.ExportSerializer


class ExportList(generics.ListAPIView):
    queryset = Post.objects.prefetch_related("tags")
    serializer_class = serializers.ExportSerializer


class BylineListSlow(generics.ListAPIView):
    queryset = Post.published_objects.all()
    serializer_class = serializers.BylineSerializer


class BylineList(generics.ListAPIView):
    queryset = Post.front_page.all()
    serializer_class = serializers.BylineSerializer


class ShapedListSlow(generics.ListAPIView):
    queryset = Post.objects.exclude(category=None)
    serializer_class = serializers.ShapedSerializer


class ShapedList(ShapedListSlow):
    def filter_queryset(self, queryset):
        return super().filter_queryset(queryset).select_related("category")


class LatestListSlow(generics.ListAPIView):
    queryset = Post.objects.prefetch_related("comments")
    serializer_class = serializers.LatestSerializer


class LatestList(generics.ListAPIView):
    serializer_class = serializers.AnnotatedLatestSerializer

    def get_queryset(self):
        newest = Comment.objects.filter(post=OuterRef("pk")).order_by("-pk").values("text")[:1]
        return Post.objects.annotate(latest=Subquery(newest))


class JoinedInListSlow(generics.ListAPIView):
    queryset = Post.objects.all()
    serializer_class = serializers.JoinedInSerializer


class JoinedInList(generics.ListAPIView):
    serializer_class = serializers.AnnotatedJoinedInSerializer

    def get_queryset(self):
        mine = Comment.objects.filter(post=OuterRef("pk"), author=self.request.user)
        return Post.objects.annotate(joined_in=Exists(mine))


class CategoryListSlow(generics.ListAPIView):
    queryset = Category.objects.order_by("pk")
    serializer_class = serializers.CategorySerializer


class CategoryList(generics.ListAPIView):
    queryset = Category.objects.prefetch_related("children").order_by("pk")
    serializer_class = serializers.CategorySerializer


class KeysList(generics.ListAPIView):
    queryset = Post.objects.all()
    serializer_class = serializers.KeysSerializer
