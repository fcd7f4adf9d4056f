from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Category(models.Model):
    """A kind of review; the catalogue has a Category of its own."""

    label = models.CharField(max_length=40)

    def __str__(self):
        return self.label


class Review(models.Model):
    book = models.ForeignKey("catalog.Book", on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews")
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    stars = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.stars} stars for {self.book.title}"  # next: DJC101 book


class Note(models.Model):
    """A sticky note on anything."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("content_type", "object_id")
    text = models.CharField(max_length=200)

    class Meta:
        ordering = ["pk"]
