"""Orders of the database, and those it cannot make."""

from shop.models import Author, Book


def in_the_database():
    return list(Book.objects.order_by("-price"))


def computed():
    return sorted(Book.objects.all(), key=lambda book: len(book.title))


def prefetched():
    for author in Author.objects.prefetch_related("owned"):
        print(sorted(author.owned.all(), key=lambda book: book.price))


def plain(numbers):
    return sorted(numbers, key=lambda number: number.real)
