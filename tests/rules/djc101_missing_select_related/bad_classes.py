"""Forward keys read per row, where classes of the project say which rows these are."""

from django.core.paginator import Paginator
from django.db import models

from shop.models import Author, Book, Publisher, Review


class Shelf:
    with_authors = False
    managed = None
    books = None

    def __init__(self, books):
        self.books = books

    def rows(self):
        if self.managed:
            return getattr(Book, self.managed).all()
        return self.books.select_related("author") if self.with_authors else self.books


class Cupboard(Shelf):
    def __init__(self):
        super().__init__(Book.objects.filter(pages=12))


def names_in_a_cupboard():
    return [book.author.name for book in Cupboard().rows()]  # expect: DJC101 author


class BookPages(Paginator):
    def __init__(self, request, books):
        super().__init__(books, request.user.books_per_page)
        self.current = self.page(request.GET.get("page"))


def names_on_a_page(request):
    pages = BookPages(request, Book.objects.filter(pages=13))
    print([book.publisher.name for book in pages.current.object_list])  # expect: DJC101 publisher
    return [book.author.name for book in pages.page(2)]  # expect: DJC101 author


class Leaflet(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)


class Pamphlet(Leaflet):
    pass


class Poster(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)


class Lister:
    model = None

    def rows(self):
        rows = self.model.objects.all()
        return rows.select_related("author") if issubclass(self.model, Leaflet) else rows


class PosterLister(Lister):
    model = Poster


def names_on_posters():
    return [row.author.name for row in PosterLister().rows()]  # expect: DJC101 author


class Sheet(models.Model):
    printer = models.ForeignKey(Author, models.CASCADE)

    class Meta:
        abstract = True


class Card(Sheet):
    pass


class Envelope(Sheet):
    pass


def printers():
    sheets = []
    for cls in Sheet.__subclasses__():
        sheets.extend(cls.objects.all())
    return [sheet.printer.name for sheet in sheets]  # expect: DJC101 printer


def prefetched_instead_of_joined():
    for review in Review.objects.prefetch_related("book__tags"):
        print(review.book.author.name)  # expect: DJC101 book__author


class WithPublisherManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("publisher")


class Pamphlet(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    publisher = models.ForeignKey(Publisher, models.CASCADE)

    objects = WithPublisherManager()

    class Meta:
        base_manager_name = "objects"


class Extract(models.Model):
    pamphlet = models.ForeignKey(Pamphlet, models.CASCADE)


def extracts():
    for extract in Extract.objects.all():
        print(extract.pamphlet.publisher.name)  # expect: DJC101 pamphlet
        print(extract.pamphlet.author.name)  # expect: DJC101 pamphlet__author
