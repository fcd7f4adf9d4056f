"""Queries in loops."""

from django.db import models
from django.utils.functional import cached_property
from taggit.managers import TaggableManager

from shop.models import Author, Award, Book, Profile, Review, Tag


def get_each(keys: list[int]):
    return [Book.objects.get(pk=key) for key in keys]  # expect: DJC103


def first_of_each():
    for author in Author.objects.all():
        print(Book.objects.filter(author=author).first())  # expect: DJC103


def count_each():
    for author in Author.objects.all():
        print(author.owned.count())  # expect: DJC102 owned


def exists_each():
    return [book for book in Book.objects.all() if book.reviews.exists()]  # expect: DJC102 reviews


def aggregate_each():
    for tag in Tag.objects.all():
        print(Book.objects.filter(tags=tag).aggregate(n=1))  # expect: DJC103


def filter_each():
    for book in Book.objects.all():
        for review in Review.objects.filter(book=book):  # expect: DJC103
            print(review.stars)


def looked_up(author_id):
    return Author.objects.get(pk=author_id)  # expect: DJC103


def through_a_call():
    for book in Book.objects.all():
        looked_up(book.author_id)


def latest_each():
    for book in Book.objects.all():
        print(book.reviews.latest("id"))  # expect: DJC103


def in_a_dict():
    return {author.pk: Book.objects.filter(author=author).count() for author in Author.objects.all()}  # expect: DJC103


async def asynchronous():
    async for author in Author.objects.all():
        print(await Book.objects.filter(author=author).acount())  # expect: DJC103


def refreshed():
    for book in Book.objects.all():
        book.refresh_from_db()  # expect: DJC103


class Labelled(models.Model):
    labels = TaggableManager()


def names_of_tags_ask_although_the_tags_are_prefetched():
    for row in Labelled.objects.prefetch_related("labels"):
        print(", ".join(row.labels.names()))  # expect: DJC105 labels


def joined_names():
    for tag in Tag.objects.all():
        print(", ".join(Book.objects.filter(tags=tag).values_list("title", flat=True)))  # expect: DJC103


def read_anew():
    for book in Book.objects.select_related("author"):
        book.refresh_from_db()  # expect: DJC103
        print(book.author.name)  # expect: DJC101 author


class Keeper(models.Model):
    name = models.CharField(max_length=10)

    @cached_property
    def newest(self):
        return self.drawers.order_by("-pk").first()  # expect: DJC103


class Drawer(models.Model):
    keeper = models.ForeignKey(Keeper, models.CASCADE, related_name="drawers")


def newest_beside(drawer):
    return drawer.keeper.newest


def of_many_owners():
    return [newest_beside(drawer) for drawer in Drawer.objects.select_related("keeper")]


class Event(models.TextChoices):
    READ = "read", "was read"
    SENT = "sent", "was sent"


def told_to(book, event):
    if event == Event.SENT:
        return list(Review.objects.filter(stars=book.pk))  # expect: DJC103
    return []


def all_told():
    return [told_to(book, Event.SENT) for book in Book.objects.all()]


TELLERS = {
    Event.READ: lambda book: [],
    Event.SENT: lambda book: list(Review.objects.filter(stars=book.pk)),  # expect: DJC103
}


def all_told_by_tellers():
    return [TELLERS[Event.SENT](book) for book in Book.objects.all()]


class Loan(models.Model):
    state = models.CharField(max_length=10, choices=Event.choices, default=Event.READ)
    book = models.ForeignKey(Book, models.CASCADE, related_name="loans")

    def tell(self):
        if self.state == Event.READ:
            return
        print(Review.objects.filter(stars=self.book_id).count())  # expect: DJC103


def lent(books: list[Book], data):
    for book in books:
        Loan(book=book, state=Event.SENT).tell()
        Loan(book=book, **data).tell()


class Topic(models.Model):
    parent = models.ForeignKey("self", models.CASCADE, null=True)


def all_below(top: Topic):
    found = []

    def go_down(topic):
        found.append(topic)
        for child in Topic.objects.filter(parent=topic):  # expect: DJC103
            go_down(child)

    go_down(top)
    return found


