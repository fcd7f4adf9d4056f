"""Many-relations that are there already, or asked for once."""

from django.db import models
from django.db.models import Count, Prefetch, prefetch_related_objects
from django.utils.functional import cached_property

from shop.models import Author, Book


def prefetched():
    for book in Book.objects.prefetch_related("reviews", "tags", "notes"):
        print(list(book.reviews.all()), book.tags.all().count(), len(book.notes.all()), book.tags.exists())


def prefetched_path():
    for author in Author.objects.prefetch_related("owned__tags"):
        for book in author.owned.all():
            print([tag.word for tag in book.tags.all()])


def prefetched_behind_a_key():
    for book in Book.objects.select_related("author").prefetch_related("author__pupils"):
        print([pupil.name for pupil in book.author.pupils.all()])


def prefetched_nested():
    inner = Book.objects.prefetch_related("tags")
    for author in Author.objects.prefetch_related(Prefetch("owned", queryset=inner)):
        for book in author.owned.all():
            print([tag.word for tag in book.tags.all()])


def prefetched_by_the_manager():
    for book in Book.rich.all():
        print(list(book.reviews.all()))


def prefetched_late():
    books = list(Book.objects.all())
    prefetch_related_objects(books, "reviews")
    for book in books:
        print(list(book.reviews.all()))


def prefetched_late_under_a_name():
    books = list(Book.objects.all())
    prefetch_related_objects(books, Prefetch("reviews", to_attr="opinions"))
    for book in books:
        print(book.opinions)


def single(pk):
    book = Book.objects.get(pk=pk)
    for review in book.reviews.all():
        print(review.stars)


def iterator_in_chunks():
    for book in Book.objects.prefetch_related("tags").iterator(chunk_size=500):
        print([tag.word for tag in book.tags.all()])


def lazy_only():
    for book in Book.objects.all():
        print(book.reviews.all().query)


def few():
    for book in Book.objects.filter(pages=1):
        if book.title == "x":
            return list(book.reviews.all())
        break
    return []


class Shelf(models.Model):
    books = models.ManyToManyField(Book)

    @cached_property
    def size(self):
        return self.books.count()


def annotated_in_place_of_a_cached_property():
    return [shelf.size for shelf in Shelf.objects.annotate(size=Count("books"))]


def given_authors_with_their_pupils():
    authors = {author.pk: author for author in Author.objects.prefetch_related("pupils")}
    books = list(Book.objects.all())
    for book in books:
        book.author = authors[book.author_id]
    return [pupil.name for book in books for pupil in book.author.pupils.all()]


class Person(models.Model):
    name = models.CharField(max_length=10)

    @cached_property
    def handles(self):
        return list(self.handle_set.all())

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
    return [person.email for person in Person.objects.prefetch_related("handle_set")]


def with_owned(owned=None):
    """Only some callers say which books: these bring their reviews too."""
    if owned is None:
        owned = Book.objects.all()
    listed = Prefetch("owned", queryset=owned.prefetch_related("reviews"))
    for author in Author.objects.prefetch_related(listed):
        for book in author.owned.all():
            print(book.reviews.all())


def with_untold(owned):
    for author in Author.objects.prefetch_related(Prefetch("owned", queryset=owned)):
        for book in author.owned.all():
            print(book.reviews.all())
