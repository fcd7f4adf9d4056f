"""Queries that run once, or are never run."""

from itertools import islice

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Subquery
from rest_framework import serializers, viewsets

from django.db import IntegrityError, models
from django.utils.functional import cached_property
from taggit.managers import TaggableManager

from shop.models import Author, Award, Book, Profile, Review


def before_the_loop(keys: list[int]):
    books = Book.objects.in_bulk(keys)
    return [books[key] for key in keys]


def subqueries():
    for name in ("a", "b", "c"):
        newest = Review.objects.filter(book=OuterRef("pk")).order_by("-id")
        print(Subquery(newest.values("stars")[:1]), Exists(newest))


def built_only(keys: list[int]):
    books = Book.objects.all()
    for key in keys:
        books = books.exclude(pk=key)
    return list(books)


def literal():
    for name in ("a", "b"):
        print(Book.objects.filter(title=name).count())


def returns_at_once(keys: list[int]):
    for key in keys:
        return Book.objects.get(pk=key)
    return None


def pages():
    last = 0
    while True:
        books = list(Book.objects.filter(pk__gt=last).order_by("pk")[:1000])
        if not books:
            break
        print(books)
        last = books[-1].pk


def not_a_queryset(settings: dict):
    for key in settings:
        print(settings.get(key), cache.get(key))


def once(pk):
    author = Author.objects.get(pk=pk)
    return author.owned.count()


def evaluated_once():
    books = Book.objects.all()
    for author in Author.objects.all():
        print(author.name, [book.title for book in books])


def prefetched():
    for author in Author.objects.prefetch_related("owned"):
        print(author.owned.count(), author.owned.exists())


def none():
    for author in Author.objects.all():
        print(author.name, list(Book.objects.none()))


def memo(keys: list[int]):
    found = {}
    for key in keys:
        if key in found:
            continue
        found[key] = key
    return found


class Labelled(models.Model):
    labels = TaggableManager()


def prefetched_tags():
    for row in Labelled.objects.prefetch_related("labels"):
        print(", ".join(tag.name for tag in row.labels.all()))


class KeptField(serializers.Field):
    """One field object serves all rows; what it keeps is fetched for the first."""

    def kept(self):
        if not hasattr(self, "_kept"):
            self._kept = Author.objects.filter(name="x")
        return self._kept

    def to_representation(self, value):
        return [author.name for author in self.kept()]


class KeptBookSerializer(serializers.ModelSerializer):
    title = KeptField()

    class Meta:
        model = Book
        fields = ["title"]


class KeptBooks(viewsets.ReadOnlyModelViewSet):
    queryset = Book.objects.all()
    serializer_class = KeptBookSerializer


class Keeper(models.Model):
    name = models.CharField(max_length=10)

    @cached_property
    def newest(self):
        return self.drawers.order_by("-pk").first()


class Drawer(models.Model):
    keeper = models.ForeignKey(Keeper, models.CASCADE, related_name="drawers")


def newest_beside(drawer):
    return drawer.keeper.newest


def remembered_by_the_one_owner(pk):
    keeper = Keeper.objects.get(pk=pk)
    return [(drawer.keeper.newest, newest_beside(drawer)) for drawer in keeper.drawers.filter(pk__gt=1)]


class Title:
    def check(self, data):
        return Book.objects.filter(title=data["title"]).exists()


class Writer:
    def check(self, data):
        return Author.objects.filter(name=data["name"]).exists()


def steps_of_a_class_each(data, more):
    steps = [step() for step in (Title, Writer)]
    for makers in more:
        steps.extend(make() for make in makers)
    return [step for step in steps if step.check(data)]


def made_meanwhile(titles: list[str]):
    for title in titles:
        try:
            print(title)
        except IntegrityError:
            print(Book.objects.get(title=title))


class Related:
    """Each of many kinds once."""

    KINDS = {
        "reviews": lambda book: book.reviews,
        "tags": lambda book: book.tags,
        "author": lambda book: Author.objects.filter(books=book),
        "same": lambda book: Book.objects.filter(title=book.title),
        **{},
        "1": lambda book: book.reviews.filter(stars=1),
        "2": lambda book: book.reviews.filter(stars=2),
        "3": lambda book: book.reviews.filter(stars=3),
        "4": lambda book: book.reviews.filter(stars=4),
        "5": lambda book: book.reviews.filter(stars=5),
        "6": lambda book: book.tags.filter(name="6"),
        "7": lambda book: book.tags.filter(name="7"),
        "8": lambda book: book.tags.filter(name="8"),
        "9": lambda book: book.tags.filter(name="9"),
    }

    def found(self, book):
        return {kind: rows_of(book).exists() for kind, rows_of in self.KINDS.items()}

    def shown(self, book):
        for kind, rows_of in self.KINDS.items():
            for row in rows_of(book).all():
                print(kind, row.pk)


