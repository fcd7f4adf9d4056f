from django.conf import settings
from django.db import models
from posts.models import Authored


class Category(models.Model):
    """Why a comment was flagged; posts have a Category of their own."""

    label = models.CharField(max_length=60)


class Comment(Authored):
    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    category = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL)
    text = models.TextField()


class Reaction(models.Model):
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reactions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reactions")
    emoji = models.CharField(max_length=8)
