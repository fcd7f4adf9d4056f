from django.db import models


class Country(models.Model):
    name = models.CharField(max_length=80)

    def __str__(self):
        return self.name


class Author(models.Model):
    name = models.CharField(max_length=100)
    email = models.EmailField()
    country = models.ForeignKey(to="authors.Country", null=True, on_delete=models.SET_NULL, related_name="authors")
    mentor = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="pupils")

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def country_name(self):
        return self.country.name  # expect: DJC101 country

    def published_titles(self):
        return [book.title for book in self.books.filter(published=True)]  # expect: DJC103

    def titles(self):
        return [book.title for book in self.books.all()]  # expect: DJC102 books


class Biography(models.Model):
    author = models.OneToOneField(Author, on_delete=models.CASCADE, related_name="biography")
    text = models.TextField()
