"""Lists of books for the shop's back office, each beside the version that asks too often."""

from itertools import groupby

from authors.models import Author
from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects

from .labels import imprint, origin
from .models import Book, Category


def by_author_slow():
    rows = []
    for book in Book.objects.all():
        rows.append([book.title, book.author.name, book.author.email])  # expect: DJC101 author
    return rows


def by_author():
    rows = []
    for book in Book.objects.select_related("author"):
        rows.append([book.title, book.author.name, book.author.email])
    return rows


def author_countries_slow():
    return [book.author.country.name for book in Book.objects.all()]  # expect: DJC101 author__country


def author_countries():
    return [book.author.country.name for book in Book.objects.select_related("author__country")]


def one_hop_short_slow():
    books = Book.objects.select_related("author", "publisher")
    return [[book.author.name, book.publisher.country.name] for book in books]  # expect: DJC101 publisher__country


def one_hop_short():
    books = Book.objects.select_related("author", "publisher__country")
    return [[book.author.name, book.publisher.country.name] for book in books]


def joined_in_turns_slow():
    """Names take the place of "whatever must be there", and that takes theirs."""
    lines = []
    for book in Book.objects.select_related().select_related("author"):
        lines.append([book.author.name, book.category.name])  # expect: DJC101 category
    for book in Book.objects.exclude(publisher=None).select_related("publisher").select_related():
        lines.append([book.author.name, book.publisher.name])  # expect: DJC101 publisher
    return lines


def joined_in_turns():
    lines = []
    for book in Book.objects.select_related("author").select_related("category"):
        lines.append([book.author.name, book.category.name])
    for book in Book.objects.exclude(publisher=None).select_related().select_related("author", "publisher"):
        lines.append([book.author.name, book.publisher.name])
    return lines


def publisher_ids_slow():
    ids = set()
    for book in Book.objects.exclude(publisher=None):
        ids.add(book.publisher.id)  # expect: DJC101 publisher
    return len(ids)


def publisher_ids():
    ids = set()
    for book in Book.objects.exclude(publisher=None):
        ids.add(book.publisher_id)
    return len(ids)


def imprints_slow():
    lines = []
    for number, book in enumerate(Book.objects.published(), start=1):
        lines.append(f"{number}. {imprint(book)}")
    return lines


def imprints():
    lines = []
    for number, book in enumerate(Book.objects.published().with_people(), start=1):
        lines.append(f"{number}. {imprint(book)}")
    return lines


def origins_slow():
    return list(map(origin, Book.objects.all()))


def origins():
    return list(map(origin, Book.objects.select_related("author__country")))


def spines_slow():
    return [str(book) for book in Book.objects.all()]


def spines():
    return [f"{book}" for book in Book.objects.select_related("author")]


def publisher_names_slow():
    books = Book.objects.exclude(publisher=None)
    books.select_related("publisher")
    return [book.publisher_name for book in books]


def publisher_names():
    books = Book.objects.exclude(publisher=None)
    books = books.select_related("publisher")
    return [book.publisher_name for book in books]


def by_known_name_slow():
    return [getattr(book, "category").name for book in Book.objects.all()]  # noqa: B009  # expect: DJC101 category


def by_known_name():
    return [getattr(book, "category").name for book in Book.eager.all()]  # noqa: B009


def page_of_books_slow(number):
    paginator = Paginator(Book.objects.order_by("title", "pk"), 50)
    lines = []
    for book in paginator.get_page(number):
        lines.append(f"{book.title}: {book.category.name}")  # expect: DJC101 category
    return lines


def page_of_books(number):
    paginator = Paginator(Book.eager.order_by("title", "pk"), 50)
    lines = []
    for book in paginator.get_page(number):
        lines.append(f"{book.title}: {book.category.name}")
    return lines


def shelves_by_publisher_slow():
    books = Book.objects.exclude(publisher=None).order_by("publisher_id")
    groups = {}
    for name, members in groupby(books, key=lambda book: book.publisher.name):  # expect: DJC101 publisher
        groups[name] = [book.title for book in members]
    return groups


