from elsewhere.views import ByActionMixin
from rest_framework import generics, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.response import Response
from rest_framework.views import APIView

from . import serializers
from .models import Book, Chapter, Profile, Tag


class NestedViewSet(viewsets.ModelViewSet):
    """The author is there, the author's country is not."""

    queryset = Book.objects.select_related("author")
    serializer_class = serializers.NestedSerializer


class PathViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = serializers.PathSerializer

    def get_queryset(self):
        return Book.objects.order_by("title")


class BylineList(generics.ListAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.BylineSerializer


class Visible:
    def get_queryset(self):
        return super().get_queryset().exclude(title="")


class RelatedList(Visible, generics.ListAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.RelatedSerializer


class AutomaticList(generics.ListCreateAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.AutomaticSerializer


class EverythingList(generics.GenericAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.EverythingSerializer

    def get(self, request):
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class DeepList(generics.ListAPIView):
    queryset = Chapter.objects.all()
    serializer_class = serializers.DeepSerializer


class RenamedList(generics.ListAPIView):
    queryset = Profile.objects.all()
    serializer_class = serializers.RenamedSerializer


class OwnFieldList(APIView):
    def get(self, request):
        return Response(serializers.OwnFieldSerializer(Book.objects.all(), many=True).data)


class ByAction(viewsets.ModelViewSet):
    queryset = Book.objects.all()

    def get_serializer_class(self):
        if self.action in ("list", "create"):
            return serializers.ShapedSerializer
        return serializers.LongSerializer

    @action(detail=False)
    def methods(self, request):
        return Response(serializers.MethodSerializer(self.get_queryset(), many=True).data)


class OnlyOne(generics.RetrieveAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.OnlyOneSerializer


class QuotedList(generics.ListAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.QuotedSerializer


class PlainChapterViewSet(viewsets.ModelViewSet):
    """What the list shows is joined, what is printed is not."""

    queryset = Chapter.objects.all()
    serializer_class = serializers.PlainChapterSerializer

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.select_related("book") if self.action == "list" else rows

    @action(detail=False, serializer_class=serializers.PrintedSerializer)
    def printed(self, request):
        return self.list(request)


@api_view(["GET"])
def tags(request):
    serializer = serializers.TagSerializer(Tag.objects.all(), many=True, context={"request": request})
    return Response(serializer.data)


class ElsewhereList(generics.ListAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.ElsewhereSerializer


class SeparatedList(generics.ListAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.SeparatedSerializer


class ByActionViewSet(ByActionMixin, viewsets.ReadOnlyModelViewSet):
    """A mixin of some package chooses the serializer."""

    queryset = Book.objects.all()
    serializer_class = serializers.TitledSerializer
    serializer_classes = {"list": serializers.SpokenSerializer, "retrieve": serializers.TitledSerializer}


class PlainViewSet(viewsets.ReadOnlyModelViewSet):
    """No base that could choose: Django REST framework has no such attribute."""

    queryset = Book.objects.all()
    serializer_class = serializers.SignedSerializer
    serializer_classes = {"list": serializers.TitledSerializer}


class ForReaderList(generics.ListAPIView):
    queryset = Book.objects.all()
    serializer_class = serializers.ForReaderSerializer


def for_whoever_asks(request):
    context = {"request": request}
    return Response(serializers.ForReaderSerializer(Book.objects.all(), many=True, context=context).data)
