"""Where a prefetch was paid for and then passed over."""

from authors.models import Author
from django.db.models import Exists, OuterRef, Prefetch

from .models import Book, Category, Shelf


def in_print_slow():
    result = {}
    for author in Author.objects.prefetch_related("books"):
        titles = [book.title for book in author.books.filter(published=True)]  # expect: DJC105 books
        result[author.name] = titles
    return result


def in_print():
    result = {}
    in_print_books = Prefetch("books", queryset=Book.objects.filter(published=True), to_attr="books_in_print")
    for author in Author.objects.prefetch_related(in_print_books):
        result[author.name] = [book.title for book in author.books_in_print]
    return result


def newest_first_slow():
    result = {}
    for author in Author.objects.prefetch_related("books"):
        result[author.name] = [book.title for book in author.books.order_by("-pk")]  # expect: DJC105 books
    return result


def newest_first():
    result = {}
    for author in Author.objects.prefetch_related(Prefetch("books", queryset=Book.objects.order_by("-pk"))):
        result[author.name] = [book.title for book in author.books.all()]
    return result


def first_children_slow():
    """A category has no ordering of its own, so `first()` orders the rows anew: a query each."""
    firsts = []
    for category in Category.objects.prefetch_related("children"):
        first = category.children.first()  # expect: DJC105 children
        if first is not None:
            firsts.append(first.name)
    return firsts


def first_children():
    firsts = []
    for category in Category.objects.prefetch_related("children"):
        children = category.children.all()
        if children:
            firsts.append(children[0].name)
    return firsts


def first_books():
    """Books are ordered by their Meta: `first()` then takes the prefetched rows as they are."""
    firsts = []
    for author in Author.objects.prefetch_related("books"):
        first = author.books.first()
        if first is not None:
            firsts.append(first.title)
    return firsts


def unfinished_slow():
    names = []
    for author in Author.objects.prefetch_related("books"):
        if author.books.exclude(published=True).exists():  # expect: DJC105 books
            names.append(author.name)
    return names


def unfinished():
    drafts = Book.objects.filter(author=OuterRef("pk"), published=False)
    return [author.name for author in Author.objects.filter(Exists(drafts))]


def titles_on_shelves_slow():
    return {
        shelf.name: list(shelf.books.values_list("title", flat=True))  # expect: DJC105 books
        for shelf in Shelf.objects.prefetch_related("books")
    }


def titles_on_shelves():
    return {shelf.name: [book.title for book in shelf.books.all()] for shelf in Shelf.objects.prefetch_related("books")}


def shelf_owners_slow():
    return [[shelf.name, shelf.created_by.username] for shelf in Shelf.objects.all()]  # expect: DJC101 created_by


def shelf_owners():
    return [[shelf.name, shelf.created_by.username] for shelf in Shelf.objects.select_related("created_by")]


def latest_titles_slow():
    """No prefetch here at all: the query is built anew for every author."""
    titles = {}
    for author in Author.objects.all():
        titles[author.name] = author.books.order_by("-pk").first().title  # expect: DJC103
    return titles


def latest_titles():
    titles = {}
    for author in Author.objects.prefetch_related("books"):
        newest = None
        for book in author.books.all():
            newest = book
        titles[author.name] = newest.title
    return titles


def fill_shelf(shelf_id):
    """Adding to a relation is a write, not a missing prefetch."""
    shelf = Shelf.objects.get(pk=shelf_id)
    shelf.books.add(*Book.objects.filter(published=True))
    return shelf.books.count()


def reassigned_authors():
    """The relation is set before it is read, so the read finds it."""
    author = Author.objects.get(pk=1)
    names = []
    for book in Book.objects.filter(published=True):
        book.author = author
        names.append(book.author.name)
    return names
