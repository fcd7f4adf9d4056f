from django.contrib.auth import get_user_model
from rest_framework import generics, viewsets

from .models import Team
from .serializers import MemberSerializer, TeamSerializer

User = get_user_model()


class MemberListSlow(generics.ListAPIView):
    queryset = User.objects.order_by("pk")
    serializer_class = MemberSerializer


class MemberList(generics.ListAPIView):
    queryset = User.objects.select_related("profile", "team").order_by("pk")
    serializer_class = MemberSerializer


class TeamViewSetSlow(viewsets.ReadOnlyModelViewSet):
    queryset = Team.objects.order_by("pk")
    serializer_class = TeamSerializer


class TeamViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = TeamSerializer

    def get_queryset(self):
        return Team.objects.prefetch_related("members").order_by("pk")
