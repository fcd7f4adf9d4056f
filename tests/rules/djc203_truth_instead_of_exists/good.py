"""Existence asked of the database, or of rows that are needed."""

from django.db.models import ProtectedError

from shop.models import Author, Book


def asked():
    return Book.objects.filter(in_print=True).exists()


def shown():
    books = Book.objects.filter(in_print=True)
    if books:
        return [book.title for book in books]
    return []


def returned():
    books = Book.objects.filter(in_print=True)
    if not books:
        raise ValueError
    return books


def none_or_rows(author=None):
    if author:
        return author.name
    return ""


def default(books=None):
    books = books or Book.objects.all()
    return [book.title for book in books]


def single(pk):
    author = Author.objects.filter(pk=pk).first()
    return author.name if author else ""


def nothing_at_first(books=None):
    books = books or Book.objects.none()
    if books:
        return "some"
    return "none"


def either_rows(author, by_title):
    found = Book.objects.filter(title=author.name) if by_title else Book.objects.filter(author=author)
    if not found:
        return None
    return Book.objects.exclude(pk__in=list(found))


def told_which(author):
    books = Book.objects.filter(author=author)
    if books:
        raise ProtectedError("The author has books.", books)
