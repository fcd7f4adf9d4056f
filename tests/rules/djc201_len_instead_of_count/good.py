"""Rows that are needed anyway, or counted by the database."""

from shop.models import Author, Book


def counted():
    return Book.objects.filter(in_print=True).count()


def shown_too():
    books = Book.objects.filter(in_print=True)
    return {"number": len(books), "books": [book.title for book in books]}


def handed_on(render):
    books = Book.objects.filter(in_print=True)
    print(len(books))
    return render(books)


def returned():
    books = list(Book.objects.all())
    print(len(books))
    return books


def prefetched(author: Author):
    return len([1, 2, 3]), len("text"), len({"a": 1})


def sliced():
    return len(Book.objects.all()[:5])
