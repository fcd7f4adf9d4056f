from authors.models import Author
from django.db.models import Count, Prefetch
from django.shortcuts import get_object_or_404, render

from .forms import OrderForm, OrderFormSlow, PickForm, PickFormSlow, ReviewForm, ReviewFormSlow
from .models import Book, Category


def author_list_slow(request):
    # Query 1: all authors; the template asks again for every one of them.
    authors = Author.objects.all()
    return render(request, "catalog/authors.html", {"authors": authors})


def author_list(request):
    authors = Author.objects.prefetch_related(Prefetch("books", queryset=Book.objects.select_related("publisher")))
    return render(request, "catalog/authors.html", {"authors": authors})


def author_detail_slow(request, author_id):
    author = get_object_or_404(Author, pk=author_id)
    return render(request, "catalog/author_detail.html", {"author": author})


def author_detail(request, author_id):
    books = Book.objects.select_related("publisher")
    author = Author.objects.prefetch_related(Prefetch("books", queryset=books)).get(id=author_id)
    return render(request, "catalog/author_detail.html", {"author": author})


def author_table_slow(request):
    authors = Author.objects.all()

    author_data = []
    for author in authors:
        books = Book.objects.filter(author=author)
        author_data.append(
            {
                "author": author,
                "books": list(books),  # expect: DJC103
                "book_count": len(books),
            }
        )

    return render(request, "catalog/author_table.html", {"authors": author_data})


def author_table(request):
    authors = Author.objects.prefetch_related("books").annotate(book_count=Count("books"))
    author_data = []
    for author in authors:
        author_data.append({"author": author, "books": author.books.all(), "book_count": author.book_count})
    return render(request, "catalog/author_table.html", {"authors": author_data})


def shelf_page_slow(request):
    books = Book.objects.published().with_tags()
    return render(request, "catalog/shelf.html", {"books": books, "heading": "In print"})


def shelf_page(request):
    books = Book.objects.published().with_tags().select_related("author__country", "publisher")
    return render(request, "catalog/shelf.html", {"books": books, "heading": "In print"})


def by_category_slow(request):
    books = Book.objects.order_by("category_id", "pk")
    return render(request, "catalog/by_category.html", {"books": books})


def by_category(request):
    books = Book.eager.order_by("category_id", "pk")
    return render(request, "catalog/by_category.html", {"books": books})


def category_tree_slow(request):
    return render(request, "catalog/tree.html", {"roots": Category.objects.filter(parent=None)})


def category_tree(request):
    roots = Category.objects.filter(parent=None).prefetch_related("children")
    return render(request, "catalog/tree.html", {"roots": roots})


def author_cards_slow(request):
    return render(request, "catalog/cards.html", {"authors": Author.objects.all()})


def author_cards(request):
    authors = Author.objects.select_related("biography").prefetch_related("books")
    return render(request, "catalog/cards.html", {"authors": authors})


def order_page_slow(request):
    return render(request, "catalog/order.html", {"form": OrderFormSlow()})


def order_page(request):
    return render(request, "catalog/order.html", {"form": OrderForm()})


def pick_page_slow(request):
    return render(request, "catalog/order.html", {"form": PickFormSlow()})


def pick_page(request):
    return render(request, "catalog/order.html", {"form": PickForm()})


def review_page_slow(request):
    return render(request, "catalog/order.html", {"form": ReviewFormSlow()})


def review_page(request):
    return render(request, "catalog/order.html", {"form": ReviewForm()})


def printed_list_slow(request):
    return render(request, "catalog/printed.jinja", {"books": Book.objects.all()}, using="jinja2")


def printed_list(request):
    books = Book.objects.select_related("author").prefetch_related("tags")
    return render(request, "catalog/printed.jinja", {"books": books}, using="jinja2")
