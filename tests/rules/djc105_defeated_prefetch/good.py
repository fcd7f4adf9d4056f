"""Prefetched relations used as they are."""

from django.db.models import Prefetch

from shop.models import Book, Review


def as_they_are():
    for book in Book.objects.prefetch_related("reviews", "tags"):
        print(list(book.reviews.all()), book.reviews.count(), book.tags.exists(), len(book.tags.all()), bool(book.tags.all()))


def filtered_in_python():
    for book in Book.objects.prefetch_related("reviews"):
        print([review for review in book.reviews.all() if review.stars == 5])


def first_of_an_ordered_model():
    for book in Book.objects.prefetch_related("reviews"):
        print(book.reviews.first())


def sliced():
    for book in Book.objects.prefetch_related("reviews"):
        print(book.reviews.all()[0:3])


def filtered_by_the_prefetch():
    best = Prefetch("reviews", queryset=Review.objects.filter(stars=5), to_attr="best")
    for book in Book.objects.prefetch_related(best):
        print(book.best)


def written():
    for book in Book.objects.prefetch_related("tags"):
        book.tags.clear()


def single(pk):
    book = Book.objects.prefetch_related("reviews").get(pk=pk)
    return book.reviews.filter(stars=5)


def notes(book):
    if "reviews" in getattr(book, "_prefetched_objects_cache", {}):
        return book.reviews.all()
    return book.reviews.order_by("-stars")


def asked_of_the_cache():
    for book in Book.objects.prefetch_related("reviews"):
        print(list(notes(book)))
        if "reviews" not in book._prefetched_objects_cache:
            print(list(book.reviews.filter(stars=5)))
