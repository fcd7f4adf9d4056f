"""Columns summed up in Python."""

from statistics import mean

from shop.models import Book, Review


def total():
    return sum(book.price for book in Book.objects.all())  # expect: DJC202


def total_of_a_list():
    return sum([book.pages for book in Book.objects.filter(in_print=True)])  # expect: DJC202


def smallest():
    return min(book.price for book in Book.objects.all())  # expect: DJC202


def largest_value():
    return max(Book.objects.values_list("pages", flat=True))  # expect: DJC202


def average():
    return mean(review.stars for review in Review.objects.all())  # expect: DJC202


def added_up():
    total = 0
    for book in Book.objects.all():  # expect: DJC202
        total += book.pages
    return total


def counted_up():
    return sum(1 for book in Book.objects.all() if book.in_print)  # expect: DJC204
