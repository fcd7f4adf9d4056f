from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models


class Stamped(models.Model):
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="%(class)ss_created"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Publisher(models.Model):
    name = models.CharField(max_length=100)
    country = models.ForeignKey("authors.Country", on_delete=models.CASCADE)

    def __str__(self):
        return self.name


class Category(models.Model):
    name = models.CharField(max_length=60)
    slug = models.SlugField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")

    def __str__(self):
        return self.name


class Tag(models.Model):
    word = models.CharField(max_length=40)

    def __str__(self):
        return self.word


class BookQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published=True)

    def with_people(self):
        return self.select_related("author", "publisher")

    def with_tags(self):
        return self.prefetch_related("tags")


class EagerBookManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("category")


class Book(Stamped):
    title = models.CharField(max_length=200)
    author = models.ForeignKey("authors.Author", on_delete=models.CASCADE, related_name="books")
    publisher = models.ForeignKey(Publisher, on_delete=models.SET_NULL, null=True)
    category = models.ForeignKey(to="catalog.Category", on_delete=models.PROTECT)
    tags = models.ManyToManyField("Tag", related_name="books")
    price = models.DecimalField(max_digits=7, decimal_places=2)
    published = models.BooleanField(default=False)
    published_date = models.DateField(null=True)
    notes = GenericRelation("reviews.Note")

    objects = models.Manager.from_queryset(BookQuerySet)()
    eager = EagerBookManager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.title} by {self.author.name}"  # expect: DJC101 author

    @property
    def publisher_name(self):
        return self.publisher.name  # expect: DJC101 publisher

    def tag_line(self):
        return ", ".join(tag.word for tag in self.tags.all())  # expect: DJC102 tags

    def get_absolute_url(self):
        return f"/books/{self.pk}/"


class Shelf(Stamped):
    name = models.CharField(max_length=50)
    books = models.ManyToManyField(Book, related_name="shelves")
