"""Writes that go together, or run once."""

from django.db import models

from shop.models import Book, Tag


def together(words: list[str]):
    Tag.objects.bulk_create([Tag(word=word) for word in words])


def updated_together():
    books = list(Book.objects.all())
    for book in books:
        book.in_print = False
    Book.objects.bulk_update(books, ["in_print"])


def one_update():
    Book.objects.filter(pages=0).update(in_print=False)


def once(book: Book):
    book.in_print = False
    book.save()


def literal():
    for word in ("new", "old"):
        Tag.objects.get_or_create(word=word)


def look_alikes(files):
    for file in files:
        file.save()


def forms(request, form):
    if form.is_valid():
        return form.save()
    return None


def in_batches(lines, size):
    waiting = []
    for line in lines:
        waiting.append(Tag(word=line))
        if len(waiting) >= size:
            Tag.objects.bulk_create(waiting)
            waiting.clear()
    Tag.objects.bulk_create(waiting)


class Keeper:
    def __init__(self):
        self.gone = []

    def forget(self):
        Tag.objects.filter(pk__in=self.gone).delete()
        self.gone = []

    def over(self, lines):
        last = len(lines) - 1
        for number, line in enumerate(lines):
            self.gone.append(line)
            if number == last or len(self.gone) > 2000:
                Tag.objects.filter(pk__in=self.gone).delete()
                self.gone = []
            if number % 500 == 0:
                Tag.objects.update(word="")


class Job(models.Model):
    class State(models.TextChoices):
        RUNNING = "running"
        ENDED = "ended"

    state = models.CharField(max_length=10, choices=State.choices)
    code = models.IntegerField(null=True)

    def poll(self):
        if self.state == self.State.ENDED:
            self.save(update_fields=["code"])
        return self.code

    def settle(self, by=None):
        if hasattr(by, "settle"):
            self.save()


def poll_all():
    for job in Job.objects.filter(state=Job.State.RUNNING):
        job.poll()
        job.settle()
