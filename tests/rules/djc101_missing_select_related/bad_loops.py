"""Forward keys read per row, in every kind of loop."""

from functools import reduce
from itertools import chain, groupby

from django.core.paginator import Paginator
from click import progressbar
from rich.progress import Progress
from tqdm import tqdm

from shop.models import Author, Book, Profile, Review


def plain_for():
    for book in Book.objects.all():
        print(book.author.name)  # expect: DJC101 author


def chain_of_keys():
    for review in Review.objects.select_related("book"):
        print(review.book.author.country.name)  # expect: DJC101 book__author__country


def through_a_variable():
    books = Book.objects.filter(pages__gt=3)
    books = books.order_by("title")
    for book in books:
        author = book.author  # expect: DJC101 author
        print(author.name)


def key_by_keyword():
    for book in Book.objects.select_related("publisher"):
        print(book.publisher.country.name)  # expect: DJC101 publisher__country


def from_an_abstract_base():
    for author in Author.objects.all():
        print(author.country.name)  # expect: DJC101 country


def own_field_class():
    for book in Book.objects.all():
        print(book.owner.name)  # expect: DJC101 owner


def reverse_one():
    for author in Author.objects.all():
        print(author.profile.text)  # expect: DJC101 profile


def hasattr_of_reverse_one():
    return [author for author in Author.objects.all() if hasattr(author, "profile")]  # expect: DJC101 profile


def getattr_by_name():
    for book in Book.objects.all():
        print(getattr(book, "author").name)  # expect: DJC101 author


def getattr_by_looped_name():
    for book in Book.objects.all():
        for name in ("author", "publisher"):
            print(getattr(book, name).name)  # expect: DJC101 author, DJC101 publisher


def list_comprehension():
    return [book.author.name for book in Book.objects.all()]  # expect: DJC101 author


def dict_comprehension():
    return {book.pk: book.author.name for book in Book.objects.all()}  # expect: DJC101 author


def set_comprehension():
    return {book.author.name for book in Book.objects.all()}  # expect: DJC101 author


def generator():
    return ", ".join(book.author.name for book in Book.objects.all())  # expect: DJC101 author


def generator_function():
    for book in Book.objects.all():
        yield book.author.name  # expect: DJC101 author


def condition():
    return [book.title for book in Book.objects.all() if book.author.name]  # expect: DJC101 author


def counted():
    for number, book in enumerate(Book.objects.all()):
        print(number, book.author.name)  # expect: DJC101 author


def zipped():
    for book, number in zip(Book.objects.all(), range(100)):
        print(number, book.author.name)  # expect: DJC101 author


def chained():
    for book in chain(Book.objects.filter(pages=1), []):
        print(book.author.name)  # expect: DJC101 author


def backwards():
    for book in reversed(list(Book.objects.all())):
        print(book.author.name)  # expect: DJC101 author


def mapped():
    return list(map(lambda book: book.author.name, Book.objects.all()))  # expect: DJC101 author


def sorted_by():
    books = sorted(Book.objects.all(), key=lambda book: book.author.name)  # expect: DJC101 author
    return books, len(books)


def filtered():
    return list(filter(lambda book: book.author.name, Book.objects.all()))  # expect: DJC101 author


def largest():
    return max(Book.objects.all(), key=lambda book: book.author.name)  # expect: DJC101 author


def any_of():
    return any(book.author.name == "x" for book in Book.objects.all())  # expect: DJC101 author


def grouped():
    for name, books in groupby(Book.objects.order_by("author"), key=lambda book: book.author.name):  # expect: DJC101 author
        print(name, list(books))


def iterated():
    for book in Book.objects.iterator(chunk_size=100):
        print(book.author.name)  # expect: DJC101 author


def paged(request):
    page = Paginator(Book.objects.order_by("id"), 25).get_page(request.GET.get("page"))
    for book in page.object_list:
        print(book.author.name)  # expect: DJC101 author


def long_slice():
    for book in Book.objects.all()[:500]:
        print(book.author.name)  # expect: DJC101 author


def some_branch(short):
    for book in Book.objects.all():
        if short:
            print(book.title)
        else:
            print(book.author.name)  # expect: DJC101 author


async def asynchronous():
    async for book in Book.objects.all():
        print(book.author.name)  # expect: DJC101 author


def in_bulk():
    for book in Book.objects.in_bulk().values():
        print(book.author.name)  # expect: DJC101 author


def listed_first():
    books = list(Book.objects.all())
    for book in books:
        print(book.author.name)  # expect: DJC101 author


def collected():
    chosen = []
    for book in Book.objects.all():
        chosen.append(book)
    for book in chosen:
        print(book.author.name)  # expect: DJC101 author


def related_rows(author: Author):
    for review in author.review_set.all():
        print(review.book.title)  # expect: DJC101 book


def reset():
    for book in Book.objects.select_related("author").select_related(None):
        print(book.author.name)  # expect: DJC101 author


def one_hop_short():
    for book in Book.objects.select_related("author"):
        print(book.author.country.name)  # expect: DJC101 author__country


def prefetched_one_hop_short(author: Author):
    for book in Book.objects.prefetch_related("reviews"):
        for review in book.reviews.all():
            print(review.writer.name)  # expect: DJC101 reviews__writer


def all_without_names():
    for book in Book.objects.select_related():
        print(book.author.name, book.publisher.name)  # expect: DJC101 publisher


def result_thrown_away():
    books = Book.objects.all()
    books.select_related("author")
    for book in books:
        print(book.author.name)  # expect: DJC101 author


def primary_key_of():
    return [book.author.id for book in Book.objects.all()]  # expect: DJC101 author


def backwards_key():
    for profile in Profile.objects.all():
        print(profile.author.country.name)  # expect: DJC101 author__country


def wrong_manager():
    for book in Book.rich.all():
        print(book.publisher.name)  # expect: DJC101 publisher


def folded():
    return reduce(lambda total, book: total + book.author.name, Book.objects.all(), "")  # miss: DJC101 author


def put_on_rows():
    authors = Author.objects.all()
    for author in authors:
        author.offers = Book.objects.filter(author=author)
    for author in authors:
        for book in author.offers:  # expect: DJC103
            print(book.publisher.name)  # expect: DJC101 publisher


def put_on_rows_of_a_list_in_a_dict():
    context = {"authors": list(Author.objects.all())}
    for author in context["authors"]:
        author.offers = Book.objects.filter(author=author)
    for author in context["authors"]:
        for book in author.offers:  # expect: DJC103
            print(book.publisher.name)  # expect: DJC101 publisher


def under_progress_bars():
    for book in tqdm(Book.objects.filter(pages=1)):
        print(book.author.name)  # expect: DJC101 author
    with progressbar(Book.objects.filter(pages=2)) as bar:
        for book in bar:
            print(book.publisher.name)  # expect: DJC101 publisher
    with Progress() as progress:
        for book in progress.track(Book.objects.filter(pages=3)):
            print(book.author.name)  # expect: DJC101 author
