"""Membership asked of the database, or of rows that serve many questions."""

from shop.models import Book


def asked(title):
    return Book.objects.filter(title=title).exists()


def contained(book: Book):
    return Book.objects.filter(in_print=True).contains(book)


def many_questions(titles: list[str]):
    known = set(Book.objects.values_list("title", flat=True))
    return [title for title in titles if title not in known]


def rows_needed_too(book: Book):
    books = Book.objects.filter(in_print=True)
    return {"books": [each.title for each in books], "is_one": book in books}


def lookup(books):
    return Book.objects.filter(pk__in=Book.objects.filter(pages=1))
