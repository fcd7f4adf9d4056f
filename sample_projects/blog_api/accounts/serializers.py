from rest_framework import serializers

from .models import Team, User


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "email"]
        read_only_fields = ["id"]


class MemberSerializer(serializers.ModelSerializer):
    bio = serializers.CharField(source="profile.bio", read_only=True)  # next: DJC101 profile
    team = serializers.SlugRelatedField(slug_field="name", read_only=True)  # next: DJC101 team

    class Meta:
        model = User
        fields = ["id", "username", "bio", "team"]


class TeamSerializer(serializers.ModelSerializer):
    members = UserSerializer(many=True, read_only=True)  # next: DJC102 members

    class Meta:
        model = Team
        fields = ["id", "name", "members"]
