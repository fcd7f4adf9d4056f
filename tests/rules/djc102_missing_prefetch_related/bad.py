"""Many-relations asked for per row."""

from django.db import models
from django.db.models import Prefetch
from django.utils.functional import cached_property

from shop.models import Author, Book, Review, Tag


def reverse_key():
    for book in Book.objects.all():
        for review in book.reviews.all():  # expect: DJC102 reviews
            print(review.stars)


def many_to_many():
    for book in Book.objects.all():
        print([tag.word for tag in book.tags.all()])  # expect: DJC102 tags


def many_to_many_backwards():
    for tag in Tag.objects.all():
        print([book.title for book in tag.books.all()])  # expect: DJC102 books


def default_name():
    for author in Author.objects.all():
        print([review.stars for review in author.review_set.all()])  # expect: DJC102 review_set


def generic():
    for book in Book.objects.all():
        print([note.text for note in book.notes.all()])  # expect: DJC102 notes


def behind_a_key():
    for book in Book.objects.select_related("author"):
        print([pupil.name for pupil in book.author.pupils.all()])  # expect: DJC102 author__pupils


def nested():
    for book in Book.objects.prefetch_related("reviews__writer"):
        for review in book.reviews.all():
            print([pupil.name for pupil in review.writer.pupils.all()])  # expect: DJC102 reviews__writer__pupils


def under_another_name():
    for author in Author.objects.prefetch_related(Prefetch("owned", to_attr="shelf")):
        for book in author.shelf:
            print([tag.word for tag in book.tags.all()])  # expect: DJC102 owned__tags


def counted_in_memory():
    for book in Book.objects.all():
        print(len(book.tags.all()))  # expect: DJC102 tags


def through_a_method(book: Book):
    return [review.stars for review in book.reviews.all()]  # expect: DJC102 reviews


def calls_it():
    return [through_a_method(book) for book in Book.objects.filter(pages=1)]


def lost_by_clearing():
    for book in Book.objects.prefetch_related("reviews").prefetch_related(None):
        print(list(book.reviews.all()))  # expect: DJC102 reviews


def of_a_single_object(author: Author):
    for book in author.owned.all():
        print(list(book.tags.all()))  # expect: DJC102 tags


class Shelf(models.Model):
    books = models.ManyToManyField(Book)

    @cached_property
    def size(self):
        return self.books.count()  # expect: DJC102 books


def by_a_cached_property_that_nothing_replaces():
    return [shelf.size for shelf in Shelf.objects.all()]


def emptied(author):
    for rows, one_by_one in [
        (author.owned.all(), True),
        (author.pupils.all(), False),
        (Review.objects.filter(writer=author), False),
        (Tag.objects.filter(books__author=author), False),
        (author, False),
    ]:
        if one_by_one:
            for row in rows:  # expect: DJC102 owned
                print(row.title)
        else:
            rows.delete()  # expect: DJC104


def all_emptied(authors: list[Author]):
    for author in authors:
        emptied(author)


def given_authors_without_their_pupils():
    authors = {author.pk: author for author in Author.objects.all()}
    books = list(Book.objects.all())
    for book in books:
        book.author = authors[book.author_id]
    return [pupil.name for book in books for pupil in book.author.pupils.all()]  # expect: DJC102 pupils


class Person(models.Model):
    name = models.CharField(max_length=10)

    @cached_property
    def handles(self):
        return list(self.handle_set.all())  # expect: DJC102 handle_set

    def handles_of(self, kind):
        return [handle for handle in self.handles if handle.kind == kind]

    def first_handle(self, kind):
        found = self.handles_of(kind)
        return found[0] if found else None

    def handle_text(self, kind):
        handle = self.first_handle(kind)
        return handle.text if handle else ""

    @property
    def email(self):
        return self.handle_text("email")


class Handle(models.Model):
    person = models.ForeignKey(Person, models.CASCADE)
    kind = models.CharField(max_length=10)
    text = models.CharField(max_length=10)


def four_calls_away():
    return [person.email for person in Person.objects.all()]


def with_owned(recent):
    owned = Book.objects.all()
    if recent:
        owned = owned.order_by("-pk")
    for author in Author.objects.prefetch_related(Prefetch("owned", queryset=owned)):
        for book in author.owned.all():
            print(book.reviews.all())  # expect: DJC102 owned__reviews


def with_all(authors):
    for author in Author.objects.prefetch_related(Prefetch("owned", queryset=None)):
        for book in author.owned.all():
            print(book.reviews.all())  # expect: DJC102 owned__reviews
