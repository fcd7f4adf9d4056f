"""What costs no query per row, or no more than a few."""

import shop.models
from django.core.cache import cache
from django.db import models
from django.db.models import OuterRef, Prefetch, prefetch_related_objects
from django.shortcuts import get_object_or_404
from tqdm import tqdm

from shop.models import Author, Book, Profile, Review


def joined():
    for book in Book.objects.select_related("author"):
        print(book.author.name)


def joined_chain():
    for review in Review.objects.select_related("book__author__country"):
        print(review.book.author.country.name)


def joined_reverse_one():
    for author in Author.objects.select_related("profile"):
        print(author.profile.text)


def joined_backwards():
    for profile in Profile.objects.select_related("author__country"):
        print(profile.author.country.name)


def prefetched_key():
    for book in Book.objects.prefetch_related("author"):
        print(book.author.name)


def joined_by_manager():
    for book in Book.rich.all():
        print(book.author.name)
        for review in book.reviews.all():
            print(review.stars)


def joined_by_own_method():
    for book in Book.objects.with_author():
        print(book.author.name)


def joined_without_names():
    for book in Book.objects.select_related():
        print(book.author.name, book.author.country.name)


def joined_in_one_branch(full):
    books = Book.objects.all()
    if full:
        books = books.select_related("author")
    for book in books:
        if full:
            print(book.author.name)


def joined_if(full):
    books = Book.objects.all()
    for book in books.select_related("author") if full else books:
        if full:
            print(book.author.name)


def joined_by_names(names=("author",)):
    for book in Book.objects.select_related(*names):
        print(book.author.name)


def joined_later():
    books = list(Book.objects.all())
    prefetch_related_objects(books, "author")
    for book in books:
        print(book.author.name)


def joined_in_a_prefetch():
    for author in Author.objects.prefetch_related(Prefetch("owned", queryset=Book.objects.select_related("publisher"))):
        for book in author.owned.all():
            print(book.publisher and book.publisher.name)


def to_attr():
    authors = Author.objects.prefetch_related(
        Prefetch("owned", queryset=Book.objects.select_related("author"), to_attr="shelf")
    )
    for author in authors:
        for book in author.shelf:
            print(book.author.name)


def column_of_the_key():
    return [book.author_id for book in Book.objects.all()]


def parent_of_children(author: Author):
    for review in author.review_set.all():
        print(review.writer.name)


def parents_of_prefetched_children():
    for book in Book.objects.prefetch_related("reviews"):
        for review in book.reviews.all():
            print(review.book.title)


def assigned(author: Author):
    for book in Book.objects.all():
        book.author = author
        print(book.author.name)


def written(author: Author):
    books = list(Book.objects.all())
    for book in books:
        book.owner = author
    Book.objects.bulk_update(books, ["owner"])


def read_once():
    book = Book.objects.get(pk=1)
    print(book.author.name, book.author.country.name)


def single(pk):
    book = get_object_or_404(Book, pk=pk)
    return book.author.name, book.publisher


def first():
    book = Book.objects.first()
    return book.author.name if book else ""


def only_the_first_row():
    for book in Book.objects.all():
        print(book.author.name)
        break


def returned_at_once():
    for book in Book.objects.order_by("-pk"):
        return book.author.name
    return ""


def peers():
    for book in Book.objects.fetch_mode(models.FETCH_PEERS):
        print(book.author.name)


def as_dicts():
    return [row["author"] for row in Book.objects.values("author", "title")]


def as_tuples():
    return [name for (name,) in Book.objects.values_list("author__name")]


def subquery():
    for word in ("a", "b"):
        newest = Review.objects.filter(book=OuterRef("pk"), stars=word)
        print(newest)


def look_alikes(items):
    for item in items:
        print(item.author.name)


class Plain:
    def __init__(self, author):
        self.author = author


def no_models():
    for book in [Plain(1), Plain(2)]:
        print(book.author.name)


def retitled():
    for book in Book.objects.filter(author__name="x"):
        print(book.title)


class StampQuerySet(models.QuerySet):
    def sold(self):
        return self.filter(pk__gt=0)