class Event(models.TextChoices):
    READ = "read", "was read"
    LENT = "lent", "was lent"
    SENT = "sent", "was sent"


def told_to(book, event):
    if event == Event.SENT:
        return list(Review.objects.filter(book=book))
    if event in (Event.LENT, Event.SENT):
        return [book.reviews.count()]
    return []


def all_told():
    return [told_to(book, Event.READ) for book in Book.objects.all()]


TELLERS = {Event.READ: lambda book: [], Event.SENT: lambda book: list(Review.objects.filter(book=book))}


def all_told_by_tellers():
    return [TELLERS[Event.READ](book) for book in Book.objects.all()]


def rows_or_one(pk):
    found = Book.objects.get(pk=pk).reviews
    rows = found.all() if hasattr(found, "all") else [found]
    return [row.count() for row in rows if not hasattr(rows, "all")]


def fetched_by_len(numbers: list[int]):
    books = Book.objects.all()
    return [books[number % len(books)] for number in numbers]


def told_by_what_was_prefetched(book):
    prefetched = getattr(book, "_prefetched_objects_cache", {})
    if "reviews" in prefetched:
        return [review.stars for review in book.reviews.all()]
    return [review.stars for review in book.reviews.order_by("stars")]


def all_with_reviews():
    return [told_by_what_was_prefetched(book) for book in Book.objects.prefetch_related("reviews")]


def must_have_reviews(book):
    if not book.title:
        raise ValueError(f"{book.pk}: {Review.objects.filter(book=book).count()}")


def all_checked():
    for book in Book.objects.all():
        must_have_reviews(book)


class Loan(models.Model):
    state = models.CharField(max_length=10, choices=Event.choices, default=Event.READ)
    book = models.ForeignKey(Book, models.CASCADE, related_name="loans")

    def tell(self):
        if self.state == Event.READ:
            return
        print(Review.objects.filter(book_id=self.book_id).count())


def lent(books: list[Book]):
    for book in books:
        loan = Loan(book=book)
        loan.tell()
        loan = Loan(book=book, state=Event.READ)
        loan.tell()


class Kind:
    pass


class Print(models.Model):
    kind = Kind

    @property
    def kind_name(self):
        return self.kind.__name__

    def queries(self):
        return self.kind_name != "Kind" and Review.objects.filter(stars=self.pk).exists()


def all_prints():
    return [print.queries() for print in Print.objects.all()]


class OtherKind:
    pass


class Poster(models.Model):
    kind = OtherKind

    @property
    def kind_name(self):
        return self.kind.__name__


def prints_or_posters(flag):
    rows = Print.objects.all() if flag else Poster.objects.all()
    return [row.kind_name == "OtherKind" and row.pages.count() for row in rows]


class Page(models.Model):
    print = models.ForeignKey(Print, models.CASCADE, related_name="pages")


def one_row_at_most(author, code):
    for profile in Profile.objects.filter(author=author):
        print(profile.author.owned.count())
    for profile in Profile.objects.filter(author_id=author.pk).order_by("text"):
        print(profile.author.owned.count())
    for award in Award.objects.filter(code=code):
        print(award.author.owned.count())
    for author in Author.objects.filter(profile__pk=3):
        print(author.owned.count())


def one_row_together(author, code):
    for award in Award.objects.filter(author=author, book__award__code=code):
        print(award.code)
    for award in Award.objects.filter(author=author, book_id=code):
        print(award.author.owned.count())



class Job(models.Model):
    NEW, DONE = 0, 1

    class Size(models.IntegerChoices):
        SMALL = 1, "small"
        LARGE = 2, "large"

    stage = models.IntegerField(default=NEW)
    size = models.IntegerField(choices=Size.choices, default=Size.SMALL)
    is_public = models.BooleanField(default=False)
    count = models.IntegerField(null=True)
    book = models.ForeignKey(Book, models.CASCADE, related_name="jobs")

    def reviews(self):
        if self.stage == Job.DONE or self.size == self.Size.LARGE:
            return list(Review.objects.filter(stars=self.pk))
        return []

    def published(self):
        return Review.objects.filter(stars=self.pk).count() if self.is_public else 0

    def counted(self):
        if self.count is not None and self.count != -1:
            return Review.objects.filter(stars=self.pk).count()
        return 0


