from django.contrib.auth.models import AbstractUser
from django.db import models


class Team(models.Model):
    name = models.CharField(max_length=60)


class User(AbstractUser):
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="members")

    @property
    def byline(self):
        return f"{self.username} ({self.team.name})"  # next: DJC101 author__team


class Profile(models.Model):
    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="profile")
    bio = models.TextField(blank=True)