def shelves_by_publisher():
    books = Book.objects.exclude(publisher=None).select_related("publisher").order_by("publisher_id")
    groups = {}
    for name, members in groupby(books, key=lambda book: book.publisher.name):
        groups[name] = [book.title for book in members]
    return groups


def front_table_slow():
    """Two books only, however full the shop is: bounded, so less grave."""
    return [book.author.name for book in Book.objects.order_by("-price", "pk")[:2]]  # expect: DJC101 author


def front_table():
    return [book.author.name for book in Book.objects.select_related("author").order_by("-price", "pk")[:2]]


def cheapest_author_name():
    """The loop ends with its first row: one book, one author."""
    for book in Book.objects.order_by("price", "pk"):
        return book.author.name
    return None


def cheapest_author_name_of_many_slow():
    name = None
    for book in Book.objects.order_by("-price", "pk"):
        name = book.author.name  # expect: DJC101 author
    return name


def tags_slow():
    rows = []
    for book in Book.objects.all():
        for tag in book.tags.all():  # expect: DJC102 tags
            rows.append([book.title, tag.word])
    return rows


def tags():
    rows = []
    for book in Book.objects.prefetch_related("tags"):
        for tag in book.tags.all():
            rows.append([book.title, tag.word])
    return rows


def tag_lines_slow():
    return [book.tag_line() for book in Book.objects.all()]


def tag_lines():
    return [book.tag_line() for book in Book.objects.with_tags()]


def tag_lines_in_chunks():
    """Since Django 4.1 an iterator with a chunk size keeps the prefetch: one query a chunk."""
    return [book.tag_line() for book in Book.objects.with_tags().iterator(chunk_size=500)]


def tag_lines_in_chunks_slow():
    return [book.tag_line() for book in Book.objects.iterator(chunk_size=500)]


def tagged_slow():
    return [book.title for book in Book.objects.all() if book.tags.exists()]  # expect: DJC102 tags


def tagged():
    return [book.title for book in Book.objects.with_tags() if book.tags.exists()]


def category_sizes_slow():
    return {category.slug: category.book_set.count() for category in Category.objects.all()}  # expect: DJC102 book_set


def category_sizes():
    categories = Category.objects.prefetch_related("book_set")
    return {category.slug: category.book_set.count() for category in categories}


def houses_of_authors_slow():
    lines = []
    for author in Author.objects.all():
        for book in author.books.all():  # expect: DJC102 books
            lines.append(f"{author.name}: {book.publisher.name}")  # expect: DJC101 books__publisher
    return lines


def houses_of_authors():
    lines = []
    books = Book.objects.select_related("publisher")
    for author in Author.objects.prefetch_related(Prefetch("books", queryset=books)):
        for book in author.books.all():
            lines.append(f"{author.name}: {book.publisher.name}")
    return lines


def half_prefetched_slow():
    lines = []
    for author in Author.objects.prefetch_related("books"):
        for book in author.books.all():
            lines.append(f"{author.name}: {book.category.name}")  # expect: DJC101 books__category
    return lines


def half_prefetched():
    lines = []
    for author in Author.objects.prefetch_related("books__category"):
        for book in author.books.all():
            lines.append(f"{author.name}: {book.category.name}")
    return lines


def one_author_slow(author_id):
    author = Author.objects.get(pk=author_id)
    return [[author.name, book.publisher.name] for book in author.books.all()]  # expect: DJC101 publisher


def one_author(author_id):
    """`book.author` is the author it was asked of: known, no query."""
    author = Author.objects.get(pk=author_id)
    return [[book.author.name, book.publisher.name] for book in author.books.select_related("publisher")]


def loaded_later():
    books = list(Book.objects.all())
    prefetch_related_objects(books, "author")
    return [[book.title, book.author.name, book.author.email] for book in books]
