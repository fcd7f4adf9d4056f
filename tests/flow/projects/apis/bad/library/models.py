from django.db import models


class Country(models.Model):
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=2)

    def __str__(self):
        return self.name


class Author(models.Model):
    name = models.CharField(max_length=60)
    country = models.ForeignKey(Country, null=True, on_delete=models.SET_NULL)


class Profile(models.Model):
    author = models.OneToOneField(Author, on_delete=models.CASCADE, related_name="profile")
    bio = models.TextField()


class Tag(models.Model):
    word = models.CharField(max_length=60)

    def __str__(self):
        return self.word


class Book(models.Model):
    title = models.CharField(max_length=60)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    editor = models.ForeignKey(Author, null=True, on_delete=models.CASCADE, related_name="edited")
    tags = models.ManyToManyField(Tag, related_name="books")

    @property
    def byline(self):
        return f"{self.title} by {self.author.name}"  # expect: DJC101 author


class Chapter(models.Model):
    title = models.CharField(max_length=60)
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="chapters")
    translator = models.ForeignKey(Author, null=True, on_delete=models.CASCADE)
