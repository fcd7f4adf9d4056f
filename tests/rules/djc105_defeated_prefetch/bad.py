"""Prefetched relations that are asked for again, in another way."""

from shop.models import Author, Book


def filtered():
    for book in Book.objects.prefetch_related("reviews"):
        print(list(book.reviews.filter(stars=5)))  # expect: DJC105 reviews


def ordered():
    for book in Book.objects.prefetch_related("tags"):
        print([tag.word for tag in book.tags.order_by("word")])  # expect: DJC105 tags


def first():
    for book in Book.objects.prefetch_related("tags"):
        print(book.tags.first())  # expect: DJC105 tags


def values():
    for book in Book.objects.prefetch_related("tags"):
        print(list(book.tags.values_list("word", flat=True)))  # expect: DJC105 tags


def counted_after_a_filter():
    for book in Book.objects.prefetch_related("reviews"):
        print(book.reviews.filter(stars=5).count())  # expect: DJC105 reviews


def by_the_manager():
    for book in Book.rich.all():
        print(book.reviews.exclude(stars=1).exists())  # expect: DJC105 reviews


def nested():
    for author in Author.objects.prefetch_related("owned__reviews"):
        for book in author.owned.all():
            print(book.reviews.latest("id"))  # expect: DJC105 owned__reviews
