from django.conf import settings
from django.db import models


class Authored(models.Model):
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Category(models.Model):
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")

    def __str__(self):
        return self.name


class Tag(models.Model):
    word = models.CharField(max_length=40)

    def __str__(self):
        return self.word


class PublishedManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(published=True)


class FrontPageManager(PublishedManager):
    def get_queryset(self):
        return super().get_queryset().select_related("author__team")


class Post(Authored):
    title = models.CharField(max_length=200)
    content = models.TextField()
    published = models.BooleanField(default=False)
    category = models.ForeignKey(to="posts.Category", null=True, on_delete=models.SET_NULL, related_name="posts")
    tags = models.ManyToManyField(Tag, related_name="posts")

    objects = models.Manager()
    published_objects = PublishedManager()
    front_page = FrontPageManager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at"]),
            models.Index(fields=["author", "-created_at"]),
        ]

    def __str__(self):
        return self.title
