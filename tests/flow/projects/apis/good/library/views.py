from django.db.models import Prefetch
from elsewhere.views import ByActionMixin
from rest_framework import generics, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.response import Response

from . import serializers
from .models import Book, Chapter, Profile

LOADS = ["chapters", Prefetch("author__country")]


class ColumnsList(generics.ListAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.ColumnsSerializer


class LoadedViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Book.objects.all()
    serializer_class = serializers.LoadedSerializer

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Book.objects.none()
        queryset = super().get_queryset()
        if self.action == "list":
            queryset = queryset.select_related("author__country").prefetch_related("chapters")
        return queryset


class ListedLoads(generics.ListAPIView):
    queryset = Book.objects.prefetch_related(*LOADS)
    serializer_class = serializers.LoadedSerializer


def loads_for(serializer):
    return [name for name, field in serializer().fields.items() if field.many]


class ToldElsewhere(viewsets.ModelViewSet):
    """What is loaded is decided by what is written out: that cannot be told here."""

    queryset = Book.objects.all()
    serializer_class = serializers.LoadedSerializer

    def get_queryset(self):
        return super().get_queryset().prefetch_related(*loads_for(self.get_serializer_class()))


class ShortList(generics.ListAPIView):
    queryset = Book.objects.select_related("author__country")
    serializer_class = serializers.ShortSerializer


class LessList(generics.ListAPIView):
    queryset = Book.objects.select_related("author")
    serializer_class = serializers.LessSerializer


class CountedList(generics.ListAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.CountedSerializer


class ByAction(viewsets.ModelViewSet):
    """Only one book at a time is written out at length."""

    queryset = Book.objects.all()

    def get_serializer_class(self):
        if self.action == "retrieve" or self.request.method not in ("GET", "HEAD"):
            return serializers.LoadedSerializer
        return serializers.ColumnsSerializer


class ByGivenAction(viewsets.ModelViewSet):
    """The action is there while a request is answered: the default is not."""

    queryset = Book.objects.all()

    def get_serializer_class(self):
        action = getattr(self, "action", None)
        if action == "retrieve":
            return serializers.LoadedSerializer
        return serializers.ColumnsSerializer


class One(generics.RetrieveAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.BookWithChaptersSerializer


class Profiles(generics.ListAPIView):
    """A one-to-one knows the way back."""

    queryset = Profile.objects.select_related("author")
    serializer_class = serializers.ProfileSerializer


class QuotedViewSet(viewsets.ModelViewSet):
    """Titles alone need no join."""

    queryset = Book.objects.all()
    serializer_class = serializers.QuotedSerializer

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.select_related("author") if self.action in ("list", "retrieve") else rows

    @action(detail=False, serializer_class=serializers.TitleSerializer)
    def titles(self, request):
        return self.list(request)


@api_view(["GET"])
def chapters(request):
    rows = Chapter.objects.select_related("book")
    return Response(serializers.ChapterSerializer(rows, many=True).data)


class TranslatedList(generics.ListAPIView):
    """What the serializer's method reads is there, whoever else may hand it a book."""

    queryset = Book.objects.prefetch_related(
        Prefetch("chapters", queryset=Chapter.objects.select_related("translator")),
    )
    serializer_class = serializers.TranslatedSerializer


class WholeBookViewSet(viewsets.ReadOnlyModelViewSet):
    """Only the URL of one book has its key."""

    queryset = Book.objects.all()

    def get_serializer_class(self):
        key = self.kwargs.get("pk")
        if key:
            return serializers.WholeBookSerializer
        return serializers.ColumnsSerializer


class WholeBookInUrl(WholeBookViewSet):
    def get_serializer_class(self):
        if "pk" in self.kwargs:
            return serializers.WholeBookSerializer
        return serializers.ColumnsSerializer


class SeparatedList(generics.ListAPIView):
    queryset = Book.objects.select_related("author")
    serializer_class = serializers.SeparatedSerializer


class ByActionViewSet(ByActionMixin, viewsets.ReadOnlyModelViewSet):
    """A mixin of some package chooses the serializer: the list shows titles."""

    queryset = Book.objects.all()
    serializer_class = serializers.WholeBookSerializer
    serializer_action_classes = {"list": serializers.TitleSerializer}


def for_nobody(request):
    return Response(serializers.ForReaderSerializer(Book.objects.all(), many=True).data)