class StampManager(models.Manager):
    def get_queryset(self):
        return StampQuerySet(self.model, using=self._db).select_related("artist")

    def sold(self):
        return self.get_queryset().sold()


class Stamp(models.Model):
    artist = models.ForeignKey(Author, models.CASCADE)
    objects = StampManager()


def joined_by_a_queryset_class_that_the_manager_calls():
    return [stamp.artist.name for stamp in Stamp.objects.sold()]


def put_on_one_row(pk):
    author = Author.objects.get(pk=pk)
    author.offers = Book.objects.filter(author=author).select_related("publisher")
    return [book.publisher.name for book in author.offers]


def put_on_rows_and_asked_for_anew():
    authors = Author.objects.all()
    for author in authors:
        author.offers = Book.objects.filter(author=author)
    return [author.offers for author in authors.filter(pk=1)]


def joined_under_a_progress_bar():
    for book in tqdm(Book.objects.select_related("author"), desc="books"):
        print(book.author.name)


def remembered_books():
    books = cache.get("books")
    if books is None:
        books = Book.objects.filter(pages=9).select_related("author")
        cache.set("books", books)
    return books


def of_remembered_books():
    return [book.author.name for book in remembered_books()]


def with_authors(prefix=""):
    lookup = f"{prefix}author" if prefix else "author"
    return Prefetch(lookup, queryset=Author.objects.all())


def prefetched_by_a_helper():
    print([book.author.name for book in Book.objects.prefetch_related(with_authors())])
    print([review.book.author.name for review in Review.objects.prefetch_related(with_authors("book__"))])


def home(author):
    return author.mentor.name if author.mentor else author.country.name


def of_one_owner(pk):
    return [home(author) for author in Author.objects.get(pk=pk).pupils.all()]


def label(book):
    if book.title in ("draft", "note"):
        return book.author.name
    return book.title


def of_no_drafts():
    labels = [label(book) for book in Book.objects.exclude(title__in=["draft", "note"]).order_by("pk")]
    return labels + [label(book) for book in Book.objects.filter(title="finished")]


def renamed():
    for book in Book.objects.filter(title="draft"):
        book.title = "finished"
        if book.title == "draft":
            print(book.author.name)


def prefetched_on_from_a_join():
    for review in Review.objects.select_related().prefetch_related("book__tags"):
        print(review.book.author.name, [tag.word for tag in review.book.tags.all()])


class Shelf:
    with_authors = True
    books = None

    def __init__(self, books):
        self.books = books

    def rows(self):
        return self.books.select_related("author") if self.with_authors else self.books


class Cupboard(Shelf):
    def __init__(self):
        super().__init__(Book.objects.filter(pages=12))


def names_in_a_cupboard():
    return [book.author.name for book in Cupboard().rows()]


class Leaflet(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)


class Pamphlet(Leaflet):
    pass


class Lister:
    model = None

    def rows(self):
        rows = self.model.objects.all()
        return rows.select_related("author") if issubclass(self.model, Leaflet) else rows


class PamphletLister(Lister):
    model = Pamphlet


def names_on_pamphlets():
    return [row.author.name for row in PamphletLister().rows()]


def labels_of_shelf(author):
    return [book.publisher.name for book in author.owned.all()]


def labels_of_one(pk):
    return labels_of_shelf(Author.objects.prefetch_related("owned__publisher").get(pk=pk))


def labels_of_all():
    for author in Author.objects.prefetch_related("owned__publisher"):
        print(labels_of_shelf(author))


def titles_of_shelf(author: Author, is_loaded=False):
    if not is_loaded:
        prefetch_related_objects([author], "owned__publisher")
    return titles_of_loaded_shelf(author)


def titles_of_loaded_shelf(author: Author):
    return [book.publisher.name for book in author.owned.all()[:10]]


def titles_of_all():
    for author in Author.objects.prefetch_related("owned__publisher"):
        print(titles_of_shelf(author, is_loaded=True))


def joined_by_the_whole_path():
    return [book.author.name for book in shop.models.Book.objects.select_related("author")]
