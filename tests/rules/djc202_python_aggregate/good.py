"""Sums that the database makes, or cannot make."""

from django.db.models import Avg, Max, Sum

from shop.models import Book


def in_the_database():
    return Book.objects.aggregate(Sum("price"), Avg("pages"), Max("pages"))


def rows_needed_too():
    books = list(Book.objects.all())
    return books, sum(book.price for book in books)


def more_than_a_column(rates):
    return sum(convert(book.price, rates) for book in Book.objects.all())


def convert(price, rates):
    return price * rates[0]


def more_work():
    total = 0
    for book in Book.objects.all():
        total += book.pages
        print(book.title)
    return total


def plain_numbers(numbers):
    return sum(numbers) + max([1, 2, 3])
