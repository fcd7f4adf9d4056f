"""Writes that go together, or run once."""

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