def more_than_one_row(author, authors):
    for profile in Profile.objects.filter(author__in=authors):
        print(Review.objects.filter(stars=profile.pk).count())  # expect: DJC103
    for award in Award.objects.filter(author=author):
        print(Review.objects.filter(stars=award.pk).count())  # expect: DJC103
    for award in Award.objects.filter(author=author, book=None):
        print(Review.objects.filter(stars=award.pk).count())  # expect: DJC103
    for award in Award.objects.filter(code="a") | Award.objects.filter(code="b"):
        print(Review.objects.filter(stars=award.pk).count())  # expect: DJC103
    filters = {}
    if author.pk:
        filters["code"] = author.name
    for award in Award.objects.filter(**filters):
        print(Review.objects.filter(stars=award.pk).count())  # expect: DJC103
    for pk in Author.objects.filter(pk=author).values_list("owned__pk", flat=True):
        print(Review.objects.filter(stars=pk).count())  # expect: DJC103


def fetched_by_the_first_that_goes_over_them():
    for book in Book.objects.all():
        stars = Review.objects.filter(writer=book.author_id).values_list("stars", flat=True)
        print(sum(stars), len(stars), max(stars), "; ".join(str(each) for each in stars))  # expect: DJC103


class Job(models.Model):
    NEW, DONE = 0, 1

    stage = models.IntegerField(default=NEW)
    is_public = models.BooleanField(default=False)
    is_open = models.BooleanField(default=False)
    count = models.IntegerField(null=True)

    def reviews(self):
        if self.stage == Job.DONE:
            return list(Review.objects.filter(stars=self.pk))  # expect: DJC103
        return []

    def published(self):
        return Review.objects.filter(stars=self.pk).count() if self.is_public else 0  # expect: DJC103

    def opened(self):
        return Review.objects.filter(writer=self.pk).count() if self.is_open else 0  # expect: DJC103

    def closed(self):
        return Review.objects.filter(writer=self.count).count() if self.is_open else 0  # expect: DJC103

    def counted(self):
        if self.count != -1:
            return Review.objects.filter(stars=self.pk).count()  # expect: DJC103
        return 0

    def publish(self):
        self.is_public = True


def of_any_stage():
    for job in Job.objects.filter(stage__in=(Job.NEW, Job.DONE)):
        job.reviews()


def changed_in_the_loop_before(names):
    jobs = list(Job.objects.filter(is_open=False))
    for job in jobs:
        job.is_open = job.pk in names
    for job in jobs:
        job.opened()


def changed_by_a_method():
    for job in Job.objects.filter(is_public=False):
        job.publish()
        job.published()


def changed_in_the_round_before(books: list[Book]):
    job = Job.objects.create()
    for book in books:
        job.closed()
        job.is_open = book.in_print


def not_known():
    for job in Job.objects.exclude(count=3):
        job.count = job.stage
        job.counted()


def is_told(event):
    return event in (Event.SENT,)


def is_kept(event, book):
    return event == Event.READ and book.in_print


def told_if_asked(book, event):
    if is_kept(event, book) or not is_told(event):
        return []
    return list(Review.objects.filter(stars=book.pk))  # expect: DJC103


def all_asked():
    return [told_if_asked(book, Event.SENT) for book in Book.objects.all()]


def cells(rows):
    for row in rows:
        cell = []
        cell.append(row)
        yield cell


def one_by_one(rows):
    left = iter(rows)
    while key := next(left, None):
        yield key


def a_query_for_each(keys: list[int]):
    for key in one_by_one(keys):
        print(Book.objects.filter(pk=key).count())  # expect: DJC103
    for cell in cells(keys):
        print(Book.objects.filter(pk__in=cell).count())  # expect: DJC103


def until_one_is_there(names: list[str]):
    for name in names:
        if "@" in name:
            author = Author.objects.filter(name=name).first()  # expect: DJC103
            if author:
                return author


def tried_in_each_round(names: list[str]):
    for name in names:
        try:
            return Author.objects.get(name=name)  # expect: DJC103
        except Author.DoesNotExist:
            pass


def one_of_each_group(groups: list[list[str]]):
    for names in groups:
        for name in names:
            if "@" in name:
                print(Author.objects.filter(name=name).first())  # expect: DJC103
                break


def fetched_by_its_length(names: list[str]):
    for name in names:
        authors = Author.objects.filter(name=name)
        if name is not None and len(authors) > 0:  # expect: DJC103
            print(authors[0])
