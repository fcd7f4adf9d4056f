"""Forward keys read per row behind calls."""

import shop.models
from django.core.cache import cache
from django.db import models

from shop.models import Author, Book


def label(book):
    return f"{book.title}: {book.author.name}"  # expect: DJC101 author


def through_a_function():
    return [label(book) for book in Book.objects.all()]


def typed(book: Book):
    return book.publisher.name  # expect: DJC101 publisher


def through_a_typed_function():
    for book in Book.objects.filter(pages=2):
        typed(book)


def all_books():
    return Book.objects.filter(pages=3)


def through_a_result():
    for book in all_books():
        print(book.author.name)  # expect: DJC101 author


def each(books):
    for book in books:
        print(book.author.name)  # expect: DJC101 author


def through_an_argument():
    each(Book.objects.filter(pages=4))


class Shelf:
    model = Book

    def get_queryset(self):
        return Book.objects.filter(pages=5)

    def names(self):
        return [book.author.name for book in self.get_queryset()]  # expect: DJC101 author


class Base:
    def rows(self):
        return Book.objects.filter(pages=6)


class Mixin:
    def rows(self):
        return super().rows().order_by("title")


class Both(Mixin, Base):
    def names(self):
        for book in self.rows():
            print(book.author.name)  # expect: DJC101 author


def inner():
    def name(book):
        return book.author.name  # expect: DJC101 author

    return [name(book) for book in Book.objects.filter(pages=7)]


def own_queryset_method():
    for book in Book.objects.cheap():
        print(book.author.name)  # expect: DJC101 author


class Shop(models.Model):
    keeper = models.ForeignKey(Author, models.CASCADE)

    def __str__(self):
        return self.keeper.name  # expect: DJC101 keeper


def printed():
    for shop in Shop.objects.all():
        print(f"* {shop}")


class Till(models.Model):
    shop = models.ForeignKey(Shop, models.CASCADE)

    @property
    def keeper_name(self):
        return self.shop.keeper.name  # expect: DJC101 shop__keeper

    def drawer(self):
        return self.keeper_name


def by_method():
    return [till.drawer() for till in Till.objects.all()]


class StampQuerySet(models.QuerySet):
    def sold(self):
        return self.filter(pk__gt=0)


class StampManager(models.Manager):
    def get_queryset(self):
        return StampQuerySet(self.model, using=self._db)

    def sold(self):
        return self.get_queryset().sold()


class Stamp(models.Model):
    artist = models.ForeignKey(Author, models.CASCADE)
    objects = StampManager()


def of_a_queryset_class_that_the_manager_calls():
    return [stamp.artist.name for stamp in Stamp.objects.sold()]  # expect: DJC101 artist


def of_a_queryset_class_called_directly():
    return [stamp.artist.name for stamp in StampQuerySet(Stamp).sold()]  # expect: DJC101 artist


def remembered_books():
    books = cache.get("books")
    if books is None:
        books = Book.objects.filter(pages=9)
        cache.set("books", books)
    return books


def of_remembered_books():
    return [book.author.name for book in remembered_books()]  # expect: DJC101 author


def label_of_draft(book):
    if book.title in ("draft", "note"):
        return book.author.name  # expect: DJC101 author
    return book.title


def of_drafts():
    return [label_of_draft(book) for book in Book.objects.filter(title="draft")]


def back(book):
    if book.title in ("draft", "note"):
        return book.author.name  # expect: DJC101 author
    return book.title


def excluded_of_both():
    return [back(book) for book in Book.objects.exclude(title="draft", pk=1)]


def blurb(book):
    return book.author.name if book.title == "draft" else ""  # expect: DJC101 author


def made_a_draft():
    for book in Book.objects.exclude(title="draft"):
        book.title = "draft"
        print(blurb(book))


def publish(book):
    book.title = "finished"


def published():
    for book in Book.objects.filter(title="draft"):
        publish(book)
        if book.title == "finished":
            print(book.author.name)  # expect: DJC101 author


def preface(book):
    return book.author.name if book.title == "draft" else ""  # expect: DJC101 author


def excluded_with_more():
    return [preface(book) for book in Book.objects.exclude(models.Q(pk=1), title="draft")]


def spine(book):
    return book.author.name if book.title == "draft" else ""  # expect: DJC101 author


def excluded_one_of_two(flag):
    return [spine(book) for book in Book.objects.exclude(title="draft" if flag else "note")]


def cover(book):
    return book.author.name if book.title == "draft" else ""  # expect: DJC101 author


def of_either():
    return [cover(book) for book in Book.objects.filter(title="finished") | Book.objects.all()]


def labels_of_shelf(author):
    return [book.publisher.name for book in author.owned.all()]  # expect: DJC101 publisher


def labels_of_one(pk):
    return labels_of_shelf(Author.objects.prefetch_related("owned__publisher").get(pk=pk))


def labels_of_another(pk):
    return labels_of_shelf(Author.objects.get(pk=pk))


def names_on_shelf(author: Author):
    return [book.publisher.name for book in author.owned.all()]  # expect: DJC101 publisher


def names_of_one(pk):
    return names_on_shelf(Author.objects.prefetch_related("owned__publisher").get(pk=pk))


def names_of_whatever(given):
    return names_on_shelf(given)


def names_above(author: Author, levels):
    if levels:
        names_above(Author.objects.prefetch_related("owned__publisher").get(pk=author.mentor_id), levels - 1)
    return [book.publisher.name for book in author.owned.all()]  # expect: DJC101 publisher


def by_the_whole_path():
    return [book.author.name for book in shop.models.Book.objects.all()]  # expect: DJC101 author


def imported_inside_under_another_name():
    import shop.models as tables

    for book in tables.Book.objects.all():
        print(book.author.name)  # expect: DJC101 author


def a_package_that_is_not_there():
    import absent.speech.client as speech

    config = speech.Config(region="x")
    for book in Book.objects.all():
        speech.say(config, book.author.name)  # expect: DJC101 author
