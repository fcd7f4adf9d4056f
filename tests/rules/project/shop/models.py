from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Country(models.Model):
    name = models.CharField(max_length=50)


class Publisher(models.Model):
    name = models.CharField(max_length=50)
    country = models.ForeignKey(to=Country, on_delete=models.CASCADE)


class Dated(models.Model):
    created = models.DateField()
    country = models.ForeignKey("shop.Country", models.CASCADE)

    class Meta:
        abstract = True


class Author(Dated):
    name = models.CharField(max_length=50)
    mentor = models.ForeignKey("self", models.SET_NULL, null=True, related_name="pupils")

    def __str__(self):
        return self.name


class Profile(models.Model):
    author = models.OneToOneField(Author, models.CASCADE)
    text = models.TextField()


class OwnerField(models.ForeignKey):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, on_delete=models.CASCADE, **kwargs)


class BookQuerySet(models.QuerySet):
    def with_author(self):
        return self.select_related("author")

    def cheap(self):
        return self.filter(price__lt=10)


class RichManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("author").prefetch_related("reviews")


class Book(models.Model):
    title = models.CharField(max_length=50)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    pages = models.IntegerField()
    in_print = models.BooleanField(default=True)
    blurb = models.TextField()
    author = models.ForeignKey(Author, models.CASCADE)
    publisher = models.ForeignKey(Publisher, models.SET_NULL, null=True)
    owner = OwnerField(Author, related_name="owned")
    tags = models.ManyToManyField("Tag", related_name="books")
    notes = GenericRelation("Note")

    objects = BookQuerySet.as_manager()
    rich = RichManager()

    def author_name(self):
        return self.author.name

    @property
    def publisher_name(self):
        return self.publisher.name

    def __str__(self):
        return f"{self.title} by {self.author.name}"


class Review(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_name="reviews")
    writer = models.ForeignKey(Author, models.CASCADE)
    stars = models.IntegerField()

    class Meta:
        ordering = ["id"]


class Tag(models.Model):
    word = models.CharField(max_length=20)


class Award(models.Model):
    code = models.SlugField(unique=True)
    author = models.ForeignKey(Author, models.CASCADE)
    book = models.ForeignKey(Book, models.SET_NULL, null=True)

    class Meta:
        unique_together = [("author", "book")]


class Note(models.Model):
    text = models.TextField()
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.IntegerField()
    subject = GenericForeignKey()