def of_other_stages():
    for job in Job.objects.filter(stage=Job.NEW, size__in=[Job.Size.SMALL]):
        job.reviews()
    for job in Job.objects.filter(stage=Job.NEW).exclude(size=Job.Size.LARGE):
        job.reviews()


def with_a_switch_off():
    for job in Job.objects.filter(is_public=False):
        job.published()
    for job in Job.objects.filter(count__isnull=True):
        job.counted()
    for book in Book.objects.all():
        Job(book=book).published()


def set_before_the_call():
    for job in Job.objects.all():
        job.count = -1
        job.counted()


def left_to_the_others():
    for job in Job.objects.all():
        if not job.is_public:
            print(job.published())


def in_slices(rows, size):
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def in_batches(rows):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == 500:
            yield batch
            batch = []
    yield batch


def in_pages(size):
    last = 0
    while True:
        keys = list(Book.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size])
        if not keys:
            break
        yield keys
        last = keys[-1]


def in_sliced_rows(size):
    rows = Book.objects.order_by("pk")[:size]
    while rows.exists():
        yield rows
        for row in rows:
            last = row.pk
        rows = Book.objects.filter(pk__gt=last).order_by("pk")[:size]


def in_tuples(rows, size):
    left = iter(rows)
    while batch := tuple(islice(left, size)):
        yield batch


def a_query_for_many(keys: list[int]):
    for batch in in_tuples(keys, 64):
        print(Book.objects.filter(pk__in=batch).count())
    for batch in in_sliced_rows(500):
        print(batch.count())
    for batch in in_slices(keys, 1000):
        print(Book.objects.filter(pk__in=batch).count())
    for batch in in_pages(500):
        print(Book.objects.filter(pk__in=batch).count())
    for batch in in_batches(keys):
        print(Book.objects.filter(pk__in=batch).count())


def is_told(event):
    return event in (Event.SENT,)


def is_kept(event):
    if event == Event.SENT:
        return False
    return not is_told(event)


def told_if_asked(book, event):
    if is_kept(event) or not is_told(event):
        return []
    return list(Review.objects.filter(stars=book.pk))


def none_asked():
    return [told_if_asked(book, Event.READ) for book in Book.objects.all()]


class LoggedQuerySet(models.QuerySet):
    def filter(self, *args, **kwargs):
        print(args, kwargs)
        return super().filter(*args, **kwargs)


class Logged(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)

    objects = LoggedQuerySet.as_manager()


def one_logged_row(pk):
    for logged in Logged.objects.filter(pk=pk):
        print(Review.objects.filter(stars=logged.book_id).count())


LIMITS = {Event.READ: 3, Event.SENT: 5}


def by_limit():
    for event, limit in LIMITS.items():
        print(event, Book.objects.filter(pages__gt=limit).count())


def by_kind(kinds):
    for kind, limit in {kinds.few: 3, kinds.many: 5}.items():
        print(kind, Book.objects.filter(pages__gt=limit).count())


class Bundle(models.Model):
    books = models.ManyToManyField(Book)

    @property
    def first_book(self):
        books = getattr(self, "book_list", None)
        if books is None:
            return Book.objects.filter(bundle=self).first()
        return books[0] if books else None


def bundled():
    listed = Bundle.objects.prefetch_related(models.Prefetch("books", to_attr="book_list"))
    return [bundle.first_book for bundle in listed]


def on_the_way_out(names: list[str]):
    for name in names:
        if "@" in name:
            author = Author.objects.filter(name=name).last()
            if author is None:
                return None
            return author
    return None


def behind_what_goes_on(names: list[str]):
    for name in names:
        if "@" not in name:
            continue
        author = Author.objects.filter(name=name).first()
        return author


def either_way(names: list[str]):
    for name in names:
        if "@" in name:
            try:
                return Author.objects.get(name=name)
            except Author.DoesNotExist:
                return None


def tried_outside(names: list[str]):
    try:
        for name in names:
            if "@" in name:
                return Author.objects.get(name=name)
    except Author.DoesNotExist:
        return None


def until_found(names: list[str]):
    found = None
    for name in names:
        if "@" in name:
            found = Author.objects.filter(name=name).first()
            break
    return found
