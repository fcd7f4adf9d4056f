"""Counts that are wanted."""

from shop.models import Author, Book


def asked():
    return Book.objects.filter(in_print=True).exists()


def number():
    return Book.objects.count()


def more_than_three():
    return Book.objects.count() > 3


def shown_too():
    number = Book.objects.count()
    if number > 0:
        print(number)


def prefetched():
    for author in Author.objects.prefetch_related("owned"):
        if author.owned.count() > 0:
            print(author.name)


def of_text(text: str):
    return text.count("a") > 0
