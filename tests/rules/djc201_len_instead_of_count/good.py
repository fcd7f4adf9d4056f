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


def unpacked_later(notify):
    books = Book.objects.filter(in_print=True)
    print(len(books))
    notify(*books)
    first, *others = books
    return first, others


def spread_later():
    books = Book.objects.filter(in_print=True)
    print(len(books))
    return [*books]


def listed_and_gone_over():
    books = list(Book.objects.filter(in_print=True))
    if len(books) == 0:
        print("none")
    for book in books:
        print(book.pk)


def shown_as_text():
    books = Book.objects.filter(in_print=True)
    print(len(books))
    return f"{books}"


def used_by_a_function_within(run):
    books = Book.objects.filter(in_print=True)
    print(len(books))
    run(lambda: [book.pk for book in books])


def compared(others):
    books = Book.objects.filter(in_print=True)
    return len(books), books == others


def added_to(others):
    books = Book.objects.filter(in_print=True)
    print(len(books))
    others += books
    return others


def matched():
    books = Book.objects.filter(in_print=True)
    print(len(books))
    match books:
        case [book]:
            return book
    return None
